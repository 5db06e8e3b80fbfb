import type { AuditAction, AuditRecord } from './record.ts';

/** What the timeline shows, of all that is recorded. */
const kinds = {
  commit: ['git.moved', 'revision.declared'],
  sync: ['sync.started', 'sync.ended'],
  drift: ['drift.found', 'drift.proposed', 'heal.started', 'heal.ended'],
  health: ['health.degraded', 'health.restored', 'revision.healthy'],
  override: [
    ...(['override.suspended', 'override.resumed', 'override.pinned', 'override.unpinned'] as const),
    ...(['sync.cancelled', 'sync.confirmed', 'removal.asked', 'quarantine.set', 'quarantine.cleared'] as const),
    ...(['resource.restarted', 'resource.deleted'] as const),
  ],
  declaration: [
    ...(['application.added', 'application.changed', 'application.removed', 'application.forgotten'] as const),
    ...([
      'project.added',
      'project.changed',
      'project.removed',
      'access.changed',
      'settings.changed',
      'policy.refused',
    ] as const),
  ],
} as const satisfies Record<string, readonly AuditAction[]>;

export type TimelineKind = keyof typeof kinds;
export const timelineKinds = Object.keys(kinds) as [TimelineKind, ...TimelineKind[]];

const kindOf = new Map<string, TimelineKind>(
  timelineKinds.flatMap(kind => kinds[kind].map((action): [string, TimelineKind] => [action, kind])),
);

export function actionsOf(wanted: readonly TimelineKind[]): ReadonlySet<string> {
  return new Set(wanted.flatMap(kind => kinds[kind]));
}

/** One line of what happened. Times are milliseconds since 1970. */
export interface TimelineEntry {
  /** Number of its record: greater is later. */
  id: number;
  at: number;
  kind: TimelineKind;
  action: string;
  what: string;
  who: string;
  via: string;
  token?: string;
  application?: string;
  project?: string;
  result: string;
  revision?: string;
  repository?: string;
  author?: string;
  reviewers?: string[];
  subject?: string;
  committedAt?: number;
  /** Without `endedAt` it is under way. */
  sync?: TimelineSync;
  drift?: { key: string; kind: string; paths: string[]; at?: number };
  reason?: string;
  fields?: string[];
  declaredIn?: string;
}

interface TimelineSync {
  id: string;
  startedAt: number;
  endedAt?: number;
  reason: string;
  message: string;
  dryRun: boolean;
  created: number;
  changed: number;
  deleted: number;
  hooks: number;
  failed: number;
}

/** Undefined for what the timeline does not show: a sync is one line, when it has ended, or while it is under way. */
export function lineOf(record: AuditRecord, isRunning: (application: string, sync: string) => boolean) {
  const {
    seq: id,
    at,
    action,
    what,
    who,
    via,
    token,
    application,
    project,
    result,
    revision,
    author,
    reviewers,
  } = record;
  const { detail = {} } = record;
  const kind = kindOf.get(action);
  if (kind === undefined) return undefined;
  const isStart = action === 'sync.started' || action === 'heal.started';
  if (isStart && !isRunning(application ?? '', detail.sync ?? '')) return undefined;
  const { subject, committedAt, repository, reason, fields, declaredIn } = detail;
  const isSync = isStart || action === 'sync.ended' || action === 'heal.ended';
  const drift = detail.resource === undefined ? undefined : driftOf(detail.resource, record);
  const optional = {
    ...{ token, application, project, revision, author, reviewers, subject, committedAt, declaredIn },
    repository: repository ?? record.sources?.[0]?.repoURL,
    ...(isSync ? { sync: syncOf(record) } : { reason }),
    ...(drift === undefined ? { fields } : { drift }),
  };
  return { id, at, kind, action, what, who, via, result, ...given(optional) } satisfies TimelineEntry as TimelineEntry;
}

function syncOf({ at, action, detail = {} }: AuditRecord): TimelineSync {
  const { sync: id = '', reason = '', message = '', dryRun = false, milliseconds = 0 } = detail;
  const { created = 0, changed = 0, deleted = 0, hooks = 0, failed = 0 } = detail;
  const span = action.endsWith('.ended') ? { startedAt: at - milliseconds, endedAt: at } : { startedAt: at };
  return { id, ...span, reason, message, dryRun, created, changed, deleted, hooks, failed };
}

function driftOf(key: string, { detail: { drift = 'changed', fields = [], madeAt } = {} }: AuditRecord) {
  return { key, kind: drift, paths: fields, ...(madeAt === undefined ? {} : { at: madeAt }) };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
