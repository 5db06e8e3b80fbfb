import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OperatorAddress } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { Browser } from '../../world/browser.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { createCertificate } from '../../world/http-server.ts';
import { waitFor } from '../../world/wait.ts';

// `holdfast run` as people start it for the first time: who gets in, and how.

const program = join(import.meta.dirname, '../../../bin/holdfast');
let directory: TemporaryDirectory;
let repo: GitRepo;
const started: ChildProcess[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory('first-start');
  repo = await GitRepo.create(directory.path);
  await repo.commit({ 'shop/Procfile': "web: /bin/sh -c 'while true; do sleep 1; done'\n" });
});

afterEach(async () => {
  await Promise.all(started.splice(0).map(stop));
  await directory[Symbol.asyncDispose]();
});

async function start(...more: string[]): Promise<{ child: ChildProcess; said: string }> {
  const words = ['run', '--repo', repo.fileUrl, '--target', 'machine', '--stop-processes', ...more];
  const child = spawn(program, words, { cwd: directory.path });
  started.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  await waitFor('the API', () => said.includes('its API is at'));
  return { child, said };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

const holdfast = (...words: string[]): Promise<Outcome> => run(words, { directory: directory.path });

it('prints a link until somebody used it; then they sign in, also after a restart, and it is all in the audit log', async () => {
  const first = await start();
  const [, old = ''] = /(http:\/\/localhost:\d+\/setup#[\w-]{43})/.exec(first.said) ?? [];
  await stop(first.child);
  const second = await start();
  const [, link = ''] = /(http:\/\/localhost:\d+\/setup#[\w-]{43})/.exec(second.said) ?? [];
  expect([old, link]).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);

  const { origin, hash } = new URL(link);
  const browser = new Browser(origin);
  const password = 'four words at random';
  const replaced = await browser.call('POST', '/api/v1/setup/look', { token: new URL(old).hash.slice(1) });
  expect(replaced.status).toBe(404);
  await browser.ask('POST', '/api/v1/setup', { token: hash.slice(1), name: 'appops', password });
  await waitFor('the application', async () => {
    const rows = await browser.ask<{ name: string; sync: { status: string } }[]>('GET', '/api/v1/applications');
    return rows.some(({ sync }) => sync.status === 'Synced');
  });
  await browser.ask('POST', '/api/v1/applications/shop/sync', {});
  const listed = await holdfast('account', 'list');
  expect(listed.out).toMatch(/^NAME .*\nappops +active +yes +password +1/);
  await stop(second.child);

  const third = await start();
  expect(third.said).not.toContain('setup#');
  const { url } = await readAddress();
  const again = new Browser(url.replace('127.0.0.1', 'localhost'));
  for (const [name, cookie] of browser.cookies.get('localhost') ?? [])
    again.cookies.set('localhost', new Map([[name, cookie]]));
  expect(await again.ask('GET', '/api/v1/whoami')).toMatchObject({ name: 'appops', groups: ['role:admin'] });

  expect((await holdfast('account', 'disable', 'appops')).code).toBe(0);
  expect((await again.call('GET', '/api/v1/whoami')).status).toBe(401);
  expect((await holdfast('account', 'disable', 'nobody')).err).toContain('There is no account nobody');
  const audit = (await holdfast('audit', '-o', 'json')).out;
  const records = (
    JSON.parse(audit) as { action: string; who: string; via: string; what: string; from?: string }[]
  ).filter(({ action, who }) => action.startsWith('access.') || who === 'appops');
  expect(records.map(({ action, who, via, from }) => [action, who, via, from])).toEqual([
    ['access.changed', 'appops', 'ui', '127.0.0.1'],
    ['access.login', 'appops', 'ui', '127.0.0.1'],
    ['sync.started', 'appops', 'ui', '127.0.0.1'],
    ['sync.ended', 'appops', 'ui', '127.0.0.1'],
    ['access.changed', 'admin', 'api', '127.0.0.1'],
  ]);
  expect((await holdfast('audit', 'verify')).code).toBe(0);
});

async function readAddress(): Promise<OperatorAddress> {
  const bytes = await realEnv().files.read(join(directory.path, '.holdfast/operator.json'), 10_000);
  return JSON.parse(Buffer.from(bytes).toString()) as OperatorAddress;
}

it('serves https with a certificate of its own, and the command line knows it', async () => {
  const { cert, key } = await createCertificate();
  const files = { cert: join(directory.path, 'tls.crt'), key: join(directory.path, 'tls.key') };
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
  const { said } = await start(
    '--tls-cert',
    'tls.crt',
    '--tls-key',
    'tls.key',
    '--public-url',
    'https://holdfast.example',
  );
  expect(said).toMatch(/its API is at https:\/\/127\.0\.0\.1:\d+/);
  expect(said).toMatch(/https:\/\/holdfast\.example\/setup#[\w-]{43}/);
  expect((await holdfast('whoami')).out).toContain('admin');
  expect(JSON.parse((await holdfast('account', 'invite', 'appops', '-o', 'json')).out).link).toMatch(
    /^https:\/\/holdfast\.example\/setup#/,
  );

  const { url } = await readAddress();
  await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
  // Nobody else believes it.
  await expect(fetch(url)).rejects.toThrow();
});

it('does not start with a certificate that is none', async () => {
  await writeFile(join(directory.path, 'tls.crt'), 'nonsense');
  await writeFile(join(directory.path, 'tls.key'), 'nonsense');
  const words = ['run', '--repo', repo.fileUrl, '--target', 'machine', '--tls-cert', 'tls.crt', '--tls-key', 'tls.key'];
  const child = spawn(program, words, { cwd: directory.path });
  started.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  const code = await new Promise(resolve => child.once('exit', resolve));
  expect([code, said]).toEqual([expect.any(Number), expect.stringContaining('API_LISTEN_FAILED')]);
  expect(code).not.toBe(0);
});
