import type { Verdict } from '../../../src/access/audit/verify.ts';
import type { Verdict as FaultVerdict, Point } from '../faults/point.ts';
import type { History, Request } from '../histories/history.ts';
import type { Timeline } from './timeline.ts';

/** An object of the cluster, as it is stored. */
export type KubeObject = {
  apiVersion?: string;
  kind?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    deletionTimestamp?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    managedFields?: { manager?: string; operation?: string; fieldsV1?: object }[];
  };
  [field: string]: unknown;
};

/** A request that reached the API server, and what came of it. */
export interface Seen {
  /** Virtual ms. */
  at: number;
  userAgent: string;
  method: string;
  path: string;
  dryRun: boolean;
  status: number;
  before?: KubeObject;
  after?: KubeObject;
}

/** The branch moved. */
export interface Head {
  at: number;
  commit: string;
  files: ReadonlyMap<string, string>;
}

/** What the operator said of an application, whenever it said something else than before. */
export interface Said {
  at: number;
  application: string;
  sync: string;
  revision: string;
  health: string;
  operation?: string;
  /** What Git says has failed, and is not tried again until Git changes. */
  quarantined?: boolean;
}

export interface Asked {
  at: number;
  request: Request;
  /** Why it was refused. */
  refused?: string;
}

export interface Life {
  at: number;
  event: 'start' | 'ready' | 'crash' | 'stop' | 'failed';
  operator: string;
  reason?: string;
}

/** A fault that was carried out. */
export interface Carried {
  at: number;
  point: Point;
  verdict: NonNullable<FaultVerdict>;
}

/** A watch lost something without a word: until everything is listed anew, nobody can know of it. */
export function isLoss({ point, verdict }: Carried): boolean {
  const isSilent = verdict.do === 'hang' || verdict.do === 'stale';
  return point.kind === 'watch.event' || (point.kind === 'api.watch' && isSilent);
}

export interface Window {
  name: string;
  from: number;
  to: number;
}

/** All that is known of a history that has run. None of it is Holdfast's own word, but for `said` and `texts`. */
export interface Evidence {
  history: History;
  log: readonly Seen[];
  heads: readonly Head[];
  timeline: Timeline;
  said: readonly Said[];
  asked: readonly Asked[];
  lives: readonly Life[];
  carried: readonly Carried[];
  /** Effects other than requests to the cluster: renders, fetches. */
  effects: readonly { at: number; kind: string; detail: string }[];
  /** Everything that Holdfast wrote for people or kept: log lines, errors, statuses, its store. */
  texts: readonly { where: string; text: string }[];
  /** What verifying the audit log at the end says; undefined where there is none. */
  audit?: Verdict | undefined;
  /** How the end differs from what should be; [] when it does not. */
  left: readonly string[];
  /** Times of rest, in which nothing was done; and of encores, in which nothing had to be done. */
  rests: readonly Window[];
  encores: readonly Window[];
  calmAt: number;
  endedAt: number;
}

export interface Violation {
  monitor: string;
  at: number;
  words: string;
}

/** Watches one promise of design section 3, by what the world saw. */
export interface Monitor {
  name: string;
  promise: string;
  check(evidence: Evidence): Iterable<{ at: number; words: string }>;
}

export function isOurs({ userAgent }: Pick<Seen, 'userAgent'>): boolean {
  return userAgent.startsWith('holdfast/');
}

export function isWrite({ method, dryRun }: Pick<Seen, 'method' | 'dryRun'>): boolean {
  return !dryRun && method !== 'GET' && method !== 'HEAD';
}

/** Writes of ours that changed something. */
export function isEffective(seen: Seen): boolean {
  const { status, before, after } = seen;
  if (!isOurs(seen) || !isWrite(seen) || status >= 300) return false;
  return seen.method === 'DELETE' || before?.metadata?.resourceVersion !== after?.metadata?.resourceVersion;
}

export function keyOf(object: KubeObject): string {
  const [group = '', version] = (object.apiVersion ?? '').split('/');
  const { namespace = '', name = '' } = object.metadata ?? {};
  return `${version === undefined ? '' : group}/${object.kind}/${namespace}/${name}`;
}

const mark = 'holdfast.dev/application';

const owners = new WeakMap<KubeObject, string>();

/** The application that the object bears as its own: only where Holdfast itself wrote that. '' for none. */
export function ownerOf(object: KubeObject): string {
  const known = owners.get(object) ?? readOwner(object);
  owners.set(object, known);
  return known;
}

function readOwner(object: KubeObject): string {
  const { annotations = {}, managedFields = [] } = object.metadata ?? {};
  const isWritten = managedFields.some(
    ({ manager, fieldsV1 }) => manager === 'holdfast' && JSON.stringify(fieldsV1 ?? {}).includes(`f:${mark}`),
  );
  return isWritten ? (annotations[mark] ?? '').replace(/^[^/]*\//, '') : '';
}

/** When something happened that may hold the operator up, or make it look at what was. */
export function isDisturbed({ carried, history }: Evidence): boolean {
  const calm = ['commit', 'force-push', 'request', 'handiwork', 'delete namespace', 'take snapshot'];
  return carried.length > 0 || history.second !== undefined || history.actions.some(one => !calm.includes(one.do));
}

/** A machine bears no marks: what its inventory has lost is nobody's, and is left alone. */
export function isForgotten({ actions }: History): boolean {
  return actions.some(one => one.do === 'tear inventory');
}

/** Whether a person asked for one of these before; without a list, for anything that writes. */
export function wasAsked(
  app: string,
  at: number,
  { asked }: Pick<Evidence, 'asked'>,
  what: readonly string[] = ['sync', 'rollback', 'remove'],
): boolean {
  return asked.some(one => one.at <= at && one.request.app === app && what.includes(one.request.ask));
}

/** Deleted to be made anew, because its declaration says so. */
export function isForced({ metadata }: KubeObject): boolean {
  return /Force=true|Replace=true/.test(metadata?.annotations?.['argocd.argoproj.io/sync-options'] ?? '');
}
