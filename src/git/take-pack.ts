import type { Env } from '../env/env.ts';
import { parentsOf, parseCommit } from './commit-object.ts';
import { looseFile, objectTypes } from './loose-object.ts';
import type { Objects } from './objects.ts';
import { unpack } from './pack.ts';
import { PacketError } from './pkt-line.ts';

/** Of one object; the largest base that a delta may have. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Puts the objects of a small pack into a repository, each as a file, as `git unpack-objects` does. Throws unless the
 * wanted are there then, with their trees and parents: a reader finds out about the rest, and the mirror is made anew.
 */
export async function takePack(
  { files }: Pick<Env, 'files'>,
  directory: string,
  objects: Objects,
  pack: Buffer,
  wanted: Iterable<string>,
): Promise<void> {
  // What was removed from under a git that runs is still told by it.
  if ((await files.stat(`${directory}/objects/pack`)) === undefined) throw new PacketError('there is no repository');
  const found = await unpack(pack, async id => {
    const info = await objects.info(id);
    const type = objectTypes.find(one => one === info?.type);
    return type && { type, content: await objects.content(id, type, maxBytes) };
  });
  for (const [id, object] of found) {
    if ((await objects.info(id)) !== undefined) continue;
    const { path, bytes } = looseFile(id, object);
    await files.makeDirectory(`${directory}/${path.slice(0, path.lastIndexOf('/'))}`);
    await files.writeAtomic(`${directory}/${path}`, bytes, { mode: 0o444, durable: false });
  }
  for (const id of wanted) await requireWhole(objects, id);
}

async function requireWhole(objects: Objects, id: string): Promise<void> {
  const commit = await objects.info(`${id}^{commit}`);
  // A tag may be of something else.
  if (commit === undefined) return await requireObject(objects, id);
  const content = await objects.content(commit.id, 'commit', maxBytes);
  const { tree } = parseCommit(commit.id, content) ?? {};
  if (tree === undefined) throw new PacketError(`${commit.id} is no commit`);
  for (const needed of [tree, ...parentsOf(content)]) await requireObject(objects, needed);
}

async function requireObject(objects: Objects, id: string): Promise<void> {
  if ((await objects.info(id)) === undefined) throw new PacketError(`the pack lacks ${id}`);
}
