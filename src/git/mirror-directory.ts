import type { Env } from '../env/env.ts';
import { bareRepository } from './bare-repository.ts';
import type { Objects } from './objects.ts';
import type { Access, GitProgram } from './program.ts';
import { createShortcuts } from './shortcuts.ts';
import { takePack } from './take-pack.ts';

const remotePrefix = 'refs/holdfast/remote/';
const keptPrefix = 'refs/holdfast/kept/';
const allBranches = '+refs/heads/*:refs/holdfast/all/heads/*';
const allTags = '+refs/tags/*:refs/holdfast/all/tags/*';
/** How many commits are kept that no ref of the remote leads to any more: what a rollback may ask for. */
const maxKept = 200;

export interface MirrorRef {
  /** Object that the remote's ref names. */
  id: string;
  /** The commit it stands for; a tag may stand for something else. */
  commit: string | undefined;
}

/** Refs of the remote as last fetched, by the remote's names. */
export type MirrorRefs = ReadonlyMap<string, MirrorRef>;

export interface MirrorChange {
  fetch: readonly string[];
  drop: readonly string[];
}

/** A pack, and what the refs to fetch are to be with it. */
export interface WantedPack {
  pack: Buffer;
  ids: ReadonlyMap<string, string>;
}

/** The mirror on disk. One process writes to it: this one. */
export interface MirrorDirectory {
  /** Makes it where there is none, and clears away what a crash has left. */
  open(): Promise<void>;
  /** Clears away what a git that was killed has left. No other may be running. */
  clear(): Promise<void>;
  /** Throws GIT_OBJECT_INVALID when it is damaged. */
  refs(): Promise<MirrorRefs>;
  /** Answers the refs as they are then. */
  update(change: MirrorChange, known: MirrorRefs, access: Access, signal: AbortSignal): Promise<MirrorRefs>;
  /** The same with a pack that is here already, without a program. Throws when it does not hold what was wanted. */
  take(change: MirrorChange, known: MirrorRefs, wanted: WantedPack, signal: AbortSignal): Promise<MirrorRefs>;
  /** Fetches these into a new one, which takes the place of the old one when all of it is there. */
  rebuild(names: readonly string[], access: Access, signal: AbortSignal): Promise<void>;
  /** Gets one commit by its id, and keeps it. */
  fetchCommit(id: string, access: Access, signal: AbortSignal): Promise<void>;
  /** Gets all branches and tags, for what only its beginning is known of. They do not count as refs of the remote. */
  fetchAll(access: Access, signal: AbortSignal): Promise<void>;
  isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<boolean>;
  tidy(signal: AbortSignal): Promise<void>;
  /** Makes it anew, empty. */
  discard(): Promise<void>;
}

export interface MirrorPlace {
  directory: string;
  /** What git fetches from; and for messages. */
  remote: () => string;
  url: string;
  objects: Objects;
  fetchTimeoutMs: number;
  maxFetchBytes: number;
}

export function createMirrorDirectory(env: Env, git: GitProgram, place: MirrorPlace): MirrorDirectory {
  const { directory } = place;
  const mirror = bareRepository(env, git, place);
  const shortcuts = createShortcuts(env, directory, place.objects);
  const next = bareRepository(env, git, { ...place, directory: `${directory}.new` });

  /** A crash between the two leaves none, which `open` sees. */
  async function takeNext(): Promise<void> {
    await env.files.remove(directory, { recursive: true });
    await env.files.rename(`${directory}.new`, directory);
  }

  async function discard(): Promise<void> {
    await next.init();
    await takeNext();
  }

  async function clear(): Promise<void> {
    for (const leftover of await leftovers(env, directory)) await env.files.remove(leftover, { recursive: true });
    await env.files.remove(`${directory}.new`, { recursive: true });
  }

  async function refs(): Promise<MirrorRefs> {
    const rows = await mirror.refs(remotePrefix);
    return new Map(
      rows.map(({ name, id, commit }) => [decodeURIComponent(name.slice(remotePrefix.length)), { id, commit }]),
    );
  }

  async function refsAfter({ fetch, drop }: MirrorChange, known: MirrorRefs): Promise<MirrorRefs> {
    const now = new Map([...known].filter(([name]) => !drop.includes(name)));
    for (const name of fetch) {
      const ref = await shortcuts.ref(localRef(name));
      if (ref === undefined) return await refs();
      now.set(name, ref);
    }
    return now;
  }

  async function dropRefs({ drop }: MirrorChange, known: MirrorRefs): Promise<void> {
    await keep(drop.flatMap(name => known.get(name)?.commit ?? []));
    await mirror.change(drop.map(name => `delete ${localRef(name)}`));
  }

  /** The refs after a fetch; commits that a ref has left behind are kept. */
  async function settled(change: MirrorChange, known: MirrorRefs, signal: AbortSignal): Promise<MirrorRefs> {
    const now = await refsAfter(change, known);
    const rewritten: string[] = [];
    for (const name of change.fetch) {
      const before = known.get(name)?.commit;
      const after = now.get(name)?.commit;
      if (before === undefined || before === after) continue;
      if (after === undefined || !(await isAncestor(before, after, signal))) rewritten.push(before);
    }
    await keep(rewritten);
    return now;
  }

  async function isAncestor(ancestor: string, descendant: string, signal: AbortSignal): Promise<boolean> {
    if (await shortcuts.isNearAncestor(ancestor, descendant)) return true;
    return await mirror.isAncestor(ancestor, descendant, signal);
  }

  /** The time makes the names sort by age. */
  const keptRef = (id: string) => `${keptPrefix}${String(Math.floor(env.clock.now() / 1000)).padStart(12, '0')}-${id}`;

  async function keep(commits: readonly string[]): Promise<void> {
    if (commits.length === 0) return;
    const kept = (await mirror.refs(keptPrefix)).map(({ name }) => name);
    const missing = commits.filter(id => !kept.some(ref => ref.endsWith(id)));
    const surplus = kept.slice(0, Math.max(0, kept.length + missing.length - maxKept));
    await mirror.change([...missing.map(id => `update ${keptRef(id)} ${id}`), ...surplus.map(ref => `delete ${ref}`)]);
  }

  return {
    async open() {
      if ((await env.files.stat(`${directory}/HEAD`)) === undefined) await discard();
      await clear();
    },
    clear,
    refs,
    async update(change, known, access, signal) {
      await dropRefs(change, known);
      await mirror.fetch(place.remote(), change.fetch.map(refspec), access, signal);
      return await settled(change, known, signal);
    },
    async take(change, known, { pack, ids }, signal) {
      await takePack(env, directory, place.objects, pack, ids.values());
      for (const [name, id] of ids) {
        // Nobody else writes refs meanwhile: git is started by this process only, and not while this goes on.
        await env.files.writeAtomic(`${directory}/${localRef(name)}`, `${id}\n`, { durable: false });
      }
      await dropRefs(change, known);
      return await settled(change, known, signal);
    },
    async rebuild(names, access, signal) {
      await next.init();
      await next.fetch(place.remote(), names.map(refspec), access, signal);
      await takeNext();
    },
    async fetchCommit(id, access, signal) {
      await mirror.fetch(place.remote(), [`+${id}:${keptRef(id)}`], access, signal);
      await keep([id]);
    },
    fetchAll: (access, signal) => mirror.fetch(place.remote(), [allBranches, allTags], access, signal),
    isAncestor,
    tidy: mirror.tidy,
    discard,
  };
}

function refspec(name: string): string {
  return `+${name}:${localRef(name)}`;
}

/** Flat, so that no ref is in the way of another; `%` is as good as any character in names of refs. */
function localRef(name: string): string {
  return remotePrefix + encodeURIComponent(name);
}

/** What git leaves when it is killed: locks, and half-written packs. */
async function leftovers(env: Env, directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const place of ['', '/objects', '/objects/pack', '/refs/holdfast/remote', '/refs/holdfast/kept']) {
    for (const name of await env.files.list(directory + place)) {
      if (/\.lock$|^gc\.pid$|^tmp_|^\.tmp-|^incoming-/.test(name)) found.push(`${directory}${place}/${name}`);
    }
  }
  return found;
}
