import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { realEnv } from '../../../src/env/real.ts';
import { createInventory } from '../../../src/targets/machine/inventory.ts';
import type { FileRecord } from '../../../src/targets/machine/records.ts';
import { temporaryDirectory } from '../../world/directory.ts';

const file = (sha256: string): FileRecord => ({
  uid: 'u',
  hash: 'h',
  wave: 0,
  rank: 10,
  createdAt: 0,
  options: { prune: 'allowed', delete: 'allowed', pruneLast: false, ignoreExtraneous: false, ignoreHealth: false },
  type: 'file',
  contentId: 'c',
  sha256,
  mode: 0o644,
  owner: 0,
  group: 0,
  retained: false,
});

async function reopened(path: string) {
  const inventory = createInventory(realEnv(), path);
  await inventory.load();
  return inventory;
}

test('many files saved at once are there after a restart, and so are removals', async () => {
  await using directory = await temporaryDirectory('inventory');
  const inventory = await reopened(directory.path);
  const record = inventory.of('app');
  const names = Array.from({ length: 5_000 }, (_, n) => `/srv/${n}`);
  await Promise.all(
    names.map(async name => {
      record.files[name] = file(name);
      record.directories = ['/srv'];
      await inventory.saveFile('app', name);
    }),
  );
  delete record.files['/srv/7'];
  await inventory.saveFile('app', '/srv/7');
  record.files['/srv/8'] = file('newer');
  await inventory.saveFile('app', '/srv/8');

  const again = (await reopened(directory.path)).find('app');
  expect(again?.files).toEqual(record.files);
  expect(again?.directories).toEqual(['/srv']);
});

test('saving files one by one writes lines, and folds them into the document now and then', async () => {
  await using directory = await temporaryDirectory('inventory');
  const inventory = await reopened(directory.path);
  const record = inventory.of('app');
  for (let n = 0; n < 2_500; n++) {
    record.files[`/srv/${n % 10}`] = file(String(n));
    await inventory.saveFile('app', `/srv/${n % 10}`);
  }
  expect((await readdir(directory.path)).sort()).toEqual(['app.2.journal', 'app.json']);
  expect((await readFile(`${directory.path}/app.2.journal`, 'utf8')).split('\n').length).toBeLessThan(1_000);
  expect((await reopened(directory.path)).find('app')?.files).toEqual(record.files);
});

test('a torn last line is as if it had not been written; damage within sets all aside', async () => {
  await using directory = await temporaryDirectory('inventory');
  const inventory = await reopened(directory.path);
  const record = inventory.of('app');
  for (const name of ['/srv/a', '/srv/b']) {
    record.files[name] = file(name);
    await inventory.saveFile('app', name);
  }
  const journal = `${directory.path}/app.1.journal`;
  await appendFile(journal, '{"path":"/srv/c","rec');
  const torn = await reopened(directory.path);
  expect(Object.keys(torn.find('app')?.files ?? {})).toEqual(['/srv/a', '/srv/b']);
  torn.of('app').files['/srv/c'] = file('c');
  await torn.saveFile('app', '/srv/c');
  expect(Object.keys((await reopened(directory.path)).find('app')?.files ?? {})).toHaveLength(3);

  await writeFile(journal.replace('.1.', '.2.'), 'nonsense\n');
  expect((await reopened(directory.path)).find('app')).toBeUndefined();
  expect((await readdir(directory.path)).every(name => name.includes('.damaged-'))).toBe(true);
});

test('what an application owned before it was emptied does not come back', async () => {
  await using directory = await temporaryDirectory('inventory');
  const inventory = await reopened(directory.path);
  const add = async (name: string) => {
    inventory.of('app').files[name] = file(name);
    await inventory.saveFile('app', name);
  };
  await add('/srv/a');
  await add('/srv/b');
  inventory.of('app').files = {};
  await inventory.save('app');
  expect(await readdir(directory.path)).toEqual([]);
  // As a crash between the removal of the document and of its journal leaves it.
  await writeFile(`${directory.path}/app.1.journal`, `${JSON.stringify({ path: '/srv/b', record: file('b') })}\n`);
  const again = await reopened(directory.path);
  again.of('app').files['/srv/c'] = file('c');
  await again.saveFile('app', '/srv/c');
  expect(Object.keys((await reopened(directory.path)).find('app')?.files ?? {})).toEqual(['/srv/c']);
});
