import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import { appspec, isAlive, type MachineDelivery, pids, startMachineDelivery } from './setup.ts';

// The command line against an operator that runs real processes, over its API.

const env = realEnv();
let delivery: MachineDelivery;
let api: RunningApi;
let first: string;

const procfile = (word: string) => `web: sh -c "echo ${word}; exec sleep 1001"\n`;
const declared = (...names: string[]) =>
  environmentOf(
    'box',
    names.map(name => ({ name, path: name })),
  );

beforeAll(async () => {
  delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': declared('shop', 'files'),
    'shop/Procfile': procfile('tick'),
    'files/appspec.yml': appspec([['conf', srv]]),
    'files/conf/motd': 'one\n',
  }));
  const { operator } = delivery.test;
  api = await startApi({ env, operator, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) });
  await writeOperatorFile(env.files, delivery.dataDirectory, { url: api.url, token: 't', pid: process.pid });
  first = (await delivery.test.untilSynced('shop')).sync.revision;
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(['--data-dir', delivery.dataDirectory, ...words], { directory: delivery.directory });
}

async function json<T>(...words: string[]): Promise<T> {
  const { code, out, err } = await holdfast(...words, '-o', 'json');
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

test('wait, apps, app', async () => {
  const rows = await json<object[]>('wait', 'shop', 'files', '--timeout', '20s');
  expect(rows).toMatchObject([{ name: 'shop' }, { name: 'files' }]);
  expect(await json('apps')).toMatchObject(
    ['shop', 'files'].map(name => ({
      name,
      target: 'machine',
      sync: { status: 'Synced', revision: first, message: '' },
      health: { status: 'Healthy', message: '' },
      operation: { result: 'succeeded', startedBy: 'automated' },
    })),
  );
  const shop = await json<{ resources: object[] }>('app', 'shop');
  expect(shop.resources).toMatchObject([
    { id: { kind: 'Release', name: 'shop' }, sync: 'Synced' },
    { id: { kind: 'Process', name: 'shop/web' }, sync: 'Synced', health: { status: 'Healthy' } },
  ]);
  expect((await holdfast('apps')).out).toMatch(/^NAME.*\nshop +✓ Synced +✓ Healthy/);
});

test('diff, with who is behind it; sync of one resource; the rest stays', async () => {
  const { srv } = delivery;
  expect((await holdfast('diff', 'files', '--exit-code')).code).toBe(0);
  await holdfast('suspend', 'files', '--reason', 'looking');
  await writeFile(`${srv}/motd`, 'by hand\n');
  const commit = await delivery.repo.commit({ 'files/conf/more': 'more\n' });
  expect((await holdfast('refresh')).code).toBe(0);
  await waitFor('what is asked for', async () => {
    const { sync } = await json<{ sync: { revision: string; message: string } }>('app', 'files');
    return sync.revision === commit && sync.message === '1 not applied yet, 1 changed in the target';
  });
  const said = await holdfast('diff', 'files', '--exit-code');
  expect(said.code).toBe(5);
  expect(said.out).toContain(`+ File ${srv}/more  asked for by Git`);
  expect(said.out).toMatch(new RegExp(`~ File ${srv}/motd {2}changed in the target by \\S+, `));
  expect(said.out).toContain('      - "by hand"\n      + "one"');
  expect(said.out).toContain('would create 1, change 1 and delete 0');
  expect(await json('diff', 'files')).toMatchObject({
    revision: commit,
    resources: [
      { id: { name: `${srv}/more` }, action: 'create', cause: 'git' },
      { id: { name: `${srv}/motd` }, action: 'change', cause: 'drift', by: {} },
    ],
  });

  const waits = await holdfast('wait', 'files', '--timeout', '20s');
  expect([waits.code, waits.err]).toEqual([1, expect.stringContaining('is suspended by admin: looking')]);
  const dry = await json<{ results: object[] }>('sync', 'files', '--dry-run');
  expect(dry).toMatchObject({ dryRun: true, result: 'succeeded' });
  expect(dry.results).toHaveLength(2);
  const one = await json('sync', 'files', '--resource', `File/${srv}/motd`);
  expect(one).toMatchObject({ result: 'succeeded', startedBy: 'admin', results: [{ action: 'change' }] });
  expect(await json('diff', 'files')).toMatchObject({ resources: [{ id: { name: `${srv}/more` } }] });
  await holdfast('resume', 'files');
  expect((await holdfast('wait', 'files', '--revision', commit, '--timeout', '20s')).code).toBe(0);
});

test('logs, history, rollback, events', async () => {
  const logs = async () => (await holdfast('logs', 'shop', '--tail', '1')).out;
  await waitFor('output', async () => (await logs()) === '[web] tick');
  const second = await delivery.repo.commit({ 'shop/Procfile': procfile('tock') });
  await holdfast('refresh', 'shop');
  expect((await holdfast('wait', 'shop', '--revision', second.slice(0, 12), '--timeout', '20s')).code).toBe(0);
  await waitFor('new output', async () => (await logs()) === '[web] tock');
  expect((await holdfast('logs', 'shop', 'Process/shop/web', '--tail', '2')).out).toBe('[web] tick\n[web] tock');
  expect((await holdfast('logs', 'shop', '--previous')).err).toContain('[LOGS_NO_PREVIOUS]');
  const history = await json<{ id: string; revision: string }[]>('history', 'shop');
  expect(history).toMatchObject([
    { revision: second, result: 'succeeded', startedBy: 'automated' },
    { revision: first, result: 'succeeded' },
  ]);

  expect(await json('rollback', 'shop', history[1]?.id ?? '')).toMatchObject({
    result: 'succeeded',
    revision: first,
    startedBy: 'admin',
  });
  await waitFor('old output', async () => (await logs()) === '[web] tick');
  expect(await json('app', 'shop')).toMatchObject({ pinned: { revision: first, by: 'admin' } });
  expect((await holdfast('rollback', 'shop', 'nothing')).code).toBe(1);
  expect((await holdfast('resume', 'shop')).code).toBe(0);
  expect((await holdfast('wait', 'shop', '--revision', second, '--timeout', '20s')).code).toBe(0);
  const events = await json<{ type: string; by: string; message: string }[]>('events', 'shop');
  expect(events.filter(({ by }) => by === 'admin').map(({ type }) => type)).toEqual([
    'person',
    'sync',
    'sync',
    'person',
  ]);
});

test('a revision that fails ends what waits for it, at once and with the reason', async () => {
  const health = { stable: '300ms', timeout: '1s', interval: '200ms' };
  await delivery.repo.commit({
    'holdfast.yaml': environmentOf('box', [
      { name: 'shop', path: 'shop', health },
      { name: 'files', path: 'files' },
    ]),
  });
  await delivery.test.untilSynced('shop');
  const bad = await delivery.repo.commit({ 'shop/Procfile': 'web: sh -c "exit 3"\n' });
  await holdfast('refresh');
  const waits = await holdfast('wait', 'shop', '--revision', bad, '--timeout', '20s');
  expect([waits.code, waits.err]).toEqual([1, expect.stringContaining(`${bad.slice(0, 7)} is quarantined`)]);
  await delivery.test.until('shop', ({ health, operation }) => health.status === 'Healthy' && operation?.endedAt);
  expect((await holdfast('app', 'shop')).out).toMatch(/^Quarantine +[0-9a-f]{7}: not healthy in time/m);
  expect((await holdfast('apps')).out).toMatch(/^shop .*is quarantined: not healthy in time/m);
  const fixed = await delivery.repo.commit({ 'shop/Procfile': procfile('good') });
  await holdfast('refresh');
  expect((await holdfast('wait', 'shop', '--revision', fixed, '--timeout', '20s')).code).toBe(0);
});

test('doctor', async () => {
  expect(await json<{ ok: boolean }[]>('doctor')).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: `Git ${delivery.repo.fileUrl}`, ok: true })]),
  );
  const { srv } = delivery;
  await rm(srv, { recursive: true });
  const { code, out } = await holdfast('doctor');
  expect([code, out]).toEqual([expect.any(Number), expect.stringContaining(srv)]);
});

test('delete: with what runs, and while Git declares it it stays away', async () => {
  const { web } = pids(delivery.test.operator.application('shop'));
  const { code, out } = await holdfast('delete', 'shop');
  expect([code, out]).toEqual([0, 'shop is being deleted.']);
  await waitFor('the end', () => !isAlive(web));
  await waitFor('its absence to be seen', async () => {
    const { health, suspended } = await json<{ health: { status: string }; suspended?: object }>('app', 'shop');
    return health.status === 'Missing' && suspended !== undefined;
  });
  expect((await holdfast('delete', 'nothing')).code).toBe(1);
});
