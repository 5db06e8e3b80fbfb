import semver from 'semver';
import { failure } from '../errors.ts';
import { memoryTree } from '../sources/memory-tree.ts';
import type { Tree } from '../sources/tree.ts';
import type { Missing } from './protocol.ts';
import type { Remote } from './remote.ts';
import type { RenderRequest } from './renderer.ts';

/** Fetches one thing that a render lacks, if its project allows. Throws RENDER_REMOTE_DENIED and what `remote` throws. */
export async function fetchMissing(
  need: Missing,
  request: RenderRequest,
  remote: Remote,
  maxFileBytes: number,
  signal: AbortSignal,
): Promise<Tree> {
  checkAllowed(publicUrl(need.url), request);
  switch (need.kind) {
    case 'chart': {
      const chart = await remote.chart({ repoURL: need.url, name: need.name, version: need.version }, signal);
      return chart.tree;
    }
    case 'repository':
      return (await remote.repository(need.url, need.revision, signal)).tree;
    case 'file':
      return memoryTree({ file: await remote.file(need.url, maxFileBytes, signal) });
  }
}

/** Whether the same name always means the same bytes. What may move is taken to hold for one revision of the source. */
export function isImmutable({ kind, version, revision }: Missing): boolean {
  if (kind === 'chart') return semver.valid(version) !== null;
  return kind === 'repository' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision);
}

/** The URL as source policy sees it and as it may be written down: without user, password and query, which may be secret. */
export function publicUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '');
}

/** Throws RENDER_REMOTE_DENIED. */
export function checkAllowed(url: string, request: RenderRequest): void {
  if (!request.allowsRemote(url)) throw failure('RENDER_REMOTE_DENIED', { url });
}
