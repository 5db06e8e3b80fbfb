import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createContents } from '../../../src/sources/contents.ts';
import { runProgram } from '../../world/process.ts';
import { gitSetup, never } from './setup.ts';

const mebibyte = 1024 * 1024;

test('a repository of 10,000 directories and a file of 50 MB', async () => {
  await using setup = await gitSetup();
  const files: Record<string, string | Uint8Array> = {};
  for (let i = 0; i < 10_000; i++) files[`apps/app-${i}/deployment.yaml`] = `name: app-${i}\n`;
  const large = randomBytes(50 * mebibyte);
  files['large.bin'] = large;
  await setup.repo.git(['config', 'core.compression', '0']);
  const head = await setup.repo.commit(files);
  const program = fileURLToPath(new URL('reader.ts', import.meta.url));
  const printed = await runProgram(process.execPath, ['--expose-gc', program, setup.dataDirectory, setup.repo.fileUrl]);
  const seen = JSON.parse(printed.toString());
  expect(seen).toMatchObject({ head, directories: 10_000, files: 10_000, hash: sha256(large) });
  // All directories are in the cache; of the file nothing is held.
  expect(seen.grown).toBeLessThan(20 * mebibyte);
  expect(seen.largestMemory - seen.memoryAtStart).toBeLessThan(256 * mebibyte);

  const repository = setup.repositories.open(setup.repo.fileUrl);
  await repository.resolve('main', {}, never);
  const tree = await repository.tree(head, never);
  await expect(tree.read('large.bin', mebibyte)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  const second = await setup.repo.commit({ 'apps/app-7/deployment.yaml': 'changed\n' });
  await repository.refresh(never);
  const ids = new Map((await tree.list('apps'))?.map(({ name, id }) => [name, id]));
  const newer = await (await repository.tree(second, never)).list('apps');
  expect(newer?.filter(({ name, id }) => ids.get(name) !== id).map(({ name }) => name)).toEqual(['app-7']);
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a slow reader of a large file keeps nobody waiting, and one that leaves ends its process', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ 'large.bin': Buffer.alloc(20 * mebibyte), small: 'x' });
  const repository = setup.repositories.open(setup.repo.fileUrl);
  await repository.resolve('main', {}, never);
  const tree = await repository.tree(head, never);
  const contents = createContents(setup.repositories);
  const leaving = new AbortController();
  const stream = await contents.open(await tree.reference('large.bin'), leaving.signal);
  let pieces = 0;
  for await (const _ of stream) {
    expect(await tree.read('small', 10)).toHaveLength(1);
    if (++pieces === 3) break;
  }
  leaving.abort(new Error('left'));
  await expect(
    (async () => {
      for await (const _ of await contents.open(await tree.reference('large.bin'), leaving.signal));
    })(),
  ).rejects.toThrow('left');
});
