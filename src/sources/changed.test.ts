import { expect, test } from 'vitest';
import { changedDirectories } from './changed.ts';
import { memoryTree } from './memory-tree.ts';

const base = { 'apps/a/one': '1', 'apps/a/two': '2', 'apps/b/one': '1', 'base/x': 'x', readme: 'r' };

test.each([
  ['nothing', {}, []],
  ['a file of an application', { 'apps/a/one': 'other' }, ['', 'apps', 'apps/a']],
  ['a file at the root', { readme: 'other' }, ['']],
  ['a new directory', { 'apps/c/d/one': '1' }, ['', 'apps', 'apps/c', 'apps/c/d']],
  ['a directory that is gone', { 'base/x': undefined }, ['', 'base']],
  ['a file where a directory was', { 'base/x': undefined, base: 'file' }, ['', 'base']],
])('%s', async (_, change, expected) => {
  const files = Object.fromEntries(Object.entries({ ...base, ...change }).filter(([, text]) => text !== undefined));
  const found = await changedDirectories(memoryTree(base), memoryTree(files as Record<string, string>));
  expect([...found].sort()).toEqual(expected);
});
