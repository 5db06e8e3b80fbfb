import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { realEnv } from '../env/real.ts';
import { parseDataReference } from './data-reference.ts';
import { directoryTree } from './directory-tree.ts';
import { memoryTree } from './memory-tree.ts';

const never = new AbortController().signal;
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tree-'));
  await mkdir(join(root, 'app/deep'), { recursive: true });
  await mkdir(join(root, '.git'));
  await writeFile(join(root, '.git/config'), 'secret');
  await writeFile(join(root, 'app/deep/a.yaml'), 'a: 1\n');
  await writeFile(join(root, 'run.sh'), '#!');
  await chmod(join(root, 'run.sh'), 0o755);
  await symlink('/etc/passwd', join(root, 'link'));
});

afterEach(() => rm(root, { recursive: true }));

test('a directory has the ids that its files would have anywhere else', async () => {
  const tree = await directoryTree(realEnv(), root, never);
  const same = memoryTree({
    'app/deep/a.yaml': 'a: 1\n',
    'run.sh': { content: '#!', executable: true },
    link: { symlink: '/etc/passwd' },
  });
  expect(tree.id).toBe(same.id);
  expect(await tree.list('')).toEqual(await same.list(''));
  expect(await tree.entry('app/deep')).toEqual(await same.entry('app/deep'));
});

test('links are data, and nothing outside can be named', async () => {
  const tree = await directoryTree(realEnv(), root, never);
  expect(Buffer.from(await tree.read('link', 100)).toString()).toBe('/etc/passwd');
  for (const path of ['../x', '/etc/passwd', 'link/x', '.git/config', 'app/../run.sh', 'none']) {
    expect(await tree.entry(path)).toBeUndefined();
    await expect(tree.read(path, 100)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  }
});

test('what changed in between is an error', async () => {
  const tree = await directoryTree(realEnv(), root, never);
  expect(parseDataReference(await tree.reference('run.sh'))).toEqual(Buffer.from('#!'));
  await writeFile(join(root, 'run.sh'), 'other');
  await expect(tree.read('run.sh', 100)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  await expect(tree.read('app/deep/a.yaml', 2)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
});

test('a directory that is not there', async () => {
  await expect(directoryTree(realEnv(), join(root, 'none'), never)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
