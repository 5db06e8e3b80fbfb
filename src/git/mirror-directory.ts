import type { Env } from '../env/env.ts';
import type { Access, GitProgram } from './program.ts';

const remotePrefix = 'refs/holdfast/remote/';
const keptPrefix = 'refs/holdfast/kept/';
/** How many commits are kept that no ref of the remote leads to any more: what a rollback may ask for. */
const maxKept = 200;

export interface MirrorRef {
  /** Object that the remote's ref names. */
  id: string;
  /** The commit it stands for. */
  commit: string;
}

export interface MirrorChange {
  fetch: readonly string[];
  drop: readonly string[];
}

/** The bare repository on disk. One process writes to it: this one. */
export interface MirrorDirectory {
  /** Makes it where there is none, and clears away what a crash has left. */
  open(): Promise<void>;
  /** Refs of the remote as last fetched, by the remote's names. Throws GIT_OBJECT_INVALID when it is damaged. */
  refs(): Promise<Map<string, MirrorRef>>;
  update(
    change: MirrorChange,
    known: ReadonlyMap<string, MirrorRef>,
    access: Access,
    signal: AbortSignal,
  ): Promise<void>;
  /** Gets one commit by its id, and keeps it. */
  fetchCommit(id: string, access: Access, signal: AbortSignal): Promise<void>;
  /** Gets all branches and tags: for what only its beginning is known of. They are not kept as refs of the remote. */
  fetchAll(access: Access, signal: AbortSignal): Promise<void>;
  tidy(signal: AbortSignal): Promise<void>;
  /** Makes it anew, empty. */
  discard(): Promise<void>;
}

export interface MirrorPlace {
  directory: string;
  /** What git fetches from, and the same for messages. */
  remote: () => string;
  url: string;
  fetchTimeoutMs: number;
}

export function createMirrorDirectory(env: Env, git: GitProgram, place: MirrorPlace): MirrorDirectory {
  const { directory, url } = place;

  async function init(): Promise<void> {
    const fresh = `${directory}.new`;
    await env.files.remove(fresh, { recursive: true });
    await env.files.makeDirectory(fresh);
    const options = ['--bare', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=holdfast'];
    await git.run({ command: 'init', options, directory: fresh, url });
    await env.files.rename(fresh, directory);
  }

  async function open(): Promise<void> {
    if ((await env.files.stat(`${directory}/HEAD`)) === undefined) {
      await env.files.remove(directory, { recursive: true });
      await init();
    }
    for (const leftover of await leftovers(env, directory)) await env.files.remove(leftover, { recursive: true });
  }

  async function list(prefix: string): Promise<string[][]> {
    const format = '%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype)';
    const maxOutputBytes = 64 * 1024 * 1024;
    const call = { options: [`--format=${format}`], operands: [prefix], maxOutputBytes, directory, url };
    const { stdout } = await git.run({ command: 'for-each-ref', ...call });
    return stdout
      .toString('utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.split(' '));
  }

  async function refs(): Promise<Map<string, MirrorRef>> {
    const found = new Map<string, MirrorRef>();
    for (const [ref = '', id = '', type, peeled = '', peeledType] of await list(remotePrefix)) {
      const commit = type === 'commit' ? id : peeledType === 'commit' ? peeled : undefined;
      if (commit !== undefined) found.set(decodeURIComponent(ref.slice(remotePrefix.length)), { id, commit });
    }
    return found;
  }

  async function fetch(refspecs: readonly string[], access: Access, signal: AbortSignal): Promise<void> {
    if (refspecs.length === 0) return;
    await git.run({
      command: 'fetch',
      options: [
        '--quiet',
        '--force',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--no-recurse-submodules',
        '--stdin',
      ],
      operands: [place.remote()],
      input: refspecs.map(one => `${one}\n`).join(''),
      directory,
      url,
      access,
      timeoutMs: place.fetchTimeoutMs,
      signal,
    });
  }

  async function change(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await git.run({
      command: 'update-ref',
      options: ['--no-deref', '--stdin'],
      input: lines.map(line => `${line}\n`).join(''),
      directory,
      url,
    });
  }

  /** `now` makes the names sort by age. */
  const keptName = (id: string) => `${keptPrefix}${String(Math.floor(env.clock.now() / 1000)).padStart(12, '0')}-${id}`;

  async function keep(commits: readonly string[]): Promise<void> {
    const kept = (await list(keptPrefix)).map(([ref = '']) => ref);
    const missing = commits.filter(id => !kept.some(ref => ref.endsWith(id)));
    const surplus = kept.slice(0, Math.max(0, kept.length + missing.length - maxKept));
    await change([...missing.map(id => `update ${keptName(id)} ${id}`), ...surplus.map(ref => `delete ${ref}`)]);
  }

  async function isAncestor(ancestor: string, descendant: string | undefined): Promise<boolean> {
    if (descendant === undefined) return false;
    const call = { options: ['--is-ancestor'], operands: [ancestor, descendant], answers: [1], directory, url };
    return (await git.run({ command: 'merge-base', ...call })).code === 0;
  }

  return {
    open,
    refs,
    async update({ fetch: wanted, drop }, known, access, signal) {
      // First, since a name that has gone may be a directory of one that has come.
      const gone = drop.flatMap(name => known.get(name)?.commit ?? []);
      if (gone.length > 0) await keep(gone);
      await change(drop.map(name => `delete ${localRef(name)}`));
      await fetch(
        wanted.map(name => `+${name}:${localRef(name)}`),
        access,
        signal,
      );
      const now = await refs();
      const rewritten: string[] = [];
      for (const name of wanted) {
        const before = known.get(name)?.commit;
        const after = now.get(name)?.commit;
        if (before !== undefined && before !== after && !(await isAncestor(before, after))) rewritten.push(before);
      }
      if (rewritten.length > 0) await keep(rewritten);
    },
    async fetchCommit(id, access, signal) {
      await fetch([`+${id}:${keptName(id)}`], access, signal);
      await keep([id]);
    },
    async fetchAll(access, signal) {
      await fetch(['+refs/heads/*:refs/holdfast/all/heads/*', '+refs/tags/*:refs/holdfast/all/tags/*'], access, signal);
    },
    async tidy(signal) {
      await git.run({ command: 'gc', options: ['--auto', '--quiet'], directory, url, timeoutMs: 600_000, signal });
    },
    async discard() {
      await env.files.remove(directory, { recursive: true });
      await init();
    },
  };
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
      if (/\.lock$|^gc\.pid$|^tmp_|^\.tmp-|^incoming-|^tmp_objdir-/.test(name))
        found.push(`${directory}${place}/${name}`);
    }
  }
  return found;
}
