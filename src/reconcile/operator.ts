import type { ResourceAct } from '../apply/act.ts';
import type { HeldBack, Plan } from '../model/plan.ts';
import type { Author, FieldChange, ResourceId, ResourceKey } from '../model/resource.ts';
import type { ApplicationStatus, Event, Sync } from '../model/status.ts';
import type { EventQuery } from '../store/event-log.ts';
import type { CheckResult, LogLine, LogOptions } from '../targets/target.ts';
import type { Acceptance } from './accept/accept.ts';
import type { Proposed, ProposeRequest } from './accept/propose.ts';
import type { Chosen } from './accept/units.ts';
import type { Inspect } from './inspect.ts';
import type { Overview } from './overview.ts';
import type { Past } from './past.ts';
import type { RemovalAsked } from './removal.ts';

/** What people and programs may ask of a running Holdfast. The HTTP API is this, with names for addresses; the CLI speaks to the API. */
export interface Operator {
  environment(): EnvironmentStatus;
  applications(): ApplicationStatus[];
  /** Throws APP_NOT_FOUND, as all methods with a name do. */
  application(name: string): ApplicationStatus;

  /** The project whose rights count for it: known before it was looked at, and until it is gone. Throws APP_NOT_FOUND. */
  projectOf(name: string): string;

  /** What a sync would change, exactly: by dry-run against the target. Secret values are masked. Changes nothing. */
  diff(name: string, options: { revision?: string }, signal: AbortSignal): Promise<Difference>;
  /** The commit that would make Git say what is live: of all drift, or of what is chosen. Proposes; changes nothing. */
  accept(name: string, chosen: readonly Chosen[] | undefined, by: string, signal: AbortSignal): Promise<Acceptance>;
  /** That commit, pushed on a branch of its own for somebody to merge. Throws ACCEPTANCE_…, GIT_PUSH_REFUSED. */
  propose(name: string, request: ProposeRequest, by: string, signal: AbortSignal): Promise<Proposed>;
  /** Starts a sync, superseding a running one, and answers at once with its record; `application(name).operation` follows it. */
  sync(name: string, request: SyncRequest, by: string): Promise<Sync>;
  /** Ends the running sync at the next write border; automation does not begin it again until Git has something newer, a person syncs, or `resume`. Throws APP_NOT_SYNCING. */
  cancel(name: string, by: string): Promise<void>;
  /**
   * Looks at Git now instead of at the next interval; all repositories when no name is given. `hard`: and forgets what was concluded
   * before of the application: charts are asked for again, and everything is rendered and compared anew.
   */
  refresh(name: string | undefined, signal: AbortSignal, options?: { hard?: boolean }): Promise<void>;
  /** Restarts or deletes one of its resources, or one that they have made. Throws RESOURCE_NOT_FOUND, RESOURCE_ACT_UNKNOWN, PROJECT_FORBIDS. */
  act(name: string, key: ResourceKey, act: ResourceAct, by: string): Promise<void>;
  /** Newest first. */
  history(name: string): Sync[];
  /** Pins the application to what an earlier successful sync delivered (default: the one before the present), until Git has a newer commit. */
  rollback(name: string, request: { to?: string; expect?: string }, by: string): Promise<Sync>;
  suspend(name: string, reason: string, by: string): Promise<void>;
  /** Also ends a pin and a quarantine, and what a cancelled sync left. */
  resume(name: string, by: string): Promise<void>;
  /** Deletes what runs, in reverse order, or (`orphan`) lets go of it. While Git declares it, it stays suspended and says so. */
  remove(name: string, request: RemovalAsked, by: string): Promise<void>;

  /** Throws LOGS_NOT_SUPPORTED where the target has none. */
  logs(name: string, resource: string | undefined, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
  /** Oldest first, of one application or all, after event `after`, at most `limit`. */
  events(options: EventQuery): Event[];
  /** Access to Git and to the target, checked now. */
  doctor(signal: AbortSignal): Promise<CheckResult[]>;
  /** What was, and who did it. */
  readonly past: Past;
  /** One application, closely. */
  readonly inspect: Inspect;
  /** What surrounds the applications. */
  readonly overview: Overview;
  /** Why it is not ready to be asked, each in words; [] when it is: the target was reached, what is declared was read, and all of it was looked at once. */
  unready(): string[];
  /** What is measured, in the text format of Prometheus. */
  metrics(): string;
  /** Calls back on every change of an application's status; the answer ends it. */
  onChange(listener: (application: string) => void): () => void;
}

export interface EnvironmentStatus {
  name: string;
  target: string;
  targetDescription: string;
  repoURL: string;
  path: string;
  revision: string;
  /** When Git was last seen, ms since 1970. */
  checkedAt?: number;
  /** Why declarations could not be read, when they could not: what was known goes on. */
  problems: string[];
  version: string;
  startedAt: number;
}

export interface SyncRequest {
  /** Commit, tag or branch instead of the declared one, for this sync (pins it). */
  revision?: string;
  /** Delete what Git dropped, though automation may not. */
  prune?: boolean;
  dryRun?: boolean;
  /** Only these; hooks are left out. `Kind/name`, `group/Kind/namespace/name`, globs allowed. */
  resources?: string[];
  force?: boolean;
  replace?: boolean;
  /** A person's word for what waits for one: guarded deletes, `confirm` prunes. */
  confirm?: boolean;
  /** `id` of the plan that was shown: where another one would be carried out, nothing is (APP_PLAN_CHANGED). */
  expect?: string;
}

export interface Difference {
  revision: string;
  plan: Plan;
  resources: ResourceDifference[];
  heldBack: HeldBack[];
}

export interface ResourceDifference {
  id: ResourceId;
  key: ResourceKey;
  /** `drift`: made by hand in the target; `git`: asked for by a newer revision. */
  cause: 'git' | 'drift';
  action: 'create' | 'change' | 'delete';
  by?: Author;
  changes: FieldChange[];
}
