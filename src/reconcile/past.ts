import { type Delivery, measureDelivery } from '../access/audit/delivery.ts';
import { type Ran, RanThen, ranFrom } from '../access/audit/ran.ts';
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
  at(time: number, application?: string, signal?: AbortSignal): Promise<Then>;
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

  /** Of all applications: pages of one answer are asked for one after the other, and each goes back to the beginning of the log. */
  let known: { key: string; then: Then } | undefined;

  async function at(time: number, application?: string, signal?: AbortSignal): Promise<Then> {
    await audit.settled();
    const key = `${time} ${audit.state.written}`;
    if (known?.key === key) return ofApplication(known.then, application);
    const then = await readAt(time, application, signal);
    if (application === undefined) known = { key, then };
    return then;
  }

  async function readAt(time: number, application: string | undefined, signal: AbortSignal | undefined): Promise<Then> {
    const then = new RanThen();
    for await (const record of readRecords(env, audit.directory, { until: time, actions: ranFrom }, signal)) {
      if (application !== undefined && record.application !== undefined && record.application !== application) continue;
      then.add(record);
      if (application !== undefined && then.isKnown(application) && then.environment !== undefined) break;
    }
    const { environment } = then;
    const applications = then.list();
    return { at: time, ...(environment === undefined ? {} : { environment }), applications };
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
      await rebuildAt(controller, await at(time, application, signal), application, signal),
    async delivery(since) {
      const all = await records({ since }, maxMeasured);
      return measureDelivery(all.toReversed(), since, env.clock.now());
    },
  };
}

function ofApplication(then: Then, application: string | undefined): Then {
  if (application === undefined) return then;
  return { ...then, applications: then.applications.filter(ran => ran.application === application) };
}
