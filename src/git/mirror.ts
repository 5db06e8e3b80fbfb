import { asFailure, failure } from '../errors.ts';
import { type CommitObject, parseCommit } from './commit-object.ts';
import { orAborted } from './deadline.ts';
import { createGitTree, type TreeCache } from './git-tree.ts';
import { Lru } from './lru.ts';
import type { MirrorRefs } from './mirror-directory.ts';
import type { Propose } from './push.ts';
import type { Commit, Repository } from './repository.ts';
import { choose, isShortId, parseRevision, type Wanted } from './revision.ts';
import { createUpkeep, type UpkeepParts } from './upkeep.ts';

/** A commit that the remote lacks is not asked for again for so long. */
const absenceHoldsMs = 60_000;
/** Of a commit object: messages are long at times, signatures too. */
const maxCommitBytes = 1024 * 1024;

export interface MirrorParts extends UpkeepParts {
  key: string;
  cache: TreeCache;
  propose: Propose;
}

export function createMirror(parts: MirrorParts): Repository {
  const { env, url, directory, objects } = parts;
  const upkeep = createUpkeep(parts);
  const absent = new Map<string, number>();
  const ancestry = new Lru<boolean>(5_000);
  /** Every render asks for the tree of the same few. */
  const commits = new Lru<CommitObject>(500);
  /** What revisions mean, by the refs that they were looked for in: applications by the thousand ask for the same few. */
  const picked = new WeakMap<MirrorRefs, Map<string, string | undefined>>();

  function pick(wanted: Wanted, revision: string): string | undefined {
    const { known } = upkeep;
    const memo = picked.get(known) ?? new Map<string, string | undefined>();
    picked.set(known, memo);
    const key = JSON.stringify(wanted);
    if (!memo.has(key)) memo.set(key, pickAnew(wanted, revision, known));
    return memo.get(key);
  }

  function pickAnew(wanted: Wanted, revision: string, known: MirrorRefs): string | undefined {
    const commits = new Set(choose(wanted, new Set(known.keys())).map(name => known.get(name)?.commit));
    if (commits.size > 1) throw failure('GIT_REVISION_AMBIGUOUS', { url, revision });
    return [...commits][0];
  }

  async function resolveNamed(wanted: Wanted, revision: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      await upkeep.cover(wanted, signal);
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
    await upkeep.ready(signal);
    const found = await commitIn(id);
    const missedAt = absent.get(id);
    if (found !== undefined || (missedAt !== undefined && env.clock.monotonic() - missedAt < absenceHoldsMs))
      return found;
    // Shows where the remote is by now, and how it wants to be logged in to.
    if (upkeep.checkedAt === undefined) await upkeep.refresh(signal);
    await fetchCommit(id, signal);
    const fetched = await commitIn(id);
    if (fetched !== undefined) return fetched;
    if (absent.size > 1_000) absent.clear();
    absent.set(id, env.clock.monotonic());
    return undefined;
  }

  async function fetchCommit(id: string, signal: AbortSignal): Promise<void> {
    const all = () => upkeep.fetch(signal, access => directory.fetchAll(access, signal));
    if (id.length < 40) return await all();
    try {
      await upkeep.fetch(signal, access => directory.fetchCommit(id, access, signal));
    } catch (error) {
      // Some servers give no commits by their ids.
      if (asFailure(error).code !== 'GIT_REVISION_NOT_FOUND') throw error;
      await all();
    }
  }

  async function commitObject(id: string): Promise<CommitObject> {
    const known = commits.get(id);
    if (known !== undefined) return known;
    const commit = await readCommit(id);
    commits.set(id, commit, 1);
    return commit;
  }

  async function readCommit(id: string): Promise<CommitObject> {
    const info = await objects.info(id);
    const expected = info === undefined && [...upkeep.known.values()].some(ref => ref.commit === id);
    if (expected) throw objects.invalid(id, 'it is missing');
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
      return upkeep.checkedAt;
    },
    get generation() {
      return upkeep.generation;
    },
    get movedAt() {
      return upkeep.movedAt;
    },
    refresh: upkeep.refresh,
    async resolve(revision, { tagPrefix }, signal) {
      const wanted = parseRevision(revision, tagPrefix);
      let found: string | undefined;
      if (wanted.kind === 'commit') found = await resolveCommit(wanted.id, signal);
      else found = await resolveNamed(wanted, revision, signal);
      if (wanted.kind === 'name' && isShortId(wanted.name)) found ??= await resolveCommit(wanted.name, signal);
      if (found === undefined) throw failure('GIT_REVISION_NOT_FOUND', { url, revision });
      return found;
    },
    async tree(commit, signal) {
      await upkeep.ready(signal);
      const object = commits.get(commit) ?? (await orAborted(commitObject(commit), signal));
      return createGitTree(object.tree, parts);
    },
    async commit(id, signal): Promise<Commit> {
      await upkeep.ready(signal);
      const { tree: _, ...commit } = await orAborted(commitObject(id), signal);
      return commit;
    },
    async names(signal) {
      return [...(await parts.remote.list(['refs/heads/', 'refs/tags/'], signal)).keys()];
    },
    async isAncestor(ancestor, descendant, signal) {
      if (ancestor === descendant) return true;
      await upkeep.ready(signal);
      const key = `${ancestor} ${descendant}`;
      const before = ancestry.get(key);
      if (before !== undefined) return before;
      const answer = await directory.isAncestor(ancestor, descendant, signal);
      ancestry.set(key, answer, 1);
      return answer;
    },
    async propose(proposal, signal) {
      await upkeep.ready(signal);
      return await parts.propose(proposal, signal);
    },
    async close() {
      await upkeep.close();
      objects.reset();
    },
  };
}
