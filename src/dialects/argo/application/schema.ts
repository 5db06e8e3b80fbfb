import { z } from 'zod';
import { directoryOptions, helmOptions, ignoreDifference, kustomizeOptions } from '../../options.ts';

const map = z.record(z.string(), z.string());
/** Of objects in general: what the server and other tools put there is theirs. */
export const metadata = z.looseObject({
  name: z.string(),
  labels: map.prefault({}),
  annotations: map.prefault({}),
  finalizers: z.array(z.string()).prefault([]),
});

const source = z.strictObject({
  repoURL: z.string().prefault(''),
  path: z.string().exactOptional(),
  targetRevision: z.string().exactOptional(),
  chart: z.string().exactOptional(),
  ref: z.string().exactOptional(),
  /** For people. */
  name: z.string().exactOptional(),
  tagPrefix: z.string().exactOptional(),
  helm: helmOptions.exactOptional(),
  kustomize: kustomizeOptions.exactOptional(),
  directory: directoryOptions.exactOptional(),
});
export type ArgoSource = z.infer<typeof source>;

const syncPolicy = z.strictObject({
  automated: z
    .strictObject({
      enabled: z.boolean().prefault(true),
      prune: z.boolean().prefault(false),
      selfHeal: z.boolean().prefault(false),
      allowEmpty: z.boolean().prefault(false),
    })
    .exactOptional(),
  syncOptions: z.array(z.string()).prefault([]),
  retry: z
    .strictObject({
      limit: z.int().exactOptional(),
      /** Whether newer revisions count while retrying: here they always do. */
      refresh: z.boolean().exactOptional(),
      backoff: z
        .strictObject({
          duration: z.union([z.string(), z.number()]).exactOptional(),
          factor: z.number().positive().exactOptional(),
          maxDuration: z.union([z.string(), z.number()]).exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  managedNamespaceMetadata: z.strictObject({ labels: map.prefault({}), annotations: map.prefault({}) }).exactOptional(),
});
export type ArgoSyncPolicy = z.infer<typeof syncPolicy>;

export const applicationSpec = z.strictObject({
  project: z.string().prefault('default'),
  source: source.exactOptional(),
  sources: z.array(source).prefault([]),
  destination: z
    .strictObject({
      server: z.string().prefault(''),
      name: z.string().prefault(''),
      namespace: z.string().prefault(''),
    })
    .prefault({}),
  syncPolicy: syncPolicy.prefault({}),
  ignoreDifferences: z.array(ignoreDifference).prefault([]),
  info: z.array(z.strictObject({ name: z.string(), value: z.string() })).prefault([]),
  revisionHistoryLimit: z.int().nonnegative().exactOptional(),
});
export type ApplicationSpec = z.infer<typeof applicationSpec>;
