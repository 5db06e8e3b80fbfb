import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildGo } from '../../../scripts/build-go.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { runProgram } from '../../world/process.ts';

let home: TemporaryDirectory;

beforeEach(async () => {
  home = await temporaryDirectory('go');
  // Go's own cache would move with ours.
  vi.stubEnv('GOCACHE', (await runProgram('go', ['env', 'GOCACHE'])).toString().trim());
  vi.stubEnv('XDG_CACHE_HOME', join(home.path, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await home.remove();
});

async function module(says: string, goVersion = '1.26'): Promise<Parameters<typeof buildGo>[0]> {
  const directory = join(home.path, 'module');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'go.mod'), `module example.invalid/tiny\n\ngo ${goVersion}\n`);
  await writeFile(join(directory, 'main.go'), `package main\n\nfunc main() { print("${says}") }\n`);
  return { name: 'tiny', directory, package: '.' };
}

test('builds once for each state of its inputs, also when asked twice at a time', async () => {
  const program = await module('one');
  const [first, same] = await Promise.all([buildGo(program), buildGo(program)]);
  expect(same).toBe(first);
  await writeFile(join(program.directory, 'main_test.go'), 'package main\n');
  expect(await buildGo(program)).toBe(first);
  const second = await buildGo(await module('two'));
  expect(second).not.toBe(first);
  expect(await buildGo(await module('one'))).toBe(first);
  expect(await readdir(join(home.path, 'cache/holdfast/go/tiny'))).toHaveLength(2);
});

test('keeps nothing of a build that failed, and says why it did', async () => {
  const program = await module('" + 1 + "');
  await expect(buildGo(program)).rejects.toThrow('main.go:3');
  expect(await readdir(join(home.path, 'cache/holdfast/go/tiny'))).toEqual([]);
});

test('takes over from a process that was killed in the middle', async () => {
  const program = await module('three');
  await buildGo(program);
  const builds = join(home.path, 'cache/holdfast/go/tiny');
  await writeFile(join(builds, 'lock'), '999999999');
  await buildGo(await module('four'));
  expect(await readdir(builds)).toHaveLength(2);
});

test.each([
  [
    '1.99',
    /^Go 1\.99 or newer is needed to build tiny, and this is "go version go1\..*": see https:\/\/go\.dev\/dl\/$/,
    undefined,
  ],
  ['1.26', /^Go 1\.26 or newer is needed to build tiny, and was not found: see https:\/\/go\.dev\/dl\/$/, '/nowhere'],
])('says in a sentence which Go is missing (%s)', async (goVersion, sentence, path) => {
  const program = await module('five', goVersion);
  if (path !== undefined) vi.stubEnv('PATH', path);
  await expect(buildGo(program)).rejects.toThrow(sentence);
});
