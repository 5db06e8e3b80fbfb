import type { Env } from '../../env/env.ts';
import { type Known, RanThen, ranFrom } from './ran.ts';
import { beginningOf, readRecords } from './read.ts';
import { type AuditEntry, auditEntry } from './record.ts';
import type { Retired } from './retention.ts';

/** Most applications of which the state is carried over at a time: what is written in one go has an end. */
const maxCarried = 20_000;

interface Moment {
  /** Wall clock. */
  until?: number;
  /** Only records with a smaller number. */
  before?: number;
  /** Only of this one. */
  application?: string | undefined;
}

/**
 * What ran at a moment, of all that the log still tells; `begins` where its beginning was removed. What ran when the first record that
 * is left was written was carried over: it stands where it was removed, later than the moment that is asked about.
 */
export async function ranAt(
  env: Pick<Env, 'files' | 'timers'>,
  directory: string,
  { until = Number.POSITIVE_INFINITY, before = Number.POSITIVE_INFINITY, application }: Moment,
  signal?: AbortSignal,
): Promise<{ then: RanThen; begins?: number }> {
  const begins = await beginningOf(env.files, directory);
  const then = new RanThen();
  // What was carried over before that is of a time between which and the beginning nothing is known.
  if (begins !== undefined && until < begins) return { then, begins };
  const query = begins === undefined ? { until, actions: ranFrom } : { actions: withCarried };
  for await (const record of readRecords(env, directory, query, signal)) {
    const { at, seq, action, detail } = record;
    const isOfOther = record.application !== undefined && record.application !== application;
    if (application !== undefined && isOfOther) continue;
    if (action === 'audit.carried') {
      if ((detail?.asOf ?? Number.POSITIVE_INFINITY) <= until) then.carry(record);
      continue;
    }
    if (at > until || seq >= before) continue;
    then.add(record);
    if (application !== undefined && then.isKnown(application) && then.environment !== undefined) break;
  }
  return begins === undefined ? { then } : { then, begins };
}

const withCarried = new Set([...ranFrom, 'audit.carried']);

/** What of the files that are to go is still true where they end: of each application that there was, and of the environment, which ends it. */
export async function carriedOver(
  env: Pick<Env, 'files' | 'timers'>,
  directory: string,
  old: readonly Retired[],
): Promise<AuditEntry[]> {
  const last = old.at(-1);
  if (last === undefined) return [];
  const { then } = await ranAt(env, directory, { before: last.last.seq + 1 });
  const known = then.known().filter(says);
  const { environment } = then;
  const all = known.slice(0, maxCarried).map(one => carried(one, last.at));
  const left = known.length - all.length;
  const what = `what ran where what is removed ends: ${all.length} applications${left > 0 ? `; ${left} are left out` : ''}`;
  const detail = { asOf: last.at, ...(environment === undefined ? {} : { since: environment.at }) };
  const place = environment === undefined ? {} : { revision: environment.revision };
  return [...all, auditEntry.parse({ ...byUs, what, ...place, detail })];
}

const byUs = { who: 'holdfast', via: 'automation', action: 'audit.carried', result: 'done' } as const;

/** What is gone, and nobody said anything about, is no news. */
function says({ state, suspendedBy, pinnedBy, degraded, failed }: Known): boolean {
  return state === 'running' || [suspendedBy, pinnedBy, degraded, failed].some(one => one !== undefined);
}

function carried(known: Known, asOf: number): AuditEntry {
  const { application, project, healthy, degraded, suspendedBy, pinnedBy, failed, author } = known;
  const { state, revision, sources, since, record, sync, who: madeBy, subject, declaredAt } = known;
  const isRunning = state === 'running';
  const what = isRunning ? 'ran where what is removed ends' : 'did not run where what is removed ends';
  const detail = {
    ...(isRunning ? { since, record, madeBy, sync, subject, declaredAt, healthy } : {}),
    ...{ asOf, degraded, suspendedBy, pinnedBy, attempted: failed?.revision, attemptedAt: failed?.at },
  };
  const delivered = isRunning ? { revision, sources, author } : {};
  const entry = { ...byUs, what, application, project, ...delivered, detail: withoutUndefined(detail) };
  return auditEntry.parse(withoutUndefined(entry));
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
