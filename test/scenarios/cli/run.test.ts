import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OperatorAddress } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';

// `holdfast run` as a process, and the other commands against it: the real operator on this machine.

const program = join(import.meta.dirname, '../../../bin/holdfast');
let directory: string;
let repo: GitRepo;
const started: ChildProcess[] = [];

function procfile(word: string): string {
  return `web: /bin/sh -c 'while true; do echo ${word}; sleep 0.2; done'\n`;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-run-'));
  repo = await GitRepo.create(directory);
  await repo.commit({ 'shop/Procfile': procfile('tick') });
});

afterEach(async () => {
  const address = await operatorAddress().catch(() => undefined);
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await ended(child);
  }
  // The program may have been killed, and its operator with another id be left.
  if (address !== undefined) await waitFor('the end', () => !isAlive(address.pid));
  await rm(directory, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function operatorAddress(): Promise<OperatorAddress> {
  return JSON.parse(await readFile(join(directory, '.holdfast/operator.json'), 'utf8'));
}

function start(): { child: ChildProcess; err: () => string } {
  const words = ['run', '--repo', repo.fileUrl, '--target', 'machine', '--interval', '1s', '--stop-processes'];
  const child = spawn(program, words, { cwd: directory });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  started.push(child);
  return { child, err: () => err };
}

async function startUp(): Promise<ChildProcess> {
  const { child, err } = start();
  await waitFor('the API', () => err().includes('its API is at'));
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.signalCode !== null) return null;
  return child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve)));
}

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(words, { directory });
}

async function summaryOf(kind: string): Promise<string> {
  const { out } = await holdfast('app', 'shop', '-o', 'json');
  const { resources } = JSON.parse(out) as { resources: { id: { kind: string }; summary?: string }[] };
  return resources.find(({ id }) => id.kind === kind)?.summary ?? '';
}

it('delivers, shows, follows Git, goes back, and ends with all that it started', async () => {
  const child = await startUp();
  expect((await holdfast('wait', 'shop', '--timeout', '20s')).code).toBe(0);
  const [row] = JSON.parse((await holdfast('apps', '-o', 'json')).out);
  expect(row).toMatchObject({ name: 'shop', sync: { status: 'Synced' }, health: { status: 'Healthy' } });
  await waitFor('output', async () => (await holdfast('logs', 'shop', '--tail', '5')).out.includes('] tick'));
  expect((await holdfast('diff', 'shop', '--exit-code')).code).toBe(0);
  expect((await holdfast('doctor')).code).toBe(0);

  const second = await repo.commit({ 'shop/Procfile': procfile('tock') });
  expect((await holdfast('refresh')).code).toBe(0);
  const moved = await holdfast('wait', 'shop', '--revision', second.slice(0, 10), '--timeout', '20s');
  expect(moved, moved.err).toMatchObject({ code: 0 });
  await waitFor('new output', async () => (await holdfast('logs', 'shop', '--tail', '5')).out.includes('] tock'));

  const back = await holdfast('rollback', 'shop');
  expect([back.code, back.out]).toEqual([0, expect.stringContaining('✓ succeeded')]);
  await waitFor('old output', async () => (await holdfast('logs', 'shop', '--tail', '3')).out.includes('] tick'));
  expect((await holdfast('app', 'shop')).out).toMatch(/Pinned .* by admin/);
  expect((await holdfast('events', 'shop')).out).toContain('(admin)');

  const pid = Number(/\d+/.exec(await summaryOf('Process'))?.[0]);
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  await waitFor('the end of the process', () => !isAlive(pid));
});

it('goes on after kill -9: the same processes, the same address, the same token', async () => {
  await startUp();
  expect((await holdfast('wait', 'shop', '--timeout', '20s')).code).toBe(0);
  const before = await operatorAddress();
  const running = await summaryOf('Process');
  process.kill(before.pid, 'SIGKILL');
  await waitFor('its end', () => !isAlive(before.pid));
  expect((await holdfast('apps')).code).toBe(3);

  await startUp();
  const after = await operatorAddress();
  expect([after.url, after.token]).toEqual([before.url, before.token]);
  expect((await holdfast('wait', 'shop', '--timeout', '20s')).code).toBe(0);
  expect(await summaryOf('Process')).toBe(running);
});

it('is alone on its data directory', async () => {
  await startUp();
  const other = start();
  expect(await ended(other.child)).toBe(1);
  expect(other.err()).toContain('[DATA_DIRECTORY_IN_USE]');
});

it('applies a directory without an operator', async () => {
  const place = join(directory, 'local');
  await repo.git(['clone', '--quiet', repo.path, place]);
  const child = spawn(program, ['apply', join(place, 'shop'), '--target', 'machine', '--dry-run', '-o', 'json'], {
    cwd: directory,
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  expect(await ended(child)).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ application: 'shop', dryRun: true, result: 'succeeded' });
});
