import { createHash } from 'node:crypto';
import type { Credentials } from '../config/credentials.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { orAborted } from '../git/deadline.ts';
import { Lru } from '../git/lru.ts';
import type { Repositories } from '../git/repositories.ts';
import { maskSecrets } from '../git/url.ts';
import type { ChartReference, Remote, RemoteChart } from '../render/remote.ts';
import { archiveTree } from './archive-tree.ts';
import { createChartCache } from './chart-cache.ts';
import type { FoundChart } from './chart-source.ts';
import { isChartName } from './chart-version.ts';
import { basicOf, createDownloads, tlsOf } from './download.ts';
import { createHelmRepositories, statusFailure } from './helm-repository.ts';
import { createOciRegistries } from './oci.ts';
import type { Tree } from './tree.ts';

/** Of archives whose unpacked trees are kept at hand. */
const keptBytes = 16 * 1024 * 1024;

export interface RemoteOptions {
  env: Env;
  repositories: Pick<Repositories, 'open'>;
  /** For indexes and archives; may be emptied at any time. */
  cacheDirectory: string;
  credentialsFor: (url: string) => Credentials | undefined;
  /** Source policy, asked for every URL that is fetched, redirects and archives elsewhere too. Default: all. */
  allowed?: (url: string) => boolean;
  /** Why an address may not be connected to; see `networkPolicy`. */
  denies?: (address: string) => string | undefined;
  /** For the whole of one download, default 60 s. */
  deadlineMs?: number;
}

/** What renders and chart sources fetch: charts of Helm repositories and OCI registries, and other Git repositories. */
export function createRemote(options: RemoteOptions): Remote & { close(): Promise<void> } {
  const { env, repositories, cacheDirectory } = options;
  const downloads = createDownloads(options);
  const helm = createHelmRepositories(env, downloads, cacheDirectory);
  const oci = createOciRegistries(downloads);
  const cache = createChartCache(env, cacheDirectory);
  const trees = new Lru<Tree>(keptBytes);
  const underway = new Map<string, Promise<RemoteChart>>();
  const closed = new AbortController();

  async function find(reference: ChartReference): Promise<FoundChart> {
    const { repoURL, name } = reference;
    const url = maskSecrets(repoURL).slice(0, 300);
    if (!isChartName(name)) throw failure('SOURCE_DENIED', { url, reason: 'it asks for a chart of an unusual name' });
    if (reference.version.length > 200)
      throw failure('SOURCE_DENIED', { url, reason: 'it asks for a version that is too long' });
    if (repoURL.startsWith('oci://')) {
      if (options.allowed?.(repoURL) === false)
        throw failure('SOURCE_DENIED', { url, reason: 'the policy on sources does not allow it' });
      return await oci.find(reference, options.credentialsFor(repoURL) ?? {}, closed.signal);
    }
    if (!/^https?:\/\//i.test(repoURL) || !URL.canParse(repoURL))
      throw failure('SOURCE_DENIED', { url, reason: 'it is neither https:// nor oci://' });
    const parsed = new URL(repoURL);
    if (parsed.search !== '' || parsed.hash !== '')
      throw failure('SOURCE_DENIED', { url, reason: 'it has a query or a fragment' });
    const inUrl = { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) };
    parsed.username = '';
    parsed.password = '';
    const given = options.credentialsFor(parsed.href) ?? {};
    const credentials = inUrl.username === '' ? given : { ...given, ...inUrl };
    return await helm.find({ ...reference, repoURL: parsed.href }, credentials, closed.signal);
  }

  async function archive(found: FoundChart, url: string): Promise<{ bytes: Uint8Array; digest: string }> {
    if (found.digest !== undefined) {
      const kept = await cache.read(found.digest);
      if (kept !== undefined) return { bytes: kept, digest: found.digest };
    }
    const bytes = await found.download(closed.signal);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (found.digest !== undefined && found.digest !== digest) {
      throw failure('CHART_DIGEST_MISMATCH', { url, expected: found.digest.slice(0, 100), actual: digest });
    }
    await cache.write(digest, bytes);
    return { bytes, digest };
  }

  async function unpacked(name: string, digest: string, bytes: Uint8Array): Promise<Tree> {
    const known = trees.get(digest);
    if (known !== undefined) return known;
    const tree = await archiveTree(name, bytes, { stripRoot: true });
    trees.set(digest, tree, bytes.length);
    return tree;
  }

  async function chart(reference: ChartReference): Promise<RemoteChart> {
    const { name, version, digest: locked } = reference;
    const kept = locked === undefined ? undefined : await cache.read(locked);
    if (locked !== undefined && kept !== undefined)
      return { tree: await unpacked(name, locked, kept), digest: locked, version };
    const url = maskSecrets(`${reference.repoURL.replace(/\/+$/, '')}/${name}`);
    const found = await find(reference);
    const { bytes, digest } = await archive(found, url);
    if (locked !== undefined && locked !== digest)
      throw failure('CHART_DIGEST_MISMATCH', { url, expected: locked, actual: digest });
    return { tree: await unpacked(name, digest, bytes), digest, version: found.version };
  }

  async function once(key: string, reference: ChartReference): Promise<RemoteChart> {
    try {
      return await chart(reference);
    } finally {
      underway.delete(key);
    }
  }

  return {
    async chart(reference, signal) {
      const key = JSON.stringify([reference.repoURL, reference.name, reference.version, reference.digest]);
      const running = underway.get(key) ?? once(key, reference);
      underway.set(key, running);
      return await orAborted(running, signal);
    },
    async repository(url, revision, signal) {
      const repository = repositories.open(url);
      const asked = env.clock.now();
      let commit = await repository.resolve(revision, {}, signal);
      // Nobody else looks at what is only taken from; where a branch or a tag is by now, only a look tells.
      if (commit !== revision && (repository.checkedAt ?? 0) < asked) {
        await repository.refresh(signal);
        commit = await repository.resolve(revision, {}, signal);
      }
      return { tree: await repository.tree(commit, signal), commit };
    },
    async file(url, maxBytes, signal) {
      const credentials = options.credentialsFor(url) ?? {};
      const authorization = basicOf(credentials);
      const login = authorization === undefined ? {} : { authorization };
      // Where it may lead to, only a policy can say.
      const stay = options.allowed === undefined;
      const answer = await downloads.get(url, { maxBytes, tls: tlsOf(credentials), stay, ...login }, signal);
      if (answer.status === 404) throw failure('FILE_NOT_FOUND', { path: maskSecrets(url).slice(0, 300) });
      if (answer.status !== 200) throw statusFailure(url, answer.status);
      return answer.bytes;
    },
    async close() {
      closed.abort(failure('INTERNAL', { reason: 'closed' }));
      await downloads.close();
    },
  };
}
