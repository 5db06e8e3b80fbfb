import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { withFetchLimit } from './fetch-limit.ts';
import type { Access, GitProgram } from './program.ts';

export interface RefRow {
  name: string;
  id: string;
  /** The commit it stands for; a tag may stand for something else. */
  commit: string | undefined;
}

/** One bare repository on disk, and what git does to it. */
export interface BareRepository {
  init(): Promise<void>;
  /** All refs below the prefix, sorted by name. Throws GIT_OBJECT_INVALID when one names what is not there. */
  refs(prefix: string): Promise<RefRow[]>;
  fetch(remote: string, refspecs: readonly string[], access: Access, signal: AbortSignal): Promise<void>;
  /** Lines of `git update-ref --stdin`, all of them or none. */
  change(lines: readonly string[]): Promise<void>;
  isAncestor(ancestor: string, descendant: string, signal?: AbortSignal): Promise<boolean>;
  tidy(signal: AbortSignal): Promise<void>;
}

const fetchOptions = [
  '--quiet',
  '--force',
  '--prune',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
  '--stdin',
];
const refFormat = '--format=%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype)';

export function bareRepository(
  env: Env,
  git: GitProgram,
  place: { directory: string; url: string; fetchTimeoutMs: number; maxFetchBytes: number },
): BareRepository {
  const { directory, url } = place;
  return {
    async init() {
      await env.files.remove(directory, { recursive: true });
      await env.files.makeDirectory(directory);
      const options = ['--bare', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=holdfast'];
      await git.run({ command: 'init', options, directory, url });
    },
    async refs(prefix) {
      const call = { options: [refFormat], operands: [prefix], maxOutputBytes: 64 * 1024 * 1024, directory, url };
      const { stdout } = await git.run({ command: 'for-each-ref', ...call });
      return stdout.toString('utf8').split('\n').filter(Boolean).map(parseRow);
    },
    async fetch(remote, refspecs, access, signal) {
      if (refspecs.length === 0) return;
      const call = {
        options: fetchOptions,
        operands: [remote],
        input: lines(refspecs),
        timeoutMs: place.fetchTimeoutMs,
      };
      const { maxFetchBytes } = place;
      const excess = () => failure('GIT_TOO_LARGE', { url, limit: maxFetchBytes });
      await withFetchLimit(env, `${directory}/objects/pack`, maxFetchBytes, signal, excess, limited =>
        git.run({ command: 'fetch', ...call, directory, url, access, signal: limited }),
      );
    },
    async change(changes) {
      if (changes.length === 0) return;
      const call = { options: ['--no-deref', '--stdin'], input: lines(changes), directory, url };
      await git.run({ command: 'update-ref', ...call });
    },
    async isAncestor(ancestor, descendant, signal) {
      const call = { options: ['--is-ancestor'], operands: [ancestor, descendant], answers: [1], directory, url };
      const { code } = await git.run({ command: 'merge-base', ...call, ...(signal === undefined ? {} : { signal }) });
      return code === 0;
    },
    async tidy(signal) {
      const options = ['--auto', '--quiet'];
      await git.run({ command: 'gc', options, directory, url, timeoutMs: 600_000, signal });
    },
  };
}

function parseRow(line: string): RefRow {
  const [name = '', id = '', type, peeled, peeledType] = line.split(' ');
  return { name, id, commit: type === 'commit' ? id : peeledType === 'commit' ? peeled : undefined };
}

function lines(texts: readonly string[]): string {
  return texts.map(text => `${text}\n`).join('');
}
