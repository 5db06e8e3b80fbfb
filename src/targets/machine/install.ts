import { posix } from 'node:path';
import { asFailure, failure } from '../../errors.ts';
import type { Contents } from '../target.ts';
import { resolveAccounts } from './accounts.ts';
import type { MachineContext } from './context.ts';
import { type FileState, hashing } from './file-state.ts';
import { permitted } from './permission.ts';
import type { FileRecord } from './records.ts';
import type { FileSpec } from './spec.ts';

type Placed = Pick<FileRecord, 'type' | 'contentId' | 'sha256' | 'mode' | 'owner' | 'group' | 'retained'>;

/** How the file should look. `sha256` is '' while nobody has read the content. */
export async function declaredState(
  machine: MachineContext,
  spec: FileSpec,
  known: FileRecord | undefined,
): Promise<Placed> {
  const { uid, gid } = await resolveAccounts(machine.env, spec);
  const contentId = spec.content?.id ?? '';
  return {
    type: spec.type,
    contentId,
    sha256: known !== undefined && known.contentId === contentId ? known.sha256 : '',
    mode: spec.mode,
    owner: uid ?? machine.self.uid,
    group: gid ?? machine.self.gid,
    retained: false,
  };
}

export function looksAsDeclared(state: FileState | undefined, wanted: Placed): boolean {
  if (state === undefined) return false;
  if (wanted.retained) return true;
  return (
    state.type === wanted.type &&
    state.mode === wanted.mode &&
    state.owner === wanted.owner &&
    state.group === wanted.group &&
    (wanted.type === 'directory' || state.content === wanted.sha256)
  );
}

export async function declaredHash(spec: FileSpec, contents: Contents, signal: AbortSignal): Promise<string> {
  if (spec.content === undefined) return '';
  const hash = hashing(await contents.open(spec.content.reference, signal));
  for await (const _ of hash.content);
  return hash.sha256();
}

/**
 * Makes the file or directory as declared. `remember` is called with how it will be before anything is written, so that
 * a crash in between never leaves a file that nobody knows as ours.
 */
export async function installFile(
  machine: MachineContext,
  spec: FileSpec,
  known: FileRecord | undefined,
  contents: Contents,
  remember: (placed: Placed) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { env, roots, files } = machine;
  const place = await roots.resolve(spec.path);
  const wanted = await declaredState(machine, spec, known);
  if (wanted.sha256 === '') wanted.sha256 = await declaredHash(spec, contents, signal);
  await files.refresh(spec.path);
  const there = files.state(spec.path);

  if (known === undefined || known.retained) {
    if (there !== undefined && spec.exists === 'retain') return await remember({ ...wanted, retained: true });
    const takesOver = spec.type === 'directory' && there?.type === 'directory';
    if (there !== undefined && spec.exists === 'disallow' && !takesOver && !looksAsDeclared(there, wanted))
      throw failure('MACHINE_FILE_EXISTS', { path: spec.path });
  }
  if (wanted.owner !== machine.self.uid && machine.self.uid !== 0)
    throw failure('MACHINE_NOT_PERMITTED', { action: 'giving away', path: spec.path, reason: 'only root may' });
  await remember(wanted);
  if (looksAsDeclared(there, wanted)) return;

  signal.throwIfAborted();
  const parent = posix.dirname(place);
  await permitted('making', parent, env.files.makeDirectory(parent, { mode: 0o755 }));
  if (there !== undefined && there.type !== spec.type && there.type !== 'symlink') await setAside(machine, place);
  const owner = { mode: wanted.mode, uid: wanted.owner, gid: wanted.group };
  // Between the look and here a parent may have become a link: look once more, as late as can be.
  if ((await roots.resolve(spec.path)) !== place)
    throw failure('MACHINE_PATH_FORBIDDEN', { path: spec.path, reason: 'the way to it changed meanwhile' });
  if (spec.type === 'directory') await placeDirectory(machine, place, owner);
  else if (spec.content !== undefined) {
    const { reference } = spec.content;
    await permitted('writing', spec.path, env.files.writeAtomic(place, await contents.open(reference, signal), owner));
  }
}

async function placeDirectory(
  { env }: MachineContext,
  place: string,
  owner: { mode: number; uid: number; gid: number },
): Promise<void> {
  const stat = await env.files.stat(place);
  if (stat?.type === 'symlink') await env.files.remove(place);
  await permitted('making', place, env.files.makeDirectory(place));
  if (stat?.uid !== owner.uid || stat.gid !== owner.gid)
    await permitted('changing the owner of', place, env.files.setOwner(place, owner.uid, owner.gid));
  await permitted('changing the mode of', place, env.files.setMode(place, owner.mode));
}

/**
 * Removes a file that Git dropped. What is not as we wrote it is somebody's work: it is kept beside as `NAME.holdfast-saved`.
 * A directory goes when it is empty.
 */
export async function uninstallFile(machine: MachineContext, path: string, record: FileRecord): Promise<void> {
  const { env, roots, files } = machine;
  const place = await roots.resolve(path);
  await files.refresh(path);
  const there = files.state(path);
  if (there === undefined || record.retained) return;
  if (record.type === 'directory') {
    if (there.type === 'directory' && (await env.files.list(place)).length === 0)
      await permitted('removing', path, env.files.remove(place));
    return;
  }
  const ours = there.type === 'file' && there.content === record.sha256;
  if (ours) await permitted('removing', path, env.files.remove(place));
  else await setAside(machine, place);
}

async function setAside({ env }: MachineContext, place: string): Promise<void> {
  let saved = `${place}.holdfast-saved`;
  for (let n = 2; (await env.files.stat(saved)) !== undefined && n < 100; n++) saved = `${place}.holdfast-saved-${n}`;
  await permitted('moving', place, env.files.rename(place, saved));
  env.log.warn('a file that somebody changed by hand was kept aside', { path: place, saved });
}

/** Parents of the path that are not there yet: made for it, and removed again when they are empty. */
export async function missingParents({ env }: MachineContext, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let parent = posix.dirname(path); parent !== '/'; parent = posix.dirname(parent)) {
    if ((await env.files.stat(parent)) !== undefined) break;
    missing.push(parent);
  }
  return missing;
}

/**
 * Removes those of the directories that were made for files and are empty now, deepest first; answers the rest. Only those
 * above `path`, where one is given. One that the disk does not give is left for the next time.
 */
export async function removeEmptyParents(
  machine: MachineContext,
  directories: readonly string[],
  path?: string,
): Promise<string[]> {
  const left = new Set(directories);
  for (const directory of [...directories].sort((a, b) => b.length - a.length)) {
    const isAsked = path === undefined || path.startsWith(`${directory}/`);
    if (!isAsked || machine.roots.objection(directory) !== undefined) continue;
    try {
      if (await removeIfEmpty(machine, directory)) left.delete(directory);
    } catch (error) {
      const reason = asFailure(error).message;
      machine.env.log.warn('a directory that was made for files could not be removed', { path: directory, reason });
    }
  }
  return [...left];
}

/** Answers whether there is none any more. */
async function removeIfEmpty({ env, roots }: MachineContext, directory: string): Promise<boolean> {
  const stat = await env.files.stat(directory);
  if (stat === undefined) return true;
  if (stat.type !== 'directory' || (await env.files.list(directory)).length > 0) return false;
  await permitted('removing', directory, env.files.remove(await roots.resolve(directory)));
  return true;
}
