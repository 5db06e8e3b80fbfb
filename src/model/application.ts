import type { Propagation } from './resource.ts';

/** A named unit of delivery: sources, destination, policy. All dialects read into this. */
export interface Application {
  name: string;
  project: string;
  sources: Source[];
  destination: Destination;
  policy: SyncPolicy;
  ignoreDifferences: IgnoreDifference[];
  /** Names of applications that must be Synced and Healthy first. */
  dependsOn: string[];
  probes: Probe[];
  /** How many syncs the history keeps. */
  historyLimit: number;
  /** Names and values for people (`spec.info`). */
  info: { name: string; value: string }[];
  suspended: boolean;
  /** Whether deleting the declaration deletes what runs. */
  cascade: false | Propagation;
  labels: Record<string, string>;
  /** What the reader of the declaration has to say: unsupported fields, deprecated ones. Shown with the application's own. */
  conditions: Condition[];
  origin: Origin;
}

/** Where the application is declared. */
export interface Origin {
  /** `git`: a file of the environment's repository; `cluster`: an object in the cluster's API. */
  kind: 'git' | 'cluster';
  path: string;
  line?: number;
}

export interface Destination {
  /** '' means the environment's own target. */
  server: string;
  namespace: string;
}

export interface Condition {
  type: string;
  message: string;
  /** `warning`: worth knowing; `error`: stands in the way of a sync. */
  level: 'warning' | 'error';
  /** What to do about it. */
  advice?: string;
}

export interface Source {
  /** '' means the environment's own repository. */
  repoURL: string;
  /** What was asked for, for people and without secrets, where it was refused: then `repoURL` is ''. */
  refusedURL?: string;
  /** Directory in the repository, `.` for its root; '' for a chart or a pure `ref` source. */
  path: string;
  /** Branch, tag, commit, semver range, or HEAD; '' means the environment's own revision (or HEAD elsewhere). For a chart: version or range. */
  targetRevision: string;
  /** Name of a chart in the Helm or OCI repository `repoURL`. */
  chart?: string;
  /** Makes this source's files available to the others as `$ref/...`. */
  ref?: string;
  /** Only tags with this prefix count; the version is what follows. */
  tagPrefix?: string;
  /** Undefined: seen from the directory. */
  type?: SourceType;
  helm?: HelmOptions;
  kustomize?: KustomizeOptions;
  directory?: DirectoryOptions;
}

export const sourceTypes = ['helm', 'kustomize', 'jsonnet', 'directory', 'appspec', 'procfile'] as const;
export type SourceType = (typeof sourceTypes)[number];

export interface HelmOptions {
  valueFiles?: string[];
  ignoreMissingValueFiles?: boolean;
  /** Inline YAML. */
  values?: string;
  valuesObject?: Record<string, unknown>;
  parameters?: { name: string; value: string; forceString?: boolean }[];
  fileParameters?: { name: string; path: string }[];
  releaseName?: string;
  namespace?: string;
  kubeVersion?: string;
  apiVersions?: string[];
  skipCrds?: boolean;
  skipTests?: boolean;
  skipSchemaValidation?: boolean;
  passCredentials?: boolean;
}

export interface KustomizeOptions {
  namePrefix?: string;
  nameSuffix?: string;
  namespace?: string;
  images?: string[];
  replicas?: { name: string; count: number }[];
  commonLabels?: Record<string, string>;
  forceCommonLabels?: boolean;
  labelWithoutSelector?: boolean;
  labelIncludeTemplates?: boolean;
  commonAnnotations?: Record<string, string>;
  forceCommonAnnotations?: boolean;
  patches?: { patch?: string; path?: string; target?: Record<string, string>; options?: Record<string, boolean> }[];
  components?: string[];
  ignoreMissingComponents?: boolean;
  kubeVersion?: string;
  apiVersions?: string[];
}

export interface JsonnetVariable {
  name: string;
  value: string;
  code?: boolean;
}

export interface DirectoryOptions {
  recurse?: boolean;
  include?: string;
  exclude?: string;
  jsonnet?: { extVars?: JsonnetVariable[]; tlas?: JsonnetVariable[]; libs?: string[] };
}

export interface SyncPolicy {
  /** Undefined: a person starts each sync. */
  automated?: { prune: boolean; selfHeal: boolean; allowEmpty: boolean };
  options: SyncOptions;
  retry: RetryPolicy;
  managedNamespaceMetadata?: { labels: Record<string, string>; annotations: Record<string, string> };
  /** Longest time for one wave to become healthy, ms. */
  waveTimeoutMs: number;
  /** A revision that is not healthy in time gives way to the last healthy one. Undefined: as the target prefers. */
  rollbackOnFailure?: boolean;
  /** A sync that would delete more than this share of the inventory waits for a person. 0 ≤ x ≤ 1. */
  maxDeleteShare: number;
}

export interface SyncOptions {
  createNamespace: boolean;
  prune: 'allowed' | 'confirm' | 'never';
  pruneLast: boolean;
  propagation: Propagation;
  delete: 'allowed' | 'confirm' | 'never';
  replace: boolean;
  force: boolean;
  validate: boolean;
  failOnSharedResource: boolean;
  respectIgnoreDifferences: boolean;
}

export interface RetryPolicy {
  /** Attempts after the first; undefined: without end. A newer revision always starts afresh. */
  limit?: number;
  backoffMs: number;
  factor: number;
  maxBackoffMs: number;
}

/** Differences that do not count. `*` matches any group or kind; '' names match all. */
export interface IgnoreDifference {
  group: string;
  kind: string;
  name: string;
  namespace: string;
  jsonPointers: string[];
  jqPathExpressions: string[];
  managedFieldsManagers: string[];
}

/** Declared with the application: how to see that it works. All must pass. */
export type Probe = {
  name: string;
  /** Longest time until the first success after a change, and longest time of failure after it, ms. */
  timeoutMs: number;
  /** Time between two looks, ms. */
  intervalMs: number;
} & (
  | { type: 'http'; url: string; status: number[] }
  | { type: 'tcp'; host: string; port: number }
  | { type: 'exec'; command: string[] }
  /** Has not restarted for this long. */
  | { type: 'stable'; process: string; forMs: number }
);

/** Rules of a project: what its applications may use. Globs; a leading `!` denies. */
export interface Project {
  name: string;
  sourceRepos: string[];
  destinations: { server: string; name: string; namespace: string }[];
  clusterResourceAllow: { group: string; kind: string }[];
  clusterResourceDeny: { group: string; kind: string }[];
  namespaceResourceAllow: { group: string; kind: string }[] | undefined;
  namespaceResourceDeny: { group: string; kind: string }[];
  /** As whom its applications are delivered, by destination; the first that fits counts. None at all: as the operator itself. */
  serviceAccounts: { server: string; namespace: string; account: string }[];
  /** Who may do what in it; says nothing about what is delivered. */
  roles: ProjectRole[];
  conditions: Condition[];
}

/** `policies`: lines in Argo CD's policy format. */
export interface ProjectRole {
  name: string;
  policies: string[];
  groups: string[];
}

export const defaultRetry: RetryPolicy = { backoffMs: 5_000, factor: 2, maxBackoffMs: 180_000 };

export const defaultSyncOptions: SyncOptions = {
  createNamespace: false,
  prune: 'allowed',
  pruneLast: false,
  propagation: 'foreground',
  delete: 'allowed',
  replace: false,
  force: false,
  validate: true,
  failOnSharedResource: false,
  respectIgnoreDifferences: false,
};

export const defaultPolicy: SyncPolicy = {
  options: defaultSyncOptions,
  retry: defaultRetry,
  waveTimeoutMs: 300_000,
  maxDeleteShare: 0.5,
};
