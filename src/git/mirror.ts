import type { Env } from '../env/env.ts';
import { asFailure, failure, HoldfastError } from '../errors.ts';
import { parseCommit } from './commit-object.ts';
import { orAborted, withDeadline } from './deadline.ts';
import { createGate } from './gate.ts';
import { createGitTree, type TreeCache } from './git-tree.ts';
import { Lru } from './lru.ts';
import type { MirrorDirectory, MirrorRefs } from './mirror-directory.ts';
import type { Objects } from './objects.ts';
import type { Access } from './program.ts';
import type { Remote } from './remote.ts';
import type { Commit, Repository } from './repository.ts';
import { choose, isShortId, parseRevision, prefixesOf, type Wanted } from './revision.ts';

const checkTimeoutMs = 60_000;
/** What nobody asked for so long is looked for no more. */
const forgetMs = 3_600_000;
/** After a failure, `resolve` says the same again without asking the server; and a commit that it lacks is not asked for. */
const failureHoldsMs = 5_000;
const absenceHoldsMs = 60_000;
const rebuildMs = 600_000;
const fetchesPerTidying = 20;
/** Of a commit object: messages are long at times, signatures too. */
const maxCommitBytes = 1024 * 1024;

export interface MirrorParts {
  env: Env;
  url: string;
  key: string;
  remote: Remote;
  directory: MirrorDirectory;
  objects: Objects;
  cache: TreeCache;
}

interface Registered {
  wanted: Wanted;
  askedAt: number;
}

export function createMirror(parts: MirrorParts): Repository {
  const { env, url, remote, directory, objects } = parts;
  const closed = new AbortController();
  const turn = createGate(1);
  const wants = new Map<string, Registered>();
  const absent = new Map<string, number>();
  const ancestry = new Lru<boolean>(5_000);
  /** Refs of the remote as the mirror has them. */
  let known: MirrorRefs = new Map();
  /** Keys of the wants that the last successful check answered. */
  let covered: ReadonlySet<string> = new Set();
  let checkedAt: number | undefined;
  let opened: Promise<void> | undefined;
  let running: Promise<boolean> | undefined;
  let lastFailure: { error: unknown; at: number } | undefined;
  let fetches = 0;
  let rebuiltAt = Number.NEGATIVE_INFINITY;
  let tidying: Promise<void> = Promise.resolve();

  async function open(): Promise<void> {
    await directory.open();
    try {
      known = await directory.refs();
    } catch (error) {
      if (asFailure(error).code !== 'GIT_OBJECT_INVALID') throw error;
      // A mirror that a crash or a disk has damaged is no loss: the remote has all of it.
      env.log.warn('the mirror is damaged and is made anew', { repository: url });
      await directory.discard();
      known = await directory.refs();
    }
  }

  async function ready(): Promise<void> {
    opened ??= open();
    try {
      await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  }

  async function check(signal: AbortSignal, suspect = false): Promise<boolean> {
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
    const chosen = new Set(asked.flatMap(([, { wanted }]) => choose(wanted, new Set(refs.keys()))));
    const rebuilt = (suspect || objects.damaged) && (await rebuild([...chosen], signal));
    const fetch = [...chosen].filter(name => known.get(name)?.id !== refs.get(name)?.id);
    const drop = [...known.keys()].filter(name => !refs.has(name) && prefixes.some(prefix => name.startsWith(prefix)));
    if (fetch.length > 0 || drop.length > 0) await update({ fetch, drop }, signal);
    covered = new Set(asked.map(([key]) => key));
    checkedAt = env.clock.now();
    return rebuilt || fetch.length > 0 || drop.length > 0;
  }

  /** One fetch at a time. What a failed one leaves may be large. */
  async function alone(signal: AbortSignal, work: (access: Access) => Promise<void>): Promise<void> {
    await turn(signal, async () => {
      try {
        await remote.access(signal, work);
      } catch (error) {
        await directory.clear();
        throw error;
      }
    });
  }

  /** Seldom: where the remote itself is damaged, it would not help. */
  async function rebuild(names: string[], signal: AbortSignal): Promise<boolean> {
    if (env.clock.monotonic() - rebuiltAt < rebuildMs) return false;
    rebuiltAt = env.clock.monotonic();
    env.log.warn('the mirror is damaged and is made anew', { repository: url });
    await alone(signal, access => directory.rebuild(names, access, signal));
    objects.reset();
    known = await directory.refs();
    return true;
  }

  async function update(change: { fetch: string[]; drop: string[] }, signal: AbortSignal): Promise<void> {
    await alone(signal, access => directory.update(change, known, access, signal));
    known = await directory.refs();
    fetches++;
    if (fetches % fetchesPerTidying === 0) tidy();
  }

  function tidy(): void {
    tidying = directory.tidy(closed.signal).catch(error => {
      if (!closed.signal.aborted) env.log.warn('git gc failed', { repository: url, reason: asFailure(error).message });
    });
  }

  async function checkTwice(): Promise<boolean> {
    try {
      return await check(closed.signal);
    } catch (error) {
      const { code } = asFailure(error);
      // The mirror may be to blame, or the server: a new one beside it will tell.
      const suspect = code === 'GIT_OBJECT_INVALID';
      // Otherwise a ref may have gone away between the two questions.
      if (!suspect && code !== 'GIT_REVISION_NOT_FOUND') throw error;
      return await again(suspect);
    }
  }

  async function again(suspect: boolean): Promise<boolean> {
    try {
      return await check(closed.signal, suspect);
    } catch (error) {
      const { code, message } = asFailure(error);
      throw suspect && code === 'GIT_OBJECT_INVALID' ? failure('GIT_SERVER_INVALID', { url, reason: message }) : error;
    }
  }

  async function shared(): Promise<boolean> {
    try {
      const changed = await checkTwice();
      lastFailure = undefined;
      return changed;
    } catch (error) {
      lastFailure = { error, at: env.clock.monotonic() };
      throw error;
    } finally {
      running = undefined;
    }
  }

  async function refresh(signal: AbortSignal): Promise<boolean> {
    closed.signal.throwIfAborted();
    running ??= shared();
    return await orAborted(running, signal);
  }

  /** Until a check has answered this want: one at most is under way that had begun before it was registered. */
  async function cover(key: string, signal: AbortSignal): Promise<void> {
    for (let turn = 0; turn < 3 && !covered.has(key); turn++) {
      if (
        running === undefined &&
        lastFailure !== undefined &&
        env.clock.monotonic() - lastFailure.at < failureHoldsMs
      ) {
        throw lastFailure.error;
      }
      await refresh(signal);
    }
  }

  function pick(wanted: Wanted, revision: string): string | undefined {
    const commits = new Set(choose(wanted, new Set(known.keys())).map(name => known.get(name)?.commit));
    if (commits.size > 1) throw failure('GIT_REVISION_AMBIGUOUS', { url, revision });
    return [...commits][0];
  }

  async function resolveNamed(wanted: Wanted, revision: string, signal: AbortSignal): Promise<string | undefined> {
    const key = JSON.stringify(wanted);
    // Before anything is waited for: what is asked for at one time is looked for at once.
    wants.set(key, { wanted, askedAt: env.clock.monotonic() });
    await orAborted(ready(), signal);
    try {
      await cover(key, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Started while the remote is out of reach: what the mirror knows from before goes on.
      const before = pick(wanted, revision);
      if (before !== undefined) return before;
      throw error;
    }
    return pick(wanted, revision);
  }

  async function commitIn(id: string): Promise<string | undefined> {
    return (await objects.info(`${id}^{commit}`))?.id;
  }

  /** A commit by its id or the beginning of it; what the mirror lacks is fetched once. */
  async function resolveCommit(id: string, signal: AbortSignal): Promise<string | undefined> {
    await orAborted(ready(), signal);
    const found = await commitIn(id);
    if (found !== undefined || env.clock.monotonic() - (absent.get(id) ?? Number.NEGATIVE_INFINITY) < absenceHoldsMs)
      return found;
    const whole = id.length === 40;
    try {
      await alone(signal, access =>
        whole ? directory.fetchCommit(id, access, signal) : directory.fetchAll(access, signal),
      );
    } catch (error) {
      if (asFailure(error).code !== 'GIT_REVISION_NOT_FOUND') throw error;
      await alone(signal, access => directory.fetchAll(access, signal));
    }
    const fetched = await commitIn(id);
    if (fetched === undefined) {
      if (absent.size > 1_000) absent.clear();
      absent.set(id, env.clock.monotonic());
    }
    return fetched;
  }

  async function readCommit(id: string) {
    const info = await objects.info(id);
    if (info === undefined && [...known.values()].some(ref => ref.commit === id))
      throw objects.invalid(id, 'it is missing');
    if (info === undefined) throw failure('GIT_REVISION_NOT_FOUND', { url, revision: id });
    if (info.type !== 'commit' || info.size > maxCommitBytes) {
      throw failure('GIT_REVISION_INVALID', { revision: id, reason: `it is a ${info.type} of ${info.size} bytes` });
    }
    const commit = parseCommit(id, await objects.content(id, 'commit', maxCommitBytes));
    if (commit === undefined) throw objects.invalid(id, 'it is no commit');
    return commit;
  }

  return {
    url,
    get checkedAt() {
      return checkedAt;
    },
    refresh,
    async resolve(revision, { tagPrefix }, signal) {
      const wanted = parseRevision(revision, tagPrefix);
      const id =
        wanted.kind === 'commit'
          ? await resolveCommit(wanted.id, signal)
          : await resolveNamed(wanted, revision, signal);
      const short = wanted.kind === 'name' && isShortId(wanted.name) ? wanted.name : undefined;
      const found = id ?? (short === undefined ? undefined : await resolveCommit(short, signal));
      if (found === undefined) throw failure('GIT_REVISION_NOT_FOUND', { url, revision });
      return found;
    },
    async tree(commit, signal) {
      await orAborted(ready(), signal);
      return createGitTree((await orAborted(readCommit(commit), signal)).tree, parts);
    },
    async commit(id, signal): Promise<Commit> {
      await orAborted(ready(), signal);
      const { tree: _, ...commit } = await orAborted(readCommit(id), signal);
      return commit;
    },
    async isAncestor(ancestor, descendant, signal) {
      if (ancestor === descendant) return true;
      const key = `${ancestor} ${descendant}`;
      const before = ancestry.get(key);
      if (before !== undefined) return before;
      const answer = await directory.isAncestor(ancestor, descendant, signal);
      ancestry.set(key, answer, 1);
      return answer;
    },
    async close() {
      closed.abort(new HoldfastError('GIT_FAILED', `the repository ${url} was closed`));
      await Promise.allSettled([running, tidying]);
      objects.reset();
      await remote.close();
    },
  };
}
