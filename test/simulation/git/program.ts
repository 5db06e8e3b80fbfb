import type { RunOptions } from '../../../src/env/env.ts';
import type { ModelDisk } from '../env/disk.ts';
import { BareRepository } from './bare.ts';
import type { ModelGit } from './model-git.ts';
import type { ObjectStore } from './objects.ts';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the git program of a machine works on. */
export interface GitWorld {
  disk: ModelDisk;
  objects: ObjectStore;
  /** By name. */
  repositories: ReadonlyMap<string, ModelGit>;
}

const fine: Ended = { code: 0, stdout: '', stderr: '' };
export const fatal = (reason: string): Ended => ({ code: 128, stdout: '', stderr: `fatal: ${reason}\n` });

/** `git ARGS`, as far as Holdfast uses it, all at once. */
export function runGit(world: GitWorld, args: readonly string[], options: RunOptions): Ended {
  const [command = ''] = args;
  const directory = options.env?.GIT_DIR ?? '';
  const input = typeof options.input === 'string' ? options.input : '';
  const operands = args.includes('--') ? args.slice(args.indexOf('--') + 1) : [];
  if (command === 'init') {
    BareRepository.init(world.disk, directory, world.objects);
    return fine;
  }
  if (command === 'ls-remote') return lsRemote(world, operands);
  const repository = BareRepository.at(world.disk, directory);
  if (repository === undefined) return fatal(`not a git repository: '${directory}'`);
  switch (command) {
    case 'fetch':
      return fetch(world, repository, operands[0] ?? '', linesOf(input));
    case 'for-each-ref':
      return forEachRef(repository, operands[0] ?? '');
    case 'update-ref':
      return updateRefs(repository, linesOf(input));
    case 'merge-base':
      return isAncestor(repository, operands);
    case 'gc':
      return fine;
    default:
      return { code: 1, stdout: '', stderr: `git: '${command}' is not a git command.\n` };
  }
}

function linesOf(input: string): string[] {
  return input.split('\n').filter(Boolean);
}

function remoteAt(world: GitWorld, url: string): ModelGit | undefined {
  const name = /^https?:\/\/git\.test\/(.*?)(?:\.git)?$/.exec(url)?.[1];
  return name === undefined ? undefined : world.repositories.get(name);
}

function lsRemote(world: GitWorld, [url = '', ...patterns]: readonly string[]): Ended {
  const remote = remoteAt(world, url);
  if (remote === undefined) return fatal(`repository '${url}' not found`);
  const begins = (name: string) => patterns.some(pattern => name.startsWith(pattern.replace(/\*$/, '')));
  const lines = [...remote.refs()].filter(([name]) => begins(name)).map(([name, id]) => `${id}\t${name}\n`);
  return { ...fine, stdout: lines.join('') };
}

/** All refspecs or none of them. */
function fetch(world: GitWorld, repository: BareRepository, url: string, refspecs: readonly string[]): Ended {
  const remote = remoteAt(world, url);
  if (remote === undefined) return fatal(`repository '${url}' not found`);
  if (remote.status !== 200) {
    return fatal(`unable to access '${url}/': The requested URL returned error: ${remote.status}`);
  }
  const refs = remote.refs();
  const updates: [ref: string, id: string][] = [];
  const pruned: string[] = [];
  for (const refspec of refspecs) {
    const [source = '', target = ''] = refspec.replace(/^\+/, '').split(':');
    if (source.endsWith('*')) {
      const [from, to] = [source.slice(0, -1), target.slice(0, -1)];
      const found = [...refs].filter(([name]) => name.startsWith(from));
      const local = found.map(([name, id]): [string, string] => [to + name.slice(from.length), id]);
      updates.push(...local);
      const kept = new Set(local.map(([name]) => name));
      pruned.push(...[...repository.refs().keys()].filter(name => name.startsWith(to) && !kept.has(name)));
      continue;
    }
    const isId = /^[0-9a-f]{40}$/.test(source);
    const id = isId ? source : refs.get(source);
    if (id === undefined) return fatal(`couldn't find remote ref ${source}`);
    if (isId && !remote.has(id)) return fatal(`remote error: upload-pack: not our ref ${id}`);
    updates.push([target, id]);
  }
  for (const [name, id] of updates) {
    repository.receive(id);
    repository.setRef(name, id);
  }
  for (const name of pruned) repository.setRef(name, undefined);
  return fine;
}

function forEachRef(repository: BareRepository, prefix: string): Ended {
  const lines: string[] = [];
  const refs = [...repository.refs()].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, id] of refs) {
    const object = repository.object(id);
    if (object === undefined) return fatal(`missing object ${id} for ${name}`);
    lines.push(`${name} ${id} ${object.type}  \n`);
  }
  return { ...fine, stdout: lines.join('') };
}

function updateRefs(repository: BareRepository, commands: readonly string[]): Ended {
  for (const line of commands) {
    const [command, , id = ''] = line.split(' ');
    if (command === 'update' && !repository.has(id)) {
      return fatal(`trying to write ref with nonexistent object ${id}`);
    }
  }
  for (const line of commands) {
    const [command, name = '', id = ''] = line.split(' ');
    repository.setRef(name, command === 'update' ? id : undefined);
  }
  return fine;
}

function isAncestor(repository: BareRepository, [ancestor = '', descendant = '']: readonly string[]): Ended {
  for (const id of [ancestor, descendant]) {
    if (repository.object(id)?.type !== 'commit') return fatal(`Not a valid commit name ${id}`);
  }
  return repository.isAncestor(ancestor, descendant) ? fine : { ...fine, code: 1 };
}
