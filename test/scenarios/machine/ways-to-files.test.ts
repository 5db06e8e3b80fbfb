import { access, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Files, type Machine, quick, startMachine } from './harness.ts';

/** Directories on the way to files, which nobody declares. */
let machine: Machine;
beforeAll(async () => {
  // What is seen here is seen by events.
  machine = await startMachine({ ...quick, rescanMs: 600_000 });
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
});

const site = (application: string, files: Files): Files => ({
  'appspec.yml': `version: 0.0\nos: linux\nfiles:\n  - {source: files, destination: ${machine.srv}/${application}}\n`,
  ...files,
});
const data = new Uint8Array([0, 1, 2]);

test('a directory far above a file that is replaced by a link, or put back, is noticed at once', async () => {
  await machine.deliver('far', site('far', { 'files/deep/er/data.bin': data }));
  const file = `File ${machine.srv}/far/deep/er/data.bin`;
  const directory = `${machine.srv}/far`;
  expect(machine.live('far')[file]).toBeDefined();

  await rename(directory, `${directory}.kept`);
  await mkdir(`${machine.path}/elsewhere`);
  await symlink(`${machine.path}/elsewhere`, directory);
  await waitFor('the link to be noticed', () => machine.live('far')[file] === undefined || undefined);

  await rm(directory);
  await rename(`${directory}.kept`, directory);
  await waitFor('the directory to be seen again', () => machine.live('far')[file]);
});

test('a file that was deleted by hand, and that Git drops then, is given up with the directories that were made for it', async () => {
  await machine.deliver('gone', site('gone', { 'files/a': data, 'files/deep/b': data }));
  await rm(`${machine.srv}/gone/deep/b`);
  await waitFor('its absence', () => Object.keys(machine.live('gone')).length === 1 || undefined);
  // Declared still: the directory is for it.
  await access(`${machine.srv}/gone/deep`);
  await machine.deliver('gone', site('gone', { 'files/a': data }));
  expect(await readdir(`${machine.srv}/gone`)).toEqual(['a']);

  await rm(`${machine.srv}/gone/a`);
  await waitFor('its absence', () => Object.keys(machine.live('gone')).length === 0 || undefined);
  expect([...machine.target.owners()]).toContain('gone');
  await machine.target.cover('gone', [], new AbortController().signal);
  expect(await readdir(machine.srv)).not.toContain('gone');
  expect([...machine.target.owners()]).not.toContain('gone');
});

test('what was dropped while a link stood in its way is not given up', async () => {
  await machine.deliver('kept', site('kept', { 'files/a': data, 'files/deep/b': data }));
  const directory = `${machine.srv}/kept/deep`;
  await rename(directory, `${directory}.kept`);
  await symlink('/', directory);
  await waitFor('the link to be noticed', () => Object.keys(machine.live('kept')).length === 1 || undefined);
  await machine.deliver('kept', site('kept', { 'files/a': data }));

  await rm(directory);
  await rename(`${directory}.kept`, directory);
  await waitFor('the file to be seen again', () => Object.keys(machine.live('kept')).length === 2 || undefined);
  await machine.deliver('kept', site('kept', { 'files/a': data }));
  expect(await readdir(`${machine.srv}/kept`)).toEqual(['a']);
});
