import { HoldfastError } from '../errors.ts';
import type { Tree } from '../sources/tree.ts';
import type { Question } from './protocol.ts';
import { listingHash, type Roots } from './reads.ts';

export interface Answer {
  head: object;
  tails: Uint8Array[];
}

/** Links longer than this lead nowhere sensible. */
const maxLinkBytes = 4096;
/** One answer holds about so much; the renderer asks again for the rest. */
const enoughBytes = 32 * 1024 * 1024;

/** Answers one question of the renderer about the files of its request. Throws what the trees throw. */
export async function answerQuestion(question: Question, roots: Roots): Promise<Answer> {
  const tree = roots.get(question.root);
  if (question.ask === 'look') {
    const node = tree === undefined ? undefined : await look(tree, question.paths[0] ?? '');
    return { head: { type: 'answer', number: question.number, node: node ?? null }, tails: [] };
  }
  return await read(tree, question);
}

async function look(tree: Tree, path: string): Promise<object | undefined> {
  const entry = path === '' ? { type: 'directory' as const, id: tree.id } : await tree.entry(path);
  if (entry === undefined) return undefined;
  if (entry.type === 'symlink') {
    const target = new TextDecoder().decode(await tree.read(path, maxLinkBytes));
    return { type: entry.type, id: entry.id, target };
  }
  if (entry.type !== 'directory') return { type: entry.type, id: entry.id };
  const entries = (await tree.list(path)) ?? [];
  return {
    type: entry.type,
    id: entry.id,
    listing: listingHash(entries),
    entries: entries.map(({ name, type, id }) => ({ name, type, id })),
  };
}

async function read(tree: Tree | undefined, { number, paths, max }: Question): Promise<Answer> {
  const tails: Uint8Array[] = [];
  let bytes = 0;
  for (const path of paths) {
    try {
      const content = (await tree?.read(path, max)) ?? new Uint8Array();
      tails.push(content);
      bytes += content.length;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'FILE_TOO_LARGE') throw error;
      return { head: { type: 'answer', number, tooLarge: path }, tails: [] };
    }
    if (bytes >= enoughBytes) break;
  }
  return { head: { type: 'answer', number, lengths: tails.map(tail => tail.length) }, tails };
}
