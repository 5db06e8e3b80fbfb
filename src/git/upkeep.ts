import type { Env } from '../env/env.ts';
import { asFailure, failure, HoldfastError } from '../errors.ts';
import { startPart } from '../telemetry/tracing/tracer.ts';
import { orAborted, withDeadline } from './deadline.ts';
import { createGate } from './gate.ts';
import type { RemoteRefs } from './ls-refs.ts';
import type { MirrorChange, MirrorDirectory, MirrorRefs } from './mirror-directory.ts';
import type { Objects } from './objects.ts';
import type { Access } from './program.ts';
import type { Remote } from './remote.ts';
import { choose, prefixesOf, type Wanted } from './revision.ts';

const checkTimeoutMs = 60_000;
/** What nobody asked for so long is looked for no more. */
const forgetMs = 3_600_000;
/** After a failure, `cover` says the same again without asking the server. */
const failureHoldsMs = 5_000;
const rebuildMs = 600_000;
const fetchesPerTidying = 20;
/** A pack that takes longer to make is no small one. */
const packTimeoutMs = 2_000;
/** After two in a row that were not small after all. */
const smallPauseMs = 60_000;
/** Refs that the server is told of; those that moved come first. */
const maxHaves = 64;

export interface UpkeepParts {
  env: Env;
  url: string;
  remote: Remote;
  directory: MirrorDirectory;
  objects: Objects;
}

/** Keeps a mirror as its remote is, as far as somebody wants it. */
export interface Upkeep {
  /** Refs of the remote as the mirror has them. */
  readonly known: MirrorRefs;
  readonly checkedAt: number | undefined;
  /** See `Repository`. */
  readonly generation: number;
  readonly movedAt: number;
  /** Resolves when the mirror is there, and can be read. */
  ready(signal: AbortSignal): Promise<void>;
  /** Looks at the remote, and fetches what moved; calls at the same time share one. */
  refresh(signal: AbortSignal): Promise<void>;
  /** From now on this is looked for; resolves when a look has been made that did. */
  cover(wanted: Wanted, signal: AbortSignal): Promise<void>;
  /** One at a time fetches. */
  fetch<Result>(signal: AbortSignal, work: (access: Access) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const done = Promise.resolve();

export function createUpkeep({ env, url, remote, directory, objects }: UpkeepParts): Upkeep {
  const closed = new AbortController();
  const turn = createGate(1);
  const wants = new Map<string, { wanted: Wanted; askedAt: number }>();
  let known: MirrorRefs = new Map();
  /** Keys of the wants that the last successful check answered. */
  let covered: ReadonlySet<string> = new Set();
  let checkedAt: number | undefined;
  let generation = 0;
  let movedAt = Number.NEGATIVE_INFINITY;
  let opened: Promise<void> | undefined;
  let isReady = false;
  let running: Promise<void> | undefined;
  let lastFailure: { error: unknown; at: number } | undefined;
  let rebuiltAt = Number.NEGATIVE_INFINITY;
  let fetches = 0;
  let largeInARow = 0;
  let smallAgainAt = Number.NEGATIVE_INFINITY;
  let tidying: Promise<void> | undefined;

  async function open(): Promise<void> {
    await directory.open();
    try {
      known = await directory.refs();
    } catch (error) {
      if (asFailure(error).code !== 'GIT_OBJECT_INVALID') throw error;
      // A mirror that a crash or a disk has damaged is no loss: the remote has all of it.
      env.log.warn('the mirror is damaged and is made anew', { repository: url });
      await directory.discard();
    }
  }

  async function ready(): Promise<void> {
    opened ??= open();
    try {
      await opened;
      isReady = true;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  }

  async function check(suspect: boolean): Promise<void> {
    const { signal } = closed;
    await ready();
    const now = env.clock.monotonic();
    for (const [key, { askedAt }] of wants) if (now - askedAt > forgetMs) wants.delete(key);
    const asked = [...wants];
    const prefixes = asked.flatMap(([, { wanted }]) => prefixesOf(wanted));
    if (prefixes.length === 0) prefixes.push('HEAD');
    const late = () => failure('GIT_SERVER_INVALID', { url, reason: `no answer within ${checkTimeoutMs} ms` });
    const refs = await withDeadline(env.timers, checkTimeoutMs, signal, late, limited =>
      remote.list(prefixes, limited),
    );
    const names = new Set(refs.keys());
    const chosen = [...new Set(asked.flatMap(([, { wanted }]) => choose(wanted, names)))];
    if (suspect || objects.damaged) await rebuild(chosen);
    const change = {
      fetch: chosen.filter(name => known.get(name)?.id !== refs.get(name)?.id),
      drop: [...known.keys()].filter(name => !refs.has(name) && prefixes.some(prefix => name.startsWith(prefix))),
    };
    const changed = change.fetch.length > 0 || change.drop.length > 0;
    if (changed) await update(change, refs);
    covered = new Set(asked.map(([key]) => key));
    checkedAt = env.clock.now();
  }

  /** At once: what follows may fail, and the next look would find nothing new. */
  function learn(refs: MirrorRefs): void {
    known = refs;
    movedAt = env.clock.monotonic();
    generation++;
  }

  async function update(change: MirrorChange, refs: RemoteRefs): Promise<void> {
    const part = startPart('git fetch', () => ({ kind: 'client', attributes: { 'vcs.repository.url.full': url } }));
    try {
      learn(
        (await updateSmall(change, refs)) ??
          (await fetchAlone(closed.signal, access => directory.update(change, known, access, closed.signal))),
      );
    } catch (error) {
      part?.fail(error);
      throw error;
    } finally {
      part?.end();
    }
    if (++fetches % fetchesPerTidying === 0) tidying ??= tidy();
  }

  /** Most often it is a commit or two: then no program is started. What is more, or goes wrong, is for git. */
  async function updateSmall(change: MirrorChange, refs: RemoteRefs): Promise<MirrorRefs | undefined> {
    const moved = change.fetch.flatMap(name => known.get(name)?.id ?? []);
    const haves = [...new Set([...moved, ...[...known.values()].map(({ id }) => id)])].slice(0, maxHaves);
    const isUsual = change.fetch.length > 0 && haves.length > 0 && tidying === undefined;
    const { pack } = remote;
    if (pack === undefined || !isUsual || env.clock.monotonic() < smallAgainAt) return undefined;
    const { signal } = closed;
    const ids = new Map(change.fetch.map(name => [name, refs.get(name)?.id ?? '']));
    const late = () => failure('GIT_SERVER_INVALID', { url, reason: `no pack within ${packTimeoutMs} ms` });
    const leave = await turn(signal);
    try {
      const got = await withDeadline(env.timers, packTimeoutMs, signal, late, limited =>
        pack([...new Set(ids.values())], haves, limited),
      );
      const now = await directory.take(change, known, { pack: got, ids }, signal);
      largeInARow = 0;
      return now;
    } catch {
      signal.throwIfAborted();
      if (++largeInARow > 1) smallAgainAt = env.clock.monotonic() + smallPauseMs;
      return undefined;
    } finally {
      leave();
    }
  }

  /** Seldom: where the remote itself is damaged, it would not help. */
  async function rebuild(names: string[]): Promise<void> {
    if (env.clock.monotonic() - rebuiltAt < rebuildMs) return;
    rebuiltAt = env.clock.monotonic();
    env.log.warn('the mirror is damaged and is made anew', { repository: url });
    await tidying;
    try {
      await fetchAlone(closed.signal, access => directory.rebuild(names, access, closed.signal));
    } catch (error) {
      if (asFailure(error).code !== 'GIT_OBJECT_INVALID') rebuiltAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
    objects.reset();
    learn(await directory.refs());
  }

  async function tidy(): Promise<void> {
    try {
      await directory.tidy(closed.signal);
    } catch (error) {
      if (!closed.signal.aborted) env.log.warn('git gc failed', { repository: url, reason: asFailure(error).message });
    } finally {
      tidying = undefined;
    }
  }

  async function fetchAlone<Result>(signal: AbortSignal, work: (access: Access) => Promise<Result>): Promise<Result> {
    const leave = await turn(signal);
    try {
      return await remote.access(signal, work);
    } catch (error) {
      // What a failed one leaves may be large; what `gc` writes looks the same.
      if (tidying === undefined) await directory.clear().catch(() => {}); // The first error is the one to show.
      throw error;
    } finally {
      leave();
    }
  }

  async function checkTwice(): Promise<void> {
    try {
      await check(false);
    } catch (error) {
      const { code } = asFailure(error);
      // The mirror may be to blame, or the server: a new one beside it will tell.
      if (code === 'GIT_OBJECT_INVALID') return await checkSuspect();
      // A ref may have gone away between the two questions.
      if (code === 'GIT_REVISION_NOT_FOUND') return await check(false);
      throw error;
    }
  }

  async function checkSuspect(): Promise<void> {
    try {
      await check(true);
    } catch (error) {
      const { code, message } = asFailure(error);
      throw code === 'GIT_OBJECT_INVALID' ? failure('GIT_SERVER_INVALID', { url, reason: message }) : error;
    }
  }

  async function shared(): Promise<void> {
    try {
      await checkTwice();
      lastFailure = undefined;
    } catch (error) {
      lastFailure = { error, at: env.clock.monotonic() };
      throw error;
    } finally {
      running = undefined;
    }
  }

  async function refresh(signal: AbortSignal): Promise<void> {
    closed.signal.throwIfAborted();
    running ??= shared();
    await orAborted(running, signal);
  }

  function throwRecentFailure(): void {
    if (running !== undefined || lastFailure === undefined) return;
    if (env.clock.monotonic() - lastFailure.at < failureHoldsMs) throw lastFailure.error;
  }

  return {
    get known() {
      return known;
    },
    get checkedAt() {
      return checkedAt;
    },
    get generation() {
      return generation;
    },
    get movedAt() {
      return movedAt;
    },
    // Asked some thousand times a commit.
    ready: signal => (isReady ? done : orAborted(ready(), signal)),
    refresh,
    async cover(wanted, signal) {
      const key = JSON.stringify(wanted);
      // Before anything is waited for: what is asked for at one time is looked for at once.
      wants.set(key, { wanted, askedAt: env.clock.monotonic() });
      if (isReady && covered.has(key)) return;
      await orAborted(ready(), signal);
      // One look at most is under way that had begun before.
      for (let look = 0; look < 3 && !covered.has(key); look++) {
        throwRecentFailure();
        await refresh(signal);
      }
    },
    fetch: fetchAlone,
    async close() {
      closed.abort(new HoldfastError('GIT_FAILED', `the repository ${url} was closed`));
      await Promise.allSettled([running, tidying]);
      await remote.close();
    },
  };
}
