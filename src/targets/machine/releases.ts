import { posix } from 'node:path';
import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { Contents } from '../target.ts';
import { hashing, lookAt } from './file-state.ts';
import { segment } from './names.ts';
import { permitted } from './permission.ts';
import type { ReleaseRecord } from './records.ts';
import { looksSecret, type ReleaseFile, type ReleaseSpec } from './spec.ts';

const maxBytes = 4 * 1024 ** 3;
const keep = 3;
const parallel = 16;

export type ReleaseFiles = ReleaseRecord['files'];

export function releasesDirectory(root: string, application: string): string {
  return `${root}/releases/${segment(application)}`;
}

export function releasePath(root: string, application: string, tree: string): string {
  return `${releasesDirectory(root, application)}/${segment(tree)}`;
}

function releaseMode(file: ReleaseFile): number {
  if (looksSecret(file.path)) return file.executable ? 0o700 : 0o600;
  return file.executable ? 0o755 : 0o644;
}

function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && posix.normalize(path) === path && !path.split('/').includes('..');
}

/**
 * Makes the directory of a release, whole or not at all: built beside it, then renamed. In a directory that is there, only
 * the files that are not as declared are written again. Answers what is in it, and whether it was made now.
 */
export async function makeRelease(
  env: Env,
  root: string,
  application: string,
  spec: ReleaseSpec,
  contents: Contents,
  signal: AbortSignal,
): Promise<{ files: ReleaseFiles; made: boolean }> {
  const path = releasePath(root, application, spec.tree);
  const outside = spec.files.find(file => !isInside(file.path));
  if (outside !== undefined)
    throw failure('MACHINE_PATH_FORBIDDEN', { path: outside.path, reason: 'it leads out of the release' });
  if ((await env.files.stat(path))?.type === 'directory')
    return { files: await repair(env, path, spec, contents, signal), made: false };
  const temporary = `${releasesDirectory(root, application)}/.new-${env.random.uuid()}`;
  await permitted('making', temporary, env.files.makeDirectory(temporary, { mode: 0o755 }));
  try {
    const files = await writeAll(env, temporary, spec.files, contents, signal);
    await permitted('making', path, env.files.rename(temporary, path));
    return { files, made: true };
  } catch (error) {
    await env.files.remove(temporary, { recursive: true });
    throw error;
  }
}

/** Each is on the disk when it is answered for, so that a power cut leaves no release with half a file in it: many at a time, since disks sync them together. */
async function writeAll(
  env: Env,
  release: string,
  specs: readonly ReleaseFile[],
  contents: Contents,
  signal: AbortSignal,
): Promise<ReleaseFiles> {
  const files: ReleaseFiles = {};
  const budget = { left: maxBytes };
  const rest = specs.values();
  const worker = async () => {
    for (const file of rest) {
      signal.throwIfAborted();
      files[file.path] = await write(env, release, file, contents, signal, budget);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: parallel }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return files;
}

async function repair(
  env: Env,
  release: string,
  spec: ReleaseSpec,
  contents: Contents,
  signal: AbortSignal,
): Promise<ReleaseFiles> {
  const files: ReleaseFiles = {};
  for (const file of spec.files) {
    signal.throwIfAborted();
    await clearWay(env, release, file.path);
    const declared = await declaredContent(file, contents, signal);
    const there = await lookAt(env.files, `${release}/${file.path}`, undefined, true);
    const right = there?.content === declared && (file.link !== undefined || there.mode === releaseMode(file));
    files[file.path] = right
      ? { content: declared, executable: file.executable }
      : await write(env, release, file, contents, signal, { left: maxBytes });
  }
  return files;
}

async function declaredContent(file: ReleaseFile, contents: Contents, signal: AbortSignal): Promise<string> {
  if (file.link !== undefined) return `link:${file.link}`;
  const hash = hashing(await contents.open(file.reference ?? '', signal));
  for await (const _ of hash.content);
  return hash.sha256();
}

/** Takes away what stands (a file, a link that leads elsewhere) where a directory of the release should be. */
async function clearWay(env: Env, release: string, path: string): Promise<void> {
  const names = path.split('/');
  for (let n = 1; n < names.length; n++) {
    const place = `${release}/${names.slice(0, n).join('/')}`;
    const stat = await env.files.stat(place);
    if (stat !== undefined && stat.type !== 'directory') await env.files.remove(place);
  }
}

async function write(
  env: Env,
  release: string,
  file: ReleaseFile,
  contents: Contents,
  signal: AbortSignal,
  budget: { left: number },
): Promise<ReleaseFiles[string]> {
  const path = `${release}/${file.path}`;
  await env.files.makeDirectory(posix.dirname(path), { mode: 0o755 });
  const there = await env.files.stat(path);
  if (there?.type === 'directory' || file.link !== undefined) await env.files.remove(path, { recursive: true });
  if (file.link !== undefined) {
    await env.files.link(file.link, path);
    return { content: `link:${file.link}`, executable: false };
  }
  const counted = hashing(await contents.open(file.reference ?? '', signal));
  async function* limited() {
    for await (const piece of counted.content) {
      budget.left -= piece.length;
      if (budget.left < 0) throw failure('FILE_TOO_LARGE', { path: file.path, limit: maxBytes });
      yield piece;
    }
  }
  await permitted('writing', path, env.files.writeAtomic(path, limited(), { mode: releaseMode(file) }));
  return { content: counted.sha256(), executable: file.executable };
}

/** Removes releases that nothing runs in, but the newest three. */
export async function pruneReleases(
  env: Env,
  root: string,
  application: string,
  inUse: ReadonlySet<string>,
): Promise<void> {
  const directory = releasesDirectory(root, application);
  const found: { name: string; modifiedAt: number }[] = [];
  for (const name of await env.files.list(directory)) {
    const stat = await env.files.stat(`${directory}/${name}`);
    if (stat?.type === 'directory') found.push({ name, modifiedAt: stat.modifiedAt });
  }
  const used = new Set([...inUse].map(segment));
  const idle = found.sort((a, b) => b.modifiedAt - a.modifiedAt).slice(keep);
  for (const { name } of idle) {
    if (!used.has(name)) await env.files.remove(`${directory}/${name}`, { recursive: true });
  }
}
