import type { Credentials } from '../config/credentials.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { createAccess } from './access.ts';
import { createGate } from './gate.ts';
import { createTreeCache } from './git-tree.ts';
import { Lru } from './lru.ts';
import { createMirror } from './mirror.ts';
import { createMirrorDirectory } from './mirror-directory.ts';
import { createObjects, type Objects } from './objects.ts';
import { createGitProgram } from './program.ts';
import { createPush } from './push.ts';
import { createRemote } from './remote.ts';
import type { Repository } from './repository.ts';
import { parseRepositoryUrl, type RepositoryUrl } from './url.ts';

export interface RepositoriesOptions {
  env: Env;
  /** Absolute. Mirrors are kept below it; one Holdfast uses it at a time. */
  dataDirectory: string;
  /** Asked for at every use, so that they can be changed. By the address as the configuration has it, without its secrets. */
  credentialsFor: (url: string) => Credentials | undefined;
  /** Whether this repository of the machine itself (`file://`, `/path`) may be read. Default: none. */
  allowFile?: (url: string) => boolean;
  /** Why an address may not be connected to; see `networkPolicy`. */
  denies?: (address: string) => string | undefined;
  /** Default 10 minutes. */
  fetchTimeoutMs?: number;
  /** Longest pack of one fetch, default 4 GiB. */
  maxFetchBytes?: number;
  /** Fetches at the same time, default 4. */
  maxFetches?: number;
  /** For parsed directories of all repositories, default 32 MiB. */
  treeCacheBytes?: number;
}

export interface Repositories {
  /** The one mirror of this repository, whoever asks. Throws GIT_URL_INVALID; no I/O yet. */
  open(url: string): Repository;
  /** Bytes of `git:KEY:ID`, a reference that a tree of one of these repositories gave. */
  stream(reference: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

interface Opened {
  url: RepositoryUrl;
  repository: Repository;
  objects: Objects;
}

export function createRepositories(options: RepositoriesOptions): Repositories {
  const { env, credentialsFor, denies } = options;
  if (!options.dataDirectory.startsWith('/'))
    throw failure('INTERNAL', { reason: 'the data directory is not absolute' });
  const root = `${options.dataDirectory}/git`;
  const privateDirectory = `${root}/private`;
  const git = createGitProgram(env, root);
  const withAccess = createAccess(env, privateDirectory);
  const gate = createGate(options.maxFetches ?? 4);
  const cache = createTreeCache(options.treeCacheBytes ?? 32 * 1024 * 1024);
  const opened = new Map<string, Opened>();
  const spelled = new Lru<RepositoryUrl>(10_000);

  function open(parsed: RepositoryUrl): Opened {
    const path = `${root}/mirrors/${parsed.key}.git`;
    const place = { directory: path, url: parsed.display };
    const objects = createObjects(env, git, place);
    const credentials = () => {
      const { username, password } = opened.get(parsed.key)?.url ?? parsed;
      const inUrl = {
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
      return { ...inUrl, ...credentialsFor(parsed.display) };
    };
    const remote = createRemote({
      env,
      git,
      url: parsed,
      credentials,
      directory: path,
      withAccess,
      gate,
      denies,
    });
    const directory = createMirrorDirectory(env, git, {
      ...place,
      objects,
      remote: remote.href,
      fetchTimeoutMs: options.fetchTimeoutMs ?? 600_000,
      maxFetchBytes: options.maxFetchBytes ?? 4 * 2 ** 30,
    });
    const url = parsed.display;
    const propose = createPush({ env, git, remote, mirror: path, url });
    const repository = createMirror({ env, url, key: parsed.key, remote, directory, objects, cache, propose });
    return { url: parsed, repository, objects };
  }

  return {
    open(url) {
      let parsed = spelled.get(url);
      if (parsed === undefined) {
        parsed = parseRepositoryUrl(url, { allowFile: options.allowFile?.(url) ?? false });
        spelled.set(url, parsed, 1);
      }
      const entry = opened.get(parsed.key) ?? open(parsed);
      // The newest spelling counts: it may hold a newer token.
      entry.url = parsed;
      opened.set(parsed.key, entry);
      return entry.repository;
    },
    stream(reference, signal) {
      const [, key = '', id = ''] = /^git:([0-9a-f]{32}):([0-9a-f]{40})$/.exec(reference) ?? [];
      const entry = opened.get(key);
      if (entry === undefined) throw failure('FILE_NOT_FOUND', { path: reference.slice(0, 100) });
      return entry.objects.stream(id, signal);
    },
    async close() {
      await Promise.all([...opened.values()].map(entry => entry.repository.close()));
      await env.files.remove(privateDirectory, { recursive: true });
    },
  };
}
