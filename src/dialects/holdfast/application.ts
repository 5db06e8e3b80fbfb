import type { Application, Origin, Source, SyncPolicy } from '../../model/application.ts';
import { defaultPolicy, defaultSyncOptions } from '../../model/application.ts';
import { blankApplication } from '../application.ts';
import { readSyncOptions } from '../argo/sync-options.ts';
import { toProbe } from './probe.ts';
import type { HoldfastApplication, HoldfastDefaults } from './schema.ts';

/** Whoever writes a file for Holdfast wants what it says to run: everything is automatic unless it says otherwise. */
const builtIn = { automated: true, prune: true, selfHeal: true, allowEmpty: false, options: ['CreateNamespace=true'] };

export function toApplication(given: HoldfastApplication, defaults: HoldfastDefaults, origin: Origin): Application {
  const merged = { ...defaults, ...given, sync: { ...builtIn, ...defaults.sync, ...given.sync } };
  const blank = blankApplication(given.name, origin);
  const cascade = merged.cascade ?? merged.sync.prune;
  return {
    ...blank,
    project: merged.project ?? blank.project,
    sources: (given.sources ?? [given]).map(toSource),
    destination: { server: '', namespace: merged.namespace ?? '' },
    policy: toPolicy(merged),
    ignoreDifferences: given.ignoreDifferences,
    dependsOn: given.dependsOn,
    probes: given.health.map(toProbe),
    historyLimit: merged.historyLimit ?? blank.historyLimit,
    suspended: given.suspend,
    cascade: cascade === true ? 'foreground' : cascade,
  };
}

/** The policy of an application that says nothing about it. */
export const automaticPolicy: SyncPolicy = toPolicy({ sync: builtIn });

type Merged = Pick<HoldfastDefaults, 'waveTimeout' | 'rollbackOnFailure' | 'maxDelete'> & {
  sync: typeof builtIn & NonNullable<HoldfastDefaults['sync']>;
};

function toPolicy({ sync, waveTimeout, rollbackOnFailure, maxDelete }: Merged): SyncPolicy {
  const policy: SyncPolicy = {
    ...defaultPolicy,
    // What is asked for by name is added to what is there without asking.
    options: { ...defaultSyncOptions, ...readSyncOptions([...builtIn.options, ...sync.options]).options },
    waveTimeoutMs: waveTimeout ?? defaultPolicy.waveTimeoutMs,
    maxDeleteShare: maxDelete ?? defaultPolicy.maxDeleteShare,
  };
  if (rollbackOnFailure !== undefined) policy.rollbackOnFailure = rollbackOnFailure;
  if (sync.automated) policy.automated = { prune: sync.prune, selfHeal: sync.selfHeal, allowEmpty: sync.allowEmpty };
  if (sync.retry) {
    const { limit, backoff, factor, maxBackoff } = sync.retry;
    policy.retry = { backoffMs: backoff, factor, maxBackoffMs: maxBackoff };
    if (limit !== undefined) policy.retry.limit = limit;
  }
  return policy;
}

type Given = Omit<NonNullable<HoldfastApplication['sources']>[number], 'ref'> & { ref?: string };

function toSource({ repo, revision, path, chart, ref, type, helm, kustomize, directory }: Given): Source {
  const source: Source = { repoURL: repo ?? '', path: path ?? '', targetRevision: revision ?? '' };
  if (chart !== undefined) source.chart = chart;
  if (ref !== undefined) source.ref = ref;
  if (type !== undefined) source.type = type;
  if (helm) source.helm = helm;
  if (kustomize) source.kustomize = kustomize;
  if (directory) source.directory = directory;
  return source;
}
