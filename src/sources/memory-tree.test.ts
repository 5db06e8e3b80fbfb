import { expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';

test('ids are those of git', async () => {
  // `git hash-object` and `git mktree` say so.
  expect(memoryTree({}).id).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
  const tree = memoryTree({ 'a.txt': 'hello\n' });
  expect((await tree.entry('a.txt'))?.id).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  expect(tree.id).toBe('2e81171448eb9f2ee3821e3d447aa6b2fe3ddba1');
});

test('equal subtrees have equal ids, wherever they are', async () => {
  const tree = memoryTree({ 'x/deep/a': '1', 'y/deep/a': '1', 'z/deep/a': '2' });
  const [x, y, z] = await Promise.all(['x', 'y', 'z'].map(path => tree.entry(path)));
  expect(x?.id).toBe(y?.id);
  expect(x?.id).not.toBe(z?.id);
});

test('links are data', async () => {
  const tree = memoryTree({ link: { symlink: '/etc/passwd' }, 'run.sh': { content: '#!', executable: true } });
  expect(await tree.entry('link')).toMatchObject({ type: 'symlink', executable: false });
  expect(new TextDecoder().decode(await tree.read('link', 100))).toBe('/etc/passwd');
  expect(await tree.entry('run.sh')).toMatchObject({ type: 'file', executable: true });
});

test('lists are sorted, and undefined for what is no directory', async () => {
  const tree = memoryTree({ b: '', 'a/x': '', c: '' });
  expect((await tree.list(''))?.map(entry => entry.name)).toEqual(['a', 'b', 'c']);
  expect((await tree.list('./a/'))?.map(entry => entry.name)).toEqual(['x']);
  expect(await tree.list('b')).toBeUndefined();
  expect(await tree.list('none')).toBeUndefined();
});

test.each(['..', 'a/..', '/a/x', 'a/x/y', 'nothing', 'a\0', '__proto__', 'constructor'])(
  '%j is not there',
  async path => {
    const tree = memoryTree({ 'a/x': 'text' });
    expect(await tree.entry(path)).toBeUndefined();
    await expect(tree.read(path, 10)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  },
);

test.each([{ '../a': '' }, { '/a': '' }, { '': '' }, { a: '', 'a/b': '' }, { 'a/b': '', a: '' }])(
  'refuses %j',
  files => {
    expect(() => memoryTree(files)).toThrow(expect.objectContaining({ code: 'TREE_PATH_INVALID' }));
  },
);

test('reads are bounded', async () => {
  const tree = memoryTree({ a: '12345' });
  expect(await tree.read('a', 5)).toHaveLength(5);
  await expect(tree.read('a', 4)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
});
