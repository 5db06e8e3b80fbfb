import { z } from 'zod';
import { sourceTypes } from '../../model/application.ts';
import { accessSettings } from '../access.ts';
import { projectRules } from '../argo/project/schema.ts';
import { syncOptionWords } from '../argo/sync-options.ts';
import { duration, name, namespace, path, repo, revision, share } from '../fields.ts';
import { directoryOptions, helmOptions, ignoreDifference, kustomizeOptions } from '../options.ts';
import { health } from './probe.ts';

/*
 * holdfast.yaml: this one schema is validation, defaults, the editors' JSON Schema and the reference page.
 */

const sync = z.strictObject({
  automated: z.boolean().exactOptional().describe('Deliver new revisions without being asked. Default: true.'),
  prune: z.boolean().exactOptional().describe('Delete what Git no longer declares. Default: true.'),
  selfHeal: z.boolean().exactOptional().describe('Undo changes made by hand. Default: true.'),
  allowEmpty: z
    .boolean()
    .exactOptional()
    .describe('Accept that nothing is declared any more, and delete everything. Default: false.'),
  options: z
    .array(z.enum(syncOptionWords as [string, ...string[]]))
    .exactOptional()
    .describe("Argo CD's sync options. Default: `[CreateNamespace=true]`."),
  retry: z
    .strictObject({
      limit: z.int().nonnegative().exactOptional().describe('Tries after the first; without end when not given.'),
      backoff: duration(100).prefault('5s').describe('Wait before the second try.'),
      factor: z.number().min(1).max(10).prefault(2).describe('Each further wait is so many times longer.'),
      maxBackoff: duration(100).prefault('3m').describe('Longest wait.'),
    })
    .exactOptional()
    .describe('How failed syncs are tried again. A newer revision always starts afresh.'),
});

/** What an application says, and `defaults` may say for all. */
const shared = {
  project: name.exactOptional().describe('The project whose rules hold. Default: `default`.'),
  namespace: namespace.exactOptional().describe('Where resources without a namespace of their own go.'),
  sync: sync.exactOptional().describe('When and how syncs are done.'),
  cascade: z
    .union([z.boolean(), z.enum(['foreground', 'background', 'orphan'])])
    .exactOptional()
    .describe('Delete what runs when the application is no longer declared. Default: as `sync.prune`.'),
  rollbackOnFailure: z
    .boolean()
    .exactOptional()
    .describe(
      'Go back to the last healthy revision when a new one is not healthy in time. Default: what the kind of target does best.',
    ),
  waveTimeout: duration(1_000).exactOptional().describe('Longest time for one wave to become healthy. Default: 5m.'),
  maxDelete: share
    .exactOptional()
    .describe('A sync that would delete more than this share waits for a person. Default: 50%.'),
  historyLimit: z.int().min(1).max(1_000).exactOptional().describe('How many syncs are remembered. Default: 10.'),
};

const source = {
  repo: repo.exactOptional().describe('The repository. Default: the one of this file.'),
  revision: revision
    .exactOptional()
    .describe(
      'Branch, tag, commit or range of versions. Default: as this file in its own repository, HEAD elsewhere; needed for a chart.',
    ),
  path: path.exactOptional().describe("Directory, relative to the repository's root."),
  chart: z
    .string()
    .min(1)
    .max(250)
    .exactOptional()
    .describe('Name of a chart in the Helm repository or OCI registry `repo`.'),
  type: z.enum(sourceTypes).exactOptional().describe('What the directory is. Default: seen from the files in it.'),
  helm: helmOptions.exactOptional().describe('How the chart is rendered.'),
  kustomize: kustomizeOptions.exactOptional().describe('How the kustomization is rendered.'),
  directory: directoryOptions.exactOptional().describe('How a directory of manifests is read.'),
};

const ref = z.string().regex(/^[\w-]{1,63}$/, 'must consist of letters, digits, "-" and "_"');

const application = z.strictObject({
  name: name.describe('Unique in the environment.'),
  ...source,
  sources: z
    .array(
      z.strictObject({
        ...source,
        ref: ref.exactOptional().describe("Makes this source's files available to the others as `$ref/…`."),
      }),
    )
    .min(1)
    .max(20)
    .exactOptional()
    .describe('Several sources, instead of one.'),
  dependsOn: z.array(name).prefault([]).describe('Applications that must be Synced and Healthy first.'),
  health: health.prefault([]).describe('How to see that it works; one probe or a list.'),
  ignoreDifferences: z.array(ignoreDifference).prefault([]).describe('Differences that do not count.'),
  suspend: z.boolean().prefault(false).describe('Leave it as it is for now.'),
  ...shared,
});
export type HoldfastApplication = z.infer<typeof application>;

const target = z
  .strictObject({
    kubernetes: z
      .strictObject({ context: z.string().min(1).exactOptional().describe("Context of the operator's kubeconfig.") })
      .exactOptional()
      .describe('A cluster.'),
    machine: z
      .strictObject({
        root: z
          .string()
          .startsWith('/', 'must be an absolute path')
          .exactOptional()
          .describe('Directory that files go below.'),
      })
      .exactOptional()
      .describe("The operator's own machine."),
  })
  .refine(given => Object.keys(given).length === 1, 'must name exactly one kind of target');

export const environmentSchema = z.strictObject({
  apiVersion: z.literal('holdfast.dev/v1'),
  kind: z.literal('Environment'),
  metadata: z.strictObject({ name: name.describe('For people.') }),
  spec: z.strictObject({
    target: target.exactOptional().describe("Where to. The operator's own settings win."),
    defaults: z.strictObject(shared).prefault({}).describe('For all applications that do not say otherwise.'),
    applications: z.array(application).max(10_000).prefault([]).describe('What is delivered.'),
    projects: z
      .array(z.strictObject({ name: name.describe('Unique in the environment.'), ...projectRules }))
      .prefault([])
      .describe('What applications may use, in the words of an AppProject.'),
    access: accessSettings.exactOptional().describe('Who may do what; docs/access.md.'),
  }),
});
export type EnvironmentDeclaration = z.infer<typeof environmentSchema>;
export type HoldfastDefaults = EnvironmentDeclaration['spec']['defaults'];
