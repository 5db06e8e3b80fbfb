/** Names one declared thing. `group` is '' for Kubernetes' core kinds; `namespace` is '' for what has none. */
export interface ResourceId {
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

/** `group/Kind/namespace/name`: stable across revisions and API versions. */
export type ResourceKey = string;

export function resourceKey(id: ResourceId): ResourceKey {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}`;
}

export function parseResourceKey(key: ResourceKey): ResourceId {
  const [group = '', kind = '', namespace = '', ...name] = key.split('/');
  return { group, kind, namespace, name: name.join('/') };
}

/** For people: `Deployment shop/web`. */
export function describeResource(id: ResourceId): string {
  return id.namespace === '' ? `${id.kind} ${id.name}` : `${id.kind} ${id.namespace}/${id.name}`;
}

/**
 * The text of a resource, which may hold secrets: whoever wants to see it has to say so. Printing a body, by accident or
 * in a log, an error or JSON, shows its hash only.
 */
export class Body {
  readonly hash: string;
  readonly #load: () => string | Promise<string>;

  constructor(hash: string, load: () => string | Promise<string>) {
    this.hash = hash;
    this.#load = load;
  }

  /** Canonical JSON of the resource. */
  async reveal(): Promise<string> {
    return await this.#load();
  }

  toString(): string {
    return `[body ${this.hash.slice(0, 12)}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

export const phases = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete'] as const;
export type Phase = (typeof phases)[number];

export const hookDeletePolicies = ['BeforeHookCreation', 'HookSucceeded', 'HookFailed'] as const;
export type HookDeletePolicy = (typeof hookDeletePolicies)[number];

export type Propagation = 'foreground' | 'background' | 'orphan';

/** What the annotations of a resource ask for, in any dialect. */
export interface ResourceOptions {
  /** May it be deleted when Git drops it: yes, never, or after a person's word. */
  prune: 'allowed' | 'never' | 'confirm';
  /** May it be deleted with its application. */
  delete: 'allowed' | 'never' | 'confirm';
  pruneLast: boolean;
  propagation?: Propagation;
  /** Delete and create (or PUT) instead of apply. Undefined: as the application says. */
  replace?: boolean;
  /** Delete and create again when the change is refused as immutable. */
  force?: boolean;
  validate?: boolean;
  skipDryRunOnMissingResource?: boolean;
  /** Its existence beside Git's does not make the application OutOfSync. */
  ignoreExtraneous: boolean;
  /** Health is not counted in the application's. */
  ignoreHealth: boolean;
}

export interface Hook {
  deletePolicies: HookDeletePolicy[];
}

/** One resource as rendering yields it. Names are as written: `namespace` may be missing, and kinds may be unknown to the target. */
export interface Rendered {
  id: ResourceId;
  /** Version part of `apiVersion`. */
  version: string;
  body: Body;
  /** Only those that steer delivery (hooks, waves, options); see dialects/annotations. */
  annotations: Record<string, string>;
  /** When `metadata.generateName` is used (hooks): `id.name` is that prefix. */
  generateName?: boolean;
  /** For a CustomResourceDefinition: what it will define, so that its resources in the same sync can be named. */
  defines?: { group: string; kind: string; scope: 'Namespaced' | 'Cluster' };
}

/** One resource that the target understood: what should be. */
export interface Desired {
  id: ResourceId;
  key: ResourceKey;
  version: string;
  body: Body;
  /** `['Sync']`, or the phases of a hook. */
  phases: Phase[];
  hook?: Hook;
  generateName?: boolean;
  /** No source declares it: it is made for the sake of the others, and says nothing about whether there are any. */
  implied?: boolean;
  wave: number;
  /** Order among the kinds of one wave, lower first: the target's answer. Equal ranks go together. */
  rank: number;
  options: ResourceOptions;
  /** That it is there is all that is asked for: it is made where it is missing, and then left to others. */
  existenceIsEnough?: boolean;
}

/** One resource as it is in the target. */
export interface Live {
  id: ResourceId;
  key: ResourceKey;
  /** The identity that deletes are bound to. A thing made again has another. */
  uid: string;
  /** Name of the application it is marked as belonging to; '' when it bears no mark of ours. */
  owner: string;
  /** State of what we own in it. Equal to the one after our last apply: no drift. */
  fingerprint: string;
  /** Who last changed what we own, as far as the target knows. */
  lastChange?: Author;
  deleting: boolean;
  /** Set on what a hook left behind: never compared, never pruned, deleted by its policies. */
  hook?: Hook & { phases: Phase[] };
  /** For what runs to an end (a Job, a hook script): where it is. */
  completion?: 'running' | 'succeeded' | 'failed';
  /** With `failed`: it could not be run, or how it ended is not known. That says nothing of the revision that it is of. */
  hindered?: true;
  health: Health;
  options: ResourceOptions;
  /** As it was applied: deletes go in reverse. */
  wave: number;
  rank: number;
  createdAt: number;
  /** A sentence of facts for people: image and replicas, size of a file, process id. */
  summary?: string;
}

/** Who did it, and when (milliseconds since 1970). */
export interface Author {
  name: string;
  at: number;
}

/** What we remember of an apply. Lost with the store; then one dry-run each finds it again. */
export interface Applied {
  key: ResourceKey;
  uid: string;
  /** `Desired.body.hash` */
  hash: string;
  fingerprint: string;
}

/** Worst last: the health of an application is the worst of its resources. Words of Argo CD. */
export const healthStatuses = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export interface Health {
  status: HealthStatus;
  /** Why, for a person; '' only when Healthy. */
  message: string;
}

/** One field that differs. Values are canonical JSON, absent when the field is; masked ones say only that they differ. */
export interface FieldChange {
  /** JSON pointer, list items by their key where they have one: `/spec/containers/[name=web]/image`. */
  path: string;
  live?: string;
  declared?: string;
  masked?: boolean;
}

/** `missing`: not there. `changed`: our fields are not as we left them. `extra`: ours, but no longer declared. */
export interface Drift {
  kind: 'missing' | 'changed' | 'extra';
  by?: Author;
  changes?: FieldChange[];
}
