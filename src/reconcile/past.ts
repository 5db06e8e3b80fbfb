import { ranAt } from '../access/audit/carried.ts';
import { type Delivery, measureDelivery } from '../access/audit/delivery.ts';
import type { Ran } from '../access/audit/ran.ts';
import { type AuditQuery, type ReadQuery, readLines, readRecords } from '../access/audit/read.ts';
import type { AuditAction, AuditRecord } from '../access/audit/record.ts';
import { actionsOf, lineOf, type TimelineEntry, type TimelineKind, timelineKinds } from '../access/audit/timeline.ts';
import { createGate } from '../git/gate.ts';
import type { Controller } from './controller.ts';
import { type Rebuild, rebuildAt } from './rebuild.ts';

/** What ran at a moment: of each application that the log knows of. */
export interface Then {
  at: number;
  /** Where the environment was in Git. */
  environment?: { revision: string; at: number };
  /** The log begins at this time: what was before was removed. What ran then was carried over, and before that nothing is told. */
  begins?: number;
  applications: Ran[];
}

/** The account of the past: from the audit log alone, so that a lost store loses nothing of it. */
export interface Past {
  /** Newest first, at most `limit`, of those that `shows` lets through. */
  records(
    query: AuditQuery,
    limit: number,
    shows?: (record: AuditRecord) => boolean,
    signal?: AbortSignal,
  ): Promise<AuditRecord[]>;
  /** The log as it is, oldest first. */
  lines(): AsyncIterable<Uint8Array>;
  at(time: number, application?: string, signal?: AbortSignal): Promise<Then>;
  /** What restoring it would do now. Changes nothing. */
  rebuild(time: number, application: string | undefined, signal: AbortSignal): Promise<Rebuild>;
  /** Of those records that `shows` lets through. */
  delivery(query: DeliveryQuery, shows?: (record: AuditRecord) => boolean, signal?: AbortSignal): Promise<Delivery>;
  /** One line of what happened, newest first, of those that `shows` lets through. */
  timeline(
    query: TimelineQuery,
    limit: number,
    shows?: (record: AuditRecord) => boolean,
    signal?: AbortSignal,
  ): Promise<Timeline>;
}

export interface DeliveryQuery extends Pick<AuditQuery, 'application' | 'project' | 'until'> {
  since: number;
}

export interface TimelineQuery extends Pick<AuditQuery, 'application' | 'project' | 'before' | 'since' | 'until'> {
  /** Default: all. */
  kinds?: readonly TimelineKind[];
}

export interface Timeline {
  entries: TimelineEntry[];
  /** `before` of the next page, when there may be one. */
  next?: number;
  /** How far back it was looked. */
  reached?: number;
}

/** What delivery is measured by. More than this are not looked at. */
const maxMeasured = 200_000;

/** Kept between pages: whoever holds one against another asks for two in turn. */
const mostMoments = 4;

/** Most records that one page of the timeline is made from: whoever may see little is told to ask on. */
const maxRead = 5_000;

/** Each holds a file of the log; whoever asks besides waits. */
const mostReaders = 3;
const noEnd = new AbortController().signal;

export function createPast(controller: Controller): Past {
  const { env, audit } = controller.services;
  const gate = createGate(mostReaders);

  /** Newest first. */
  async function* read(query: ReadQuery, signal: AbortSignal): AsyncGenerator<AuditRecord> {
    const leave = await gate(signal);
    try {
      await audit.settled();
      yield* readRecords(env, audit.directory, query, signal);
    } finally {
      leave();
    }
  }

  async function records(
    query: AuditQuery,
    limit: number,
    shows: (record: AuditRecord) => boolean = () => true,
    signal = noEnd,
  ): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for await (const record of read(query, signal)) {
      if (!shows(record)) continue;
      found.push(record);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Of all applications: pages of one answer are asked for one after the other, and each goes back to the beginning of the log. */
  const known = new Map<string, Then>();
  let knownAsOf = 0;

  async function at(time: number, application?: string, signal?: AbortSignal): Promise<Then> {
    await audit.settled();
    const { written } = audit.state;
    if (written !== knownAsOf || known.size >= mostMoments) known.clear();
    knownAsOf = written;
    const key = `${time} ${written}`;
    const before = known.get(key);
    if (before !== undefined) return ofApplication(before, application);
    const then = await readAt(time, application, signal);
    if (application === undefined) known.set(key, then);
    return then;
  }

  async function readAt(time: number, application: string | undefined, signal = noEnd): Promise<Then> {
    const leave = await gate(signal);
    try {
      await audit.settled();
      const { then, begins } = await ranAt(env, audit.directory, { until: time, application }, signal);
      const { environment } = then;
      const cut = begins === undefined ? {} : { begins };
      return { at: time, ...(environment === undefined ? {} : { environment }), ...cut, applications: then.list() };
    } finally {
      leave();
    }
  }

  async function timeline(
    { kinds = timelineKinds, ...query }: TimelineQuery,
    limit: number,
    shows: (record: AuditRecord) => boolean = () => true,
    signal = noEnd,
  ): Promise<Timeline> {
    const entries: TimelineEntry[] = [];
    const isRunning = (name: string, id: string) => controller.find(name)?.operation?.sync.id === id;
    let looked = 0;
    for await (const record of read({ ...query, actions: actionsOf(kinds) }, signal)) {
      looked += 1;
      const entry = shows(record) ? lineOf(record, isRunning) : undefined;
      if (entry !== undefined) entries.push(entry);
      if (entries.length >= limit || looked >= maxRead) return { entries, next: record.seq, reached: record.at };
    }
    return { entries };
  }

  return {
    records,
    timeline,
    async *lines() {
      await audit.settled();
      yield* readLines(env, audit.directory);
    },
    at,
    rebuild: async (time, application, signal) =>
      await rebuildAt(controller, await at(time, application, signal), application, signal),
    async delivery(query, shows = () => true, signal = noEnd) {
      const all: AuditRecord[] = [];
      for await (const record of read({ ...query, actions: deliveryFrom }, signal)) {
        if (shows(record)) all.push(measured(record));
        if (all.length >= maxMeasured) break;
      }
      return measureDelivery(all.toReversed(), query.since, query.until ?? env.clock.now());
    },
  };
}

function ofApplication(then: Then, application: string | undefined): Then {
  if (application === undefined) return then;
  return { ...then, applications: then.applications.filter(ran => ran.application === application) };
}

/** What delivery is measured from. */
const deliveryFrom: ReadonlySet<string> = new Set<AuditAction>([
  ...(['quarantine.set', 'health.degraded', 'health.restored', 'revision.healthy'] as const),
  ...(['override.pinned', 'sync.ended', 'application.forgotten'] as const),
]);

/** Without what it is not measured by: it is held in memory by the hundred thousand. */
function measured({ seq, at, action, application, result, revision, detail }: AuditRecord): AuditRecord {
  const { dryRun, committedAt } = detail ?? {};
  return {
    ...{ seq, at, action, result, who: '', via: '', what: '', previous: '', hash: '' },
    ...(application === undefined ? {} : { application }),
    ...(revision === undefined ? {} : { revision }),
    detail: {
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(committedAt === undefined ? {} : { committedAt }),
    },
  };
}
