import { expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../sources/memory-tree.ts';
import type { Tree } from '../sources/tree.ts';
import { answerQuestion } from './answers.ts';
import { differs, stillHolds } from './reads.ts';

const files: Record<string, MemoryFile> = {
  'app/a.yaml': 'a',
  'app/deep/b.yaml': 'b',
  'app/link': { symlink: 'a.yaml' },
  'other/c.yaml': 'c',
};

/** What the renderer would note of a path after one look at it. */
async function noted(tree: Tree, path: string, kind: 'entry' | 'listing' | 'all'): Promise<string> {
  const { head } = await answerQuestion(
    { type: 'question', number: 1, ask: 'look', root: 'main', paths: [path], max: 0 },
    new Map([['main', tree]]),
  );
  const { node } = head as { node: { type: string; id: string; listing: string } | null };
  if (node === null) return '-';
  if (kind === 'all') return `t:${node.id}`;
  if (kind === 'listing') return `l:${node.listing}`;
  return node.type === 'directory' ? 'd' : `${node.type[0]}:${node.id}`;
}

test.for<[string, 'entry' | 'listing' | 'all', Record<string, MemoryFile | undefined>, boolean]>([
  ['app/a.yaml', 'entry', {}, true],
  ['app/a.yaml', 'entry', { 'app/a.yaml': 'changed' }, false],
  ['app/a.yaml', 'entry', { 'app/a.yaml': undefined }, false],
  ['app/a.yaml', 'entry', { 'app/new.yaml': 'x' }, true],
  ['app/none.yaml', 'entry', { 'other/c.yaml': 'x' }, true],
  ['app/none.yaml', 'entry', { 'app/none.yaml': 'x' }, false],
  ['app/deep', 'entry', { 'app/deep/b.yaml': 'changed' }, true],
  ['app/deep', 'entry', { 'app/deep/b.yaml': undefined }, false],
  ['app/link', 'entry', { 'app/a.yaml': 'changed' }, true],
  ['app/link', 'entry', { 'app/link': { symlink: 'deep' } }, false],
  ['app', 'listing', { 'app/a.yaml': 'changed', 'app/deep/new.yaml': 'x' }, true],
  ['app', 'listing', { 'app/new.yaml': 'x' }, false],
  ['app', 'listing', { 'app/a.yaml': undefined }, false],
  ['app', 'all', { 'other/c.yaml': 'changed' }, true],
  ['app', 'all', { 'app/deep/b.yaml': 'changed' }, false],
  ['', 'all', {}, true],
  ['', 'all', { 'other/c.yaml': 'changed' }, false],
])('a read of %j (%s) after %j holds: %s', async ([path, kind, changes, holds]) => {
  const state = await noted(memoryTree(files), path, kind);
  const changed = Object.entries({ ...files, ...changes }).filter(
    (entry): entry is [string, MemoryFile] => entry[1] !== undefined,
  );
  const roots = new Map([['main', memoryTree(Object.fromEntries(changed))]]);
  expect(await stillHolds({ root: 'main', path, state }, roots)).toBe(holds);
});

test('a tree that is not there any more holds nothing; what was fetched holds by its name', async () => {
  expect(await stillHolds({ root: 'ref:gone', path: '', state: '-' }, new Map())).toBe(false);
  expect(await stillHolds({ root: 'remote:0', path: 'a', state: 'f:1' }, new Map())).toBe(true);
});

test('files that are asked for come one after another, up to what one answer may hold', async () => {
  const tree = memoryTree({ a: 'alpha', b: '', c: 'gamma' });
  const ask = (paths: string[], max: number) =>
    answerQuestion({ type: 'question', number: 3, ask: 'read', root: 'main', paths, max }, new Map([['main', tree]]));
  const { head, tails } = await ask(['a', 'b', 'c'], 10);
  expect(head).toEqual({ type: 'answer', number: 3, lengths: [5, 0, 5] });
  expect(Buffer.concat(tails).toString()).toBe('alphagamma');
  expect((await ask(['a'], 4)).head).toEqual({ type: 'answer', number: 3, tooLarge: 'a' });
  await expect(ask(['none'], 4)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

test.for<[what: string, root: string, changes: Record<string, MemoryFile>, touches: boolean]>([
  ['nothing', 'main', {}, false],
  ['something of the directory, though it was not read', 'main', { 'app/new.yaml': 'x' }, true],
  ['what was read elsewhere', 'main', { 'other/c.yaml': 'changed' }, true],
  ['what was looked for elsewhere, and was not there', 'main', { 'other/none.yaml': 'x' }, true],
  ['what nobody read', 'main', { 'other/d.yaml': 'changed' }, false],
  ['what was read of another source', 'ref:values', { 'other/c.yaml': 'changed' }, false],
  ['it, of that source', 'ref:values', { 'values.yaml': 'changed' }, true],
])('a commit that changes %s', async ([, root, changes, touches]) => {
  const before = memoryTree({ ...files, 'other/d.yaml': 'd', 'values.yaml': 'v' });
  const after = memoryTree({ ...files, 'other/d.yaml': 'd', 'values.yaml': 'v', ...changes });
  const reads = [
    { root: 'main', path: 'other/c.yaml', state: await noted(before, 'other/c.yaml', 'entry') },
    { root: 'main', path: 'other/none.yaml', state: '-' },
    { root: 'ref:values', path: 'values.yaml', state: await noted(before, 'values.yaml', 'entry') },
  ];
  expect(await differs(reads, root, root === 'main' ? 'app' : undefined, before, after)).toBe(touches);
});
