import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { type Outcome, run, testCli } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { failure } from '../../../src/errors.ts';
import { waitFor } from '../../world/wait.ts';

// The commands against the real API, over a real connection; behind it an operator made of data.

const env = realEnv();
const token = 'correct-horse';
let directory: string;
let operator: MemoryOperator;
let api: RunningApi;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  operator = memoryOperator([sampleStatus('shop'), sampleStatus('bank.eu')]);
  api = await startApi({ env, operator, host: '127.0.0.1', port: 0, token, access: memoryAccess(env) });
  await writeOperatorFile(env.files, join(directory, '.holdfast'), { url: api.url, token, pid: process.pid });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(words, { directory });
}

describe('looking', () => {
  it('apps: a table for people, the documented array for programs', async () => {
    operator.change('shop', { suspended: { by: 'appops', at: 0, reason: 'incident' } });
    const shown = await holdfast('apps');
    expect(shown.code).toBe(0);
    expect(shown.out.split('\n')).toEqual([
      'NAME     SYNC      HEALTH     REVISION  LAST SYNC',
      'shop     ✓ Synced  ✓ Healthy  0123456              suspended by appops: incident',
      'bank.eu  ✓ Synced  ✓ Healthy  0123456',
    ]);
    const rows = JSON.parse((await holdfast('apps', '-o', 'json')).out);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      name: 'shop',
      sync: { status: 'Synced', revision: '0123456789abcdef0123456789abcdef01234567' },
      health: { status: 'Healthy' },
    });
    expect(parse((await holdfast('apps', '-o', 'yaml')).out)).toEqual(rows);
  });

  it('app: its facts and its resources', async () => {
    operator.change('bank.eu', { health: { status: 'Degraded', message: 'web crashes\u001b[2J' } });
    const { code, out } = await holdfast('app', 'bank.eu');
    expect(code).toBe(0);
    expect(out).toContain('Health     ✗ Degraded: web crashes\n');
    expect(out).toContain('Deployment bank.eu/web  ✓ Synced  ✓ Healthy  web:1, 2/2 ready');
  });

  it('diff: says by its exit code whether there is one, where asked', async () => {
    expect((await holdfast('diff', 'shop', '--exit-code')).code).toBe(0);
    operator.difference = {
      ...operator.difference,
      resources: [
        {
          id: { group: '', kind: 'Secret', namespace: 'shop', name: 'password' },
          key: '/Secret/shop/password',
          cause: 'drift',
          action: 'change',
          by: { name: 'kubectl', at: 0 },
          changes: [{ path: '/data/value', masked: true }],
        },
      ],
    };
    expect((await holdfast('diff', 'shop')).code).toBe(0);
    const { code, out } = await holdfast('diff', 'shop', '--exit-code');
    expect(code).toBe(5);
    expect(out).toContain('~ Secret shop/password  changed in the target by kubectl');
    expect(JSON.parse((await holdfast('diff', 'shop', '-o', 'json')).out).resources).toHaveLength(1);
  });

  it('history, events, doctor', async () => {
    await operator.sync('shop', {}, 'appops');
    operator.finish('shop', 'failed', 'web: image not found');
    const history = await holdfast('history', 'shop');
    expect(history.out).toMatch(/sync-1 +fedcba98 +✗ failed .* appops +new revision: web: image not found/);
    expect((await holdfast('events')).out).toMatch(/shop {2}person {2}sync \(appops\)/);
    expect(JSON.parse((await holdfast('events', 'bank.eu', '-o', 'json')).out)).toEqual([]);
    expect((await holdfast('doctor')).out).toBe('✓ git: reachable');
    operator.doctor = async () => [{ name: 'target', ok: false, message: 'refused', advice: 'Log in.' }];
    expect(await holdfast('doctor')).toEqual({ code: 1, out: '✗ target: refused\n  → Log in.', err: '' });
  });

  it('logs: lines with their source, and the failure that ends them', async () => {
    operator.logLines = async function* () {
      yield { source: 'web', text: 'listening\u001b[2J' };
      throw failure('NET_FAILED', { origin: 'https://cluster', reason: 'reset' });
    };
    const { code, out, err } = await holdfast('logs', 'shop');
    expect([code, out]).toEqual([1, '[web] listening']);
    expect(err).toContain('[NET_FAILED]');
  });

  it('events --follow: what happens from now on', async () => {
    const controller = new AbortController();
    const cli = testCli({ directory, signal: controller.signal });
    const { execute } = await import('../../../src/cli/execute.ts');
    const ended = execute(['events', '--follow', '-o', 'json'], cli);
    await operator.suspend('shop', '', 'appops');
    await waitFor('the event', () => cli.out.some(line => JSON.parse(line).message === 'suspend'));
    await operator.resume('shop', 'appops');
    await waitFor('the next', () => cli.out.length === 2);
    controller.abort();
    expect(await ended).toBe(130);
  });
});

describe('acting', () => {
  it('sync: waits for the end, shows the way, and names who asked', async () => {
    const ended = holdfast('sync', 'shop', '--prune', '--revision', 'v2', '--resource', 'Deployment/*', '--confirm');
    await waitFor('the sync', () => operator.calls.length === 1);
    operator.finish('shop', 'succeeded');
    const { code, out, err } = await ended;
    expect(operator.calls).toEqual([
      'sync shop {"revision":"v2","prune":true,"resources":["Deployment/*"],"confirm":true} by admin',
    ]);
    expect(code).toBe(0);
    expect(out).toBe('✓ succeeded  shop to v2 in 1s, by admin; nothing had to change');
    expect(err).toContain('shop');
  });

  it('sync: ends with 1 when it failed, and when another took its place', async () => {
    const failed = holdfast('sync', 'shop');
    await waitFor('the sync', () => operator.calls.length === 1);
    operator.finish('shop', 'failed', 'web: image not found');
    const { code, err } = await failed;
    expect(code).toBe(1);
    expect(err).toContain('The sync of shop to fedcba98 failed: web: image not found [CLI_SYNC_FAILED]');
  });

  it('sync: gives up at the deadline, and the sync goes on', async () => {
    const { code, err } = await holdfast('sync', 'shop', '--timeout', '300ms');
    expect(code).toBe(4);
    expect(err).toContain('[CLI_WAIT_TIMED_OUT]');
    expect(operator.calls).toHaveLength(1);
  });

  it('sync --no-wait: prints the record that has begun', async () => {
    const { code, out } = await holdfast('sync', 'shop', '--no-wait', '-o', 'json');
    expect([code, JSON.parse(out).result]).toEqual([0, 'running']);
  });

  it('wait: until all are as wanted', async () => {
    operator.change('shop', { health: { status: 'Progressing', message: '0 of 2' } });
    const ended = holdfast('wait', 'shop', 'bank.eu', '-o', 'json');
    operator.change('bank.eu', { sync: { status: 'OutOfSync', revision: 'a', message: '' } });
    await new Promise(resolve => setImmediate(resolve));
    operator.change('shop', { health: { status: 'Healthy', message: '' } });
    operator.change('bank.eu', { sync: { status: 'Synced', revision: 'b', message: '' } });
    const { code, out } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(out).map(({ name }: { name: string }) => name)).toEqual(['shop', 'bank.eu']);
  });

  it('wait: says at the deadline what is missing', async () => {
    operator.change('shop', { health: { status: 'Degraded', message: 'crashes' } });
    const { code, err } = await holdfast('wait', 'shop', '--timeout', '300ms');
    expect(code).toBe(4);
    expect(err).toContain('shop: it is Degraded: crashes');
  });

  it('wait: bears a restart of the operator', async () => {
    operator.change('shop', { health: { status: 'Progressing', message: '' } });
    const cli = testCli({ directory });
    const { execute } = await import('../../../src/cli/execute.ts');
    const ended = execute(['wait', 'shop'], cli);
    await waitFor('the first look', () => cli.err.length > 0);
    const { port } = new URL(api.url);
    await api.close();
    await waitFor('its absence', () => cli.err.some(line => line.includes('does not answer')), { deadlineMs: 10_000 });
    operator.change('shop', { health: { status: 'Healthy', message: '' } });
    api = await startApi({ env, operator, host: '127.0.0.1', port: Number(port), token, access: memoryAccess(env) });
    expect(await ended).toBe(0);
  });

  it('rollback, cancel, suspend, resume, refresh, delete', async () => {
    expect((await holdfast('rollback', 'shop', 'sync-7', '--no-wait')).code).toBe(0);
    expect((await holdfast('cancel', 'shop')).code).toBe(0);
    expect((await holdfast('suspend', 'shop', '--reason', 'incident 7')).code).toBe(0);
    expect((await holdfast('resume', 'shop')).code).toBe(0);
    expect((await holdfast('refresh')).code).toBe(0);
    expect((await holdfast('delete', 'shop', '--orphan')).code).toBe(0);
    expect(operator.calls).toEqual([
      'rollback shop {"to":"sync-7"} by admin',
      'cancel shop {} by admin',
      'suspend shop "incident 7" by admin',
      'resume shop {} by admin',
      'refresh all',
      'remove shop {"orphan":true} by admin',
    ]);
  });
});

describe('one resource', () => {
  const key = 'apps/Deployment/shop/web';

  it('is restarted or deleted by its key, or by kind and name', async () => {
    expect((await holdfast('resource', 'restart', 'shop', 'Deployment/web')).out.trim()).toBe(
      'Deployment shop/web of shop is being restarted.',
    );
    expect((await holdfast('resource', 'delete', 'shop', key)).code).toBe(0);
    expect(operator.calls).toEqual([
      `restart shop ${JSON.stringify({ key })} by admin`,
      `delete shop ${JSON.stringify({ key })} by admin`,
    ]);
  });

  it('has to be one of the application', async () => {
    const { code, err } = await holdfast('resource', 'delete', 'shop', 'Deployment/other');
    expect(code).not.toBe(0);
    expect(err).toContain('RESOURCE_NOT_FOUND');
    expect(operator.calls).toEqual([]);
  });
});

it('refresh --hard is about one application', async () => {
  expect((await holdfast('refresh', 'shop', '--hard')).code).toBe(0);
  expect(operator.calls).toEqual(['refresh shop']);
  expect((await holdfast('refresh', '--hard')).code).not.toBe(0);
});

describe('finding the operator', () => {
  it('by the data directory, whose file only its owner can read', async () => {
    const file = join(directory, '.holdfast', 'operator.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const elsewhere = await run(['--data-dir', join(directory, '.holdfast'), 'apps'], { directory: tmpdir() });
    expect(elsewhere.code).toBe(0);
  });

  it('by its address, with a token from a file', async () => {
    await writeFile(join(directory, 'token'), `${token}\n`);
    const words = ['apps', '--server', api.url, '--token-file', 'token'];
    expect((await run(words, { directory })).code).toBe(0);
  });

  const lost: [string, string[], string][] = [
    ['no data directory', ['--data-dir', 'none', 'apps'], 'CLI_OPERATOR_NOT_FOUND'],
    ['nobody there', ['--server', 'http://127.0.0.1:9', '--token-file', 'token', 'apps'], 'CLI_OPERATOR_UNREACHABLE'],
    ['no token', ['--server', 'http://127.0.0.1:9', 'apps'], 'CLI_TOKEN_MISSING'],
  ];
  it.each(lost)('says that there is %s', async (_, words, code) => {
    await writeFile(join(directory, 'token'), 'x');
    const outcome = await holdfast(...words);
    expect(outcome.code).toBe(3);
    expect(outcome.err).toContain(`[${code}]`);
    expect(outcome.err).toMatch(/\n {2}→ \S/);
    expect(outcome.out).toBe('');
  });

  it('says that the token is not the right one', async () => {
    await writeFile(join(directory, 'token'), 'wrong');
    const outcome = await holdfast('--server', api.url, '--token-file', 'token', 'apps');
    expect([outcome.code, outcome.err]).toEqual([3, expect.stringContaining('[API_UNAUTHORIZED]')]);
    expect(outcome.err).not.toContain(token);
  });
});

describe('what goes wrong', () => {
  it.each([
    [['app', 'none'], 1, 'APP_NOT_FOUND'],
    [['wait', 'shop', 'none'], 1, 'APP_NOT_FOUND'],
    [['wait', 'none'], 1, 'APP_NOT_FOUND'],
    [['apps', '--server', 'ftp://x', '--token-file', '.holdfast/operator.json'], 2, 'CLI_USAGE'],
  ])('%j ends with %d and says why', async (words, code, name) => {
    const outcome = await holdfast(...words);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toContain(`[${name}]`);
  });

  it.each([
    [['nothing']],
    [['sync']],
    [['sync', 'shop', '--prnue']],
    [['sync', 'shop', '--timeout', 'soon']],
    [['apps', '-o', 'xml']],
    [['run', '--listen', 'nowhere']],
    [['logs', 'shop', '--tail', '-1']],
  ])('%j is not understood, and does nothing', async words => {
    const outcome = await holdfast(...words);
    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain('error:');
    expect(operator.calls).toEqual([]);
  });
});
