import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TarEntry, tar } from '../../test/world/chart.ts';
import { archiveTree, chartLimits } from './archive-tree.ts';

const pack = (...entries: TarEntry[]) => gzipSync(tar(entries));

test('files, links and modes', async () => {
  const tree = await archiveTree(
    'x',
    pack(
      { path: 'web/' },
      { path: 'web/Chart.yaml', content: 'name: web' },
      { path: './web/run.sh', content: '#!', mode: 0o755 },
      { path: 'web/link', linkTo: '/etc/passwd' },
      { path: 'web/Chart.yaml', content: 'name: later' },
    ),
    { stripRoot: true },
  );
  expect(Buffer.from(await tree.read('Chart.yaml', 100)).toString()).toBe('name: later');
  expect(await tree.entry('run.sh')).toMatchObject({ executable: true });
  expect(await tree.entry('link')).toMatchObject({ type: 'symlink' });
});

test.each(['../x', 'a/../../x', '/etc/x', 'a\\..\\x', 'C:/x', '..'])('refuses the name %j', async path => {
  await expect(archiveTree('x', pack({ path, content: '' }))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
});

test('stops at its limits', async () => {
  const limits = { maxBytes: 100_000, maxEntries: 10, maxDepth: 5 };
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  const refused = { code: 'ARCHIVE_TOO_LARGE' };
  await expect(archiveTree('x', bomb, { limits })).rejects.toMatchObject(refused);
  const many = Array.from({ length: 11 }, (_, i) => ({ path: `f${i}` }));
  await expect(archiveTree('x', pack(...many), { limits })).rejects.toMatchObject(refused);
  await expect(archiveTree('x', pack({ path: `${'a/'.repeat(40)}x` }), { limits })).rejects.toThrow('directories deep');
});

test('two roots, hard links, and what is damaged', async () => {
  const invalid = { code: 'ARCHIVE_INVALID' };
  const two = pack({ path: 'a/x' }, { path: 'b/x' });
  await expect(archiveTree('x', two, { stripRoot: true })).rejects.toMatchObject(invalid);
  await expect(archiveTree('x', Buffer.from('no gzip'))).rejects.toMatchObject(invalid);
  await expect(archiveTree('x', gzipSync(Buffer.alloc(600, 'x')))).rejects.toMatchObject(invalid);
  await expect(archiveTree('x', pack({ path: 'a' }, { path: 'a/b' }))).rejects.toMatchObject(invalid);
  const whole = tar([{ path: 'a/x', content: 'y'.repeat(2000) }]);
  await expect(archiveTree('x', gzipSync(whole.subarray(0, 1000)))).rejects.toMatchObject(invalid);
  await expect(archiveTree('x', gzipSync(whole).subarray(0, 60))).rejects.toMatchObject(invalid);
});

test('any bytes give a tree or a clear error', async () => {
  const whole = tar([
    { path: 'a/x', content: 'text' },
    { path: 'a/y', linkTo: 'x' },
  ]);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      const result = await archiveTree('x', gzipSync(bytes), { limits: chartLimits }).catch(error => error);
      if (result instanceof Error) expect(result).toMatchObject({ code: 'ARCHIVE_INVALID' });
    }),
  );
});
