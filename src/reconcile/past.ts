import { type Delivery, measureDelivery } from '../access/audit/delivery.ts';
import { type Ran, RanThen } from '../access/audit/ran.ts';
import { type AuditQuery, readLines, readRecords } from '../access/audit/read.ts';
import type { AuditRecord } from '../access/audit/record.ts';
import { actionsOf, lineOf, type TimelineEntry, type TimelineKind, timelineKinds } from '../access/audit/timeline.ts';
import type { Controller } from './controller.ts';
import { type Rebuild, rebuildAt } from './rebuild.ts';

/** What ran at a moment: of each application that the log knows of. */
export interface Then {
  at: number;
  /** Where the environment was in Git. */
  environment?: { revision: string; at: number };
  applications: Ran[];
}

/** The account of the past: from the audit log alone, so that a lost store loses nothing of it. */
export interface Past {
  /** Newest first, at most `limit`, of those that `shows` lets through. */
  records(query: AuditQuery, limit: number, shows?: (record: AuditRecord) => boolean): Promise<AuditRecord[]>;
  /** The log as it is, oldest first. */
  lines(): AsyncIterable<Uint8Array>;
  at(time: number, application?: string): Promise<Then>;
  /** What restoring it would do now. Changes nothing. */
  rebuild(time: number, application: string | undefined, signal: AbortSignal): Promise<Rebuild>;
  delivery(since: number): Promise<Delivery>;
  /** One line of what happened, newest first, of those that `shows` lets through. */
  timeline(query: TimelineQuery, limit: number, shows?: (record: AuditRecord) => boolean): Promise<Timeline>;
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

/** Most records that one page of the timeline is made from: whoever may see little is told to ask on. */
const maxRead = 5_000;

export function createPast(controller: Controller): Past {
  const { env, audit } = controller.services;

  async function records(
    query: AuditQuery,
    limit: number,
    shows: (record: AuditRecord) => boolean = () => true,
  ): Promise<AuditRecord[]> {
    await audit.settled();
    const found: AuditRecord[] = [];
    for await (const record of readRecords(env, audit.directory, query)) {
      if (!shows(record)) continue;
      found.push(record);
      if (found.length >= limit) break;
    }
    return found;
  }

  async function at(time: number, application?: string): Promise<Then> {
    await audit.settled();
    const then = new RanThen();
    for await (const record of readRecords(env, audit.directory, { until: time })) {
      if (application !== undefined && record.application !== undefined && record.application !== application) continue;
      then.add(record);
      if (application !== undefined && then.isKnown(application) && then.environment !== undefined) break;
    }
    const { environment } = then;
    return { at: time, ...(environment === undefined ? {} : { environment }), applications: then.list() };
  }

  async function timeline(
    { kinds = timelineKinds, ...query }: TimelineQuery,
    limit: number,
    shows: (record: AuditRecord) => boolean = () => true,
  ): Promise<Timeline> {
    await audit.settled();
    const entries: TimelineEntry[] = [];
    const isRunning = (name: string, id: string) => controller.find(name)?.operation?.sync.id === id;
    let read = 0;
    for await (const record of readRecords(env, audit.directory, { ...query, actions: actionsOf(kinds) })) {
      read += 1;
      const entry = shows(record) ? lineOf(record, isRunning) : undefined;
      if (entry !== undefined) entries.push(entry);
      if (entries.length >= limit || read >= maxRead) return { entries, next: record.seq, reached: record.at };
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
      await rebuildAt(controller, await at(time, application), application, signal),
    async delivery(since) {
      const all = await records({ since }, maxMeasured);
      return measureDelivery(all.toReversed(), since, env.clock.now());
    },
  };
}
