import { expect, test } from 'vitest';
import { editedTree } from './edited-tree.ts';
import { memoryTree } from './memory-tree.ts';
import type { Tree } from './tree.ts';

const files = { 'a/b/c.yaml': 'one', 'a/d.yaml': 'two', 'e.yaml': 'three' };

test.each<[Record<string, string | undefined>]>([
  [{ 'a/b/c.yaml': 'other' }],
  [{ 'a/b/new.yaml': 'new' }],
  [{ 'a/d.yaml': undefined }],
  [{ 'e.yaml': 'x', 'a/d.yaml': 'y' }],
])('%j is as if it had always been so', async edits => {
  const tree = editedTree(memoryTree(files), new Map(Object.entries(edits)));
  const whole = memoryTree(
    Object.fromEntries(Object.entries({ ...files, ...edits }).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))),
  );
  for (const path of ['', '.', 'a', 'a/b', './a/b', 'a/b/c.yaml', 'a/d.yaml', 'a/b/new.yaml', 'e.yaml', 'nothing']) {
    expect([path, await tree.entry(path)]).toEqual([path, await whole.entry(path)]);
    expect([path, await tree.list(path)]).toEqual([path, await whole.list(path)]);
  }
  const text = (from: Tree, path: string) =>
    from.read(path, 100).then(
      bytes => Buffer.from(bytes).toString(),
      error => error.code,
    );
  for (const path of Object.keys({ ...files, ...edits })) expect(await text(tree, path)).toBe(await text(whole, path));
  expect(tree.id).not.toBe(memoryTree(files).id);
});
