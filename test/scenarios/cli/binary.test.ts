import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';

// The program itself, as a user's shell starts it: on whatever Node comes first on the PATH.

const program = join(import.meta.dirname, '../../../bin/holdfast');
const usersPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter(directory => !directory.includes('node_modules'))
  .join(delimiter);
const env = realEnv();
let directory: string;
let operator: MemoryOperator;
let api: RunningApi;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-bin-'));
  operator = memoryOperator([sampleStatus('shop')]);
  api = await startApi({ env, operator, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) });
  await writeOperatorFile(env.files, join(directory, '.holdfast'), { url: api.url, token: 't', pid: process.pid });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

interface Started {
  child: ChildProcess;
  out(): string;
  err(): string;
  code: Promise<number | null>;
}

function start(words: string[], file = program): Started {
  const child = spawn(file, words, { cwd: directory, env: { PATH: usersPath, USER: 'appops' } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  const code = new Promise<number | null>(resolve => {
    child.on('close', resolve);
  });
  return { child, out: () => out, err: () => err, code };
}

it('answers without colours into a pipe, and ends', async () => {
  const apps = start(['apps']);
  expect(await apps.code).toBe(0);
  expect(apps.out()).toBe('NAME  SYNC      HEALTH     REVISION  LAST SYNC\nshop  ✓ Synced  ✓ Healthy  0123456\n');
  expect(apps.err()).toBe('');
});

it('ends with the code that the documentation names', async () => {
  expect(await start(['app', 'none']).code).toBe(1);
  expect(await start(['nothing']).code).toBe(2);
  expect(await start(['--data-dir', 'none', 'apps']).code).toBe(3);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s, sent twice as a terminal does', async signal => {
  const follow = start(['events', '--follow']);
  await operator.suspend('shop', '', 'appops');
  await waitFor('the event', () => follow.out().includes('suspend'));
  follow.child.kill(signal);
  follow.child.kill(signal);
  expect(await follow.code).toBe(130);
});

it('ends quietly when nobody reads on', async () => {
  for (let i = 0; i < 3_000; i++) operator.put(sampleStatus(`app-${i}`));
  const apps = start(['apps', '-o', 'json']);
  apps.child.stdout?.once('data', () => apps.child.stdout?.destroy());
  expect(await apps.code).toBe(0);
  expect(apps.err()).toBe('');
});

it('says what to do when nothing is installed', async () => {
  await cp(join(program, '..'), join(directory, 'bin'), { recursive: true });
  const bare = start(['apps'], join(directory, 'bin/holdfast'));
  expect(await bare.code).toBe(1);
  expect(bare.err()).toMatch(/^Holdfast is not set up yet\..*\n {2}npm start .*\n {2}npm run setup .*\n$/);
});
