import type { IgnoreDifference, Probe, SyncPolicy } from '../model/application.ts';
import type {
  Applied,
  Author,
  Desired,
  FieldChange,
  Health,
  Live,
  Propagation,
  Rendered,
  ResourceId,
  ResourceKey,
} from '../model/resource.ts';
import type { ApplicationStatus } from '../model/status.ts';

/**
 * The kind of place that resources live in. A target knows how to look and how to change; it decides nothing.
 * `contract.ts` asks every target the same questions. All failures are `HoldfastError`s about one resource or one call.
 */
export interface Target {
  readonly kind: string;
  /** For people: the cluster's address, the machine's name. */
  readonly description: string;
  /** Address by which declarations name it (`destination.server`); '' where it has none. */
  readonly server: string;
  /** Whether a revision that is not healthy in time gives way to the last healthy one, unless the application says otherwise. */
  readonly rollsBack: boolean;

  /** Connects and begins to watch. Resolves when `observe` tells the whole truth. Throws when the target cannot be reached. */
  start(signal: AbortSignal): Promise<void>;
  /** What it supervises goes on without it, unless `stopProcesses` (targets that supervise nothing take no notice). */
  close(options?: { stopProcesses?: boolean }): Promise<void>;

  /** What rendering may assume. Cached by the target, no request in steady state. */
  capabilities(signal: AbortSignal): Promise<Capabilities>;

  /** Names what was rendered: scope, namespace, rank, options. Resources of unknown kinds come back as problems. */
  identify(rendered: readonly Rendered[], application: ApplicationContext, signal: AbortSignal): Promise<Identified>;

  /**
   * What is there, from memory, without a request: every live resource marked as the application's, and those of `keys`
   * that the target happens to see though they are not. `complete` is false while a part cannot be seen (an API group is
   * down, a list is under way): then what is absent is unknown, not missing, and `reason` says why.
   */
  observe(application: string, keys: readonly ResourceKey[]): Observation;

  /**
   * A hook that has ended and is gone since, as it looked last: some are deleted as soon as they have ended, before anybody looks.
   * From memory; the latest only. Undefined where nothing deletes hooks but Holdfast.
   */
  lastSeen?(uid: string): Live | undefined;

  /**
   * Hears what the application declares (nothing, when it is no more), before it is observed: begins to watch what these
   * resources need, if it does not yet; resolves when they are seen. No-op when all are.
   */
  cover(application: string, desired: readonly Desired[], signal: AbortSignal): Promise<void>;

  /** Calls back with the name of an application whose observation may have changed: a hint, may be doubled. */
  onChange(listener: (application: string) => void): () => void;

  /**
   * Makes one resource as declared. One write; the answer already shows in `observe`.
   * `live` absent means it was not seen; the write must still be right if it exists after all.
   */
  apply(desired: Desired, live: Live | undefined, context: ApplyContext, signal: AbortSignal): Promise<Applied>;

  /** Deletes exactly this one (same uid), or nothing. Resolves when the target took it; `observe` tells when it is gone. */
  remove(live: Live, options: { propagation: Propagation; permit: Permit }, signal: AbortSignal): Promise<void>;

  /** Whether what runs of a resource can be made to begin anew as it is declared. Undefined: of none. */
  restarts?(id: ResourceId): boolean;
  /** Has what runs of it begin anew, in the way of the target: one after the other, where there are several. Resolves when the target took it. */
  restart?(application: string, live: Live, options: { permit: Permit }, signal: AbortSignal): Promise<void>;
  /** Deletes exactly this one of those that `owned` tells of, or nothing. Undefined: they come and go with what made them. */
  removeOwned?(
    application: string,
    made: OwnedResource,
    options: { permit: Permit },
    signal: AbortSignal,
  ): Promise<void>;

  /** What applying would change, exactly, without a write: by dry-run. Ignored differences are left out. Secret values are masked. */
  preview(desired: Desired, live: Live | undefined, context: ApplyContext, signal: AbortSignal): Promise<Preview>;

  /** Live resource as the target has it, canonical JSON with secret values masked; undefined when there is none. */
  read(id: ResourceId, signal: AbortSignal): Promise<string | undefined>;

  /** Declared resource as text for people, canonical JSON with secret values masked. */
  show(desired: Desired): Promise<string>;

  /** What differs between two declarations of one resource, field by field: `live` is before, `declared` after. Secret values are masked. */
  contrast(before: Desired, after: Desired): Promise<FieldChange[]>;

  /**
   * What the application's resources have made, and what that has made: as it is now, by requests, and so only when somebody
   * looks. Those who ask within a second share an answer. Bounded; no secrets.
   */
  owned(application: string, signal: AbortSignal): Promise<Owned>;

  /** What the target tells about one resource, newest first, at most 200. */
  events(application: string, id: ResourceId, signal: AbortSignal): Promise<TargetEvent[]>;

  /** Health of the application beyond its resources: its probes. Healthy at once where none are declared. From memory, no I/O. */
  probe(application: string): Health;

  /** Declared probes of the application; the target looks at them from now on and calls `onChange` on a transition. */
  watchProbes(application: string, probes: readonly Probe[]): void;

  /** Output of what runs, oldest first; ends when `follow` is false. Undefined where the target has none. */
  logs?(
    application: string,
    /** One of its resources, or what one of them has made. */
    resource: string | undefined,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<LogLine>;

  /** Names of all applications that have anything live in the target with our mark: finds what lost its declaration. */
  owners(): string[];

  /** Definitions of applications that the target itself holds, where it is asked to look for them: Argo CD's objects in a cluster. */
  readonly declarations?: TargetDeclarations;

  /**
   * Of a resource that is a file: the reference of its declared bytes, and the text that it has now; undefined where that is no
   * text, looks secret, or is too large. Undefined for all else.
   */
  contentOf?(
    desired: Desired,
    signal: AbortSignal,
  ): Promise<{ reference: string; live: string | undefined } | undefined>;

  /** How it is, from memory. Undefined where nothing can be away: then it is as it is. */
  state?(): TargetState;

  /** Says what is wrong with access, for `doctor`: one line a check. */
  check(signal: AbortSignal): Promise<CheckResult[]>;
}

export interface TargetState {
  reachable: boolean;
  /** Of this, ms since 1970. */
  since?: number;
  /** Why it is not reachable, and what of it cannot be seen. */
  problems: string[];
  /** Watches that are open, or should be. */
  watches: number;
  /** Live things known. */
  resources: number;
}

export interface TargetDeclarations {
  /** From memory. Not complete while a part cannot be seen: what is absent then may be there all the same. */
  list(): { objects: { path: string; object: unknown }[]; complete: boolean; reason: string };
  onChange(listener: () => void): () => void;
  /** Writes at the object what became of it, when that is news. `path` as in `list`. */
  report(path: string, status: ApplicationStatus): Promise<void>;
  /** Lets an object go that is being deleted: what it asked for is done. */
  release(path: string): Promise<void>;
}

export interface Capabilities {
  /** `v1.36.3`; '' where it means nothing. */
  kubeVersion: string;
  /** `apps/v1`, `apps/v1/Deployment`, … sorted. */
  apiVersions: string[];
  /** Changes when any of it changes; part of the render cache's key. */
  hash: string;
}

export interface ApplicationContext {
  application: string;
  /** Where resources without a namespace go. */
  namespace: string;
  policy: SyncPolicy;
}

/**
 * What the project of one application allows, as it is declared at the moment of asking. A target asks through `passBorder` right
 * before each request that writes, whatever led to it, and there is no way to write without one.
 */
export interface Permit {
  /** Why this may not be; undefined when it may. `clusterScoped`: the resource is in no namespace. */
  refusalOf(act: 'write' | 'delete', id: ResourceId, clusterScoped: boolean): string | undefined;
  /** As whom the target is asked, where the project says so: `system:serviceaccount:shop:deployer`. */
  readonly account: string | undefined;
}

export interface ApplyContext extends ApplicationContext {
  permit: Permit;
  ignoreDifferences: readonly IgnoreDifference[];
  /** Bytes of a content reference in a body (machine files): see render. */
  contents: Contents;
}

export interface Contents {
  open(reference: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export interface Problem {
  id: ResourceId;
  message: string;
}

export interface Identified {
  desired: Desired[];
  problems: Problem[];
}

export interface Observation {
  complete: boolean;
  reason: string;
  live: ReadonlyMap<ResourceKey, Live>;
}

export interface Preview {
  /** Empty: applying would change nothing. */
  changes: FieldChange[];
  /** Who is to blame for the difference, where the target knows. */
  by?: Author;
  /** Fingerprint to remember when `changes` is empty: this is how "as declared" looks. */
  fingerprint: string;
  uid: string;
}

export interface Owned {
  resources: OwnedResource[];
  /** False when a part could not be seen, or there is more than is told; `reason` says which. */
  complete: boolean;
  reason: string;
  /** Whether `logs` has something to say about a resource of this kind. */
  prints(id: ResourceId): boolean;
}

export interface OwnedResource extends Pick<Live, 'id' | 'key' | 'uid' | 'health' | 'createdAt' | 'summary'> {
  /** Keys of those that it belongs to. */
  parents: ResourceKey[];
  /** What `logs` can be narrowed to. */
  containers?: string[];
}

export interface TargetEvent {
  level: 'info' | 'warning';
  /** One word: `BackOff`. */
  reason: string;
  message: string;
  /** How often, between the two times. */
  count: number;
  firstAt: number;
  lastAt: number;
  /** Who says so. */
  source: string;
}

export interface LogOptions {
  /** Only the last so many lines; default 200. */
  tail?: number;
  follow?: boolean;
  /** What the former run of each container printed. Throws LOGS_NO_PREVIOUS where runs have no logs of their own. */
  previous?: boolean;
  /** Only this container of each pod; of no meaning where there are none. */
  container?: string;
  /** Only what was printed after this, ms since 1970, where lines have times. */
  since?: number;
}

export interface LogLine {
  source: string;
  text: string;
  at?: number;
}

export interface CheckResult {
  name: string;
  ok: boolean;
  message: string;
  /** What to do, when not ok. */
  advice: string;
}
