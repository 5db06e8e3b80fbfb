import { z } from 'zod';
import type { Clock } from '../env/env.ts';
import type { Applied, ResourceKey } from '../model/resource.ts';
import type { Event, Override, Quarantine, Sync } from '../model/status.ts';
import type { Change, Documents, Urgency } from './documents.ts';
import { EventLog, type EventQuery } from './event-log.ts';
import { Memo } from './memo.ts';
import {
  appliedRecord,
  overrideRecord,
  parseRecord,
  parseRecords,
  quarantineRecord,
  syncRecord,
  type TokenRecord,
  tokenRecord,
} from './records.ts';

/** History and cache: Git and the target hold the truth. Synchronous, and no method throws because of the disk. */
export interface Store {
  /** What is remembered of the last apply of each resource of the application; follows what is written. */
  applied(application: string): ReadonlyMap<ResourceKey, Applied>;
  /** Adds or replaces these, in one transaction; others stay. */
  setApplied(application: string, applied: readonly Applied[]): void;
  forgetApplied(application: string, keys: readonly ResourceKey[]): void;

  /**
   * Adds or replaces it by its id, then drops the oldest beyond `keep`; the last healthy one always stays. `now` where the
   * next start has to know of it whatever happens: a hook that has begun.
   */
  saveSync(sync: Sync, keep: number, urgency?: 'soon' | 'now'): void;
  /** Newest first. */
  history(application: string, limit: number): Sync[];
  lastHealthySync(application: string): Sync | undefined;

  override(application: string): Override;
  /** `{}` ends every override. On the disk when it returns, unless the disk fails. */
  setOverride(application: string, override: Override): void;

  /** Oldest first; at most 20, the oldest give way. */
  quarantine(application: string): Quarantine[];
  setQuarantine(application: string, quarantine: Quarantine): void;
  /** Of one revision, or all of the application. */
  clearQuarantine(application: string, revision?: string): void;

  /** Gives it its id: greater than all before. */
  appendEvent(event: Omit<Event, 'id' | 'at'> & { at?: number }): Event;
  /** Oldest first, after event `after`, at most `limit` (default 1,000): without `after` the newest ones. */
  events(options: EventQuery): Event[];

  /** Facts about an application as JSON, by name: what has to be known when its declaration is gone. */
  fact(application: string, name: string): unknown;
  /** Undefined forgets it. */
  setFact(application: string, name: string, value: unknown, urgency?: 'soon' | 'now'): void;
  /** Names of all applications with a fact of this name. */
  applicationsWithFact(name: string): string[];

  /** In the order of their ids. */
  tokens(): TokenRecord[];
  /** Adds or replaces it by its id. On the disk when it returns, unless the disk fails. */
  saveToken(token: TokenRecord, urgency?: Urgency): void;
  dropTokens(ids: readonly string[]): void;

  /** Texts of one kind that have no application: accounts, sessions. In the order of their keys. */
  kept(kind: string): Iterable<string>;
  /** Undefined forgets it. `durable`: on the disk when it returns, unless the disk fails. */
  keep(kind: string, key: string, text: string | undefined, urgency: 'soon' | 'durable'): void;

  /** Drops all of the application but its events. */
  forget(application: string): void;

  meta(key: string): string | undefined;
  setMeta(key: string, value: string | undefined, urgency?: Urgency): void;

  close(): void;
}

/** The order of syncs is counted: a clock that was put back would make the newest the oldest. Earlier versions did not count. */
const storedSync = syncRecord.extend({ order: z.exactOptional(z.number()) });
type StoredSync = z.infer<typeof storedSync>;
/** What says which syncs are kept. */
type SyncHead = Pick<Sync, 'id' | 'startedAt'> & { healthyAt?: number | undefined; order?: number };

function newestFirst(a: SyncHead, b: SyncHead): number {
  return (b.order ?? 0) - (a.order ?? 0) || b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}

const maxQuarantined = 20;
const ownedKinds = ['applied', 'sync', 'override', 'quarantine', 'fact'] as const;

export function createStore(documents: Documents, clock: Clock): Store {
  const events = new EventLog(documents, clock);

  function put(kind: string, owner: string, key: string, value: unknown): Change {
    return { kind, owner, key, value: value === undefined ? undefined : JSON.stringify(value) };
  }

  const marks = new Map<string, Set<string>>();
  /** Applications that have the fact. */
  function withFact(name: string): Set<string> {
    const known = marks.get(name) ?? new Set(documents.list('with-fact', name).keys());
    marks.set(name, known);
    return known;
  }
  const appliedMemo = new Memo<Map<ResourceKey, Applied>>();
  const overrides = new Memo<Override>();
  const quarantines = new Memo<Quarantine[]>();
  const syncHeads = new Memo<SyncHead[]>();

  function applied(application: string): Map<ResourceKey, Applied> {
    return appliedMemo.read(application, () => {
      const found = new Map<ResourceKey, Applied>();
      for (const [key, text] of documents.list('applied', application)) {
        const record = parseRecord(appliedRecord, text);
        if (record !== undefined) found.set(key, { key, ...record });
      }
      return found;
    });
  }

  function heads(application: string): SyncHead[] {
    return syncHeads.read(application, () =>
      parseRecords(storedSync, documents.list('sync', application).values())
        .sort(newestFirst)
        .map(({ id, startedAt, healthyAt, order }) => ({
          ...{ id, startedAt, healthyAt },
          ...(order === undefined ? {} : { order }),
        })),
    );
  }

  function syncOf(application: string, id: string): Sync | undefined {
    const found = parseRecord(storedSync, documents.get('sync', application, id));
    return found === undefined ? undefined : withoutOrder(found);
  }

  function quarantine(application: string): Quarantine[] {
    return quarantines.read(application, () => {
      const all = parseRecords(quarantineRecord, documents.list('quarantine', application).values());
      return all.sort((a, b) => a.at - b.at);
    });
  }

  return {
    applied,
    setApplied(application, added) {
      const known = applied(application);
      for (const one of added) known.set(one.key, one);
      documents.write(
        added.map(({ key, ...record }) => put('applied', application, key, record)),
        'soon',
      );
    },
    forgetApplied(application, keys) {
      const known = applied(application);
      for (const key of keys) known.delete(key);
      documents.write(keys.map(key => put('applied', application, key, undefined)));
    },

    saveSync(sync, keep, urgency = 'soon') {
      const { id, application, startedAt, healthyAt } = sync;
      const before = heads(application);
      const known = before.find(other => other.id === id)?.order;
      const order = known ?? Math.max(0, ...before.map(other => other.order ?? 0)) + 1;
      const others = before.filter(other => other.id !== id);
      const all = [{ id, startedAt, healthyAt, order }, ...others].sort(newestFirst);
      const healthy = all.find(one => one.healthyAt !== undefined);
      const dropped = new Set(all.slice(Math.max(1, keep)).filter(one => one !== healthy && one.id !== id));
      syncHeads.set(
        application,
        all.filter(one => !dropped.has(one)),
      );
      const drops = [...dropped].map(one => put('sync', application, one.id, undefined));
      documents.write([put('sync', application, id, { ...sync, order }), ...drops], urgency);
    },
    // Most who ask want the newest alone: no other is read.
    history: (application, limit) =>
      heads(application)
        .slice(0, limit)
        .flatMap(({ id }) => syncOf(application, id) ?? []),
    lastHealthySync: application => {
      const healthy = heads(application).find(({ healthyAt }) => healthyAt !== undefined);
      return healthy === undefined ? undefined : syncOf(application, healthy.id);
    },

    override: application =>
      overrides.read(application, () => parseRecord(overrideRecord, documents.get('override', application, '')) ?? {}),
    setOverride(application, override) {
      overrides.set(application, override);
      const empty = override.suspended === undefined && override.pinned === undefined;
      documents.write([put('override', application, '', empty ? undefined : override)], 'durable');
    },

    quarantine,
    setQuarantine(application, added) {
      const others = quarantine(application).filter(({ revision }) => revision !== added.revision);
      const dropped = others.slice(0, Math.max(0, others.length + 1 - maxQuarantined));
      quarantines.set(
        application,
        [...others.slice(dropped.length), added].sort((a, b) => a.at - b.at),
      );
      documents.write([
        put('quarantine', application, added.revision, added),
        ...dropped.map(({ revision }) => put('quarantine', application, revision, undefined)),
      ]);
    },
    clearQuarantine(application, revision) {
      const all = quarantine(application);
      const cleared = revision === undefined ? all : all.filter(one => one.revision === revision);
      quarantines.set(
        application,
        all.filter(one => !cleared.includes(one)),
      );
      documents.write(cleared.map(one => put('quarantine', application, one.revision, undefined)));
    },

    appendEvent: event => events.append(event),
    events: options => events.list(options),

    fact(application, name) {
      const text = documents.get('fact', application, name);
      return text === undefined ? undefined : parseJson(text);
    },
    setFact(application, name, value, urgency = 'soon') {
      const changes = [put('fact', application, name, value)];
      const marked = withFact(name);
      // The second document finds the applications of a fact without a scan of all owners.
      if (marked.has(application) !== (value !== undefined)) {
        changes.push(put('with-fact', name, application, value === undefined ? undefined : true));
        if (value === undefined) marked.delete(application);
        else marked.add(application);
      }
      documents.write(changes, urgency);
    },
    applicationsWithFact: name => [...withFact(name)].sort(),

    tokens: () => parseRecords(tokenRecord, documents.list('token', '').values()),
    saveToken(token, urgency = 'durable') {
      documents.write([put('token', '', token.id, token)], urgency);
    },
    dropTokens(ids) {
      documents.write(ids.map(id => put('token', '', id, undefined)));
    },

    kept: kind => documents.list(`kept ${kind}`, '').values(),
    keep(kind, key, value, urgency) {
      documents.write([{ kind: `kept ${kind}`, owner: '', key, value }], urgency);
    },

    forget(application) {
      for (const memo of [appliedMemo, overrides, quarantines, syncHeads]) memo.forget(application);
      const facts = [...documents.list('fact', application).keys()];
      for (const name of facts) withFact(name).delete(application);
      documents.write([
        ...ownedKinds.flatMap(kind =>
          [...documents.list(kind, application).keys()].map(key => put(kind, application, key, undefined)),
        ),
        ...facts.map(name => put('with-fact', name, application, undefined)),
      ]);
    },

    meta: key => documents.get('meta', '', key),
    setMeta(key, value, urgency) {
      documents.write([{ kind: 'meta', owner: '', key, value }], urgency);
    },

    close: () => documents.close(),
  };
}

function withoutOrder({ order: _, ...sync }: StoredSync): Sync {
  return sync;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
