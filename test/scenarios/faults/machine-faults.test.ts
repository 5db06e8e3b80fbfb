import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../world/port.ts';
import { waitFor } from '../../world/wait.ts';
import { environmentOf } from '../delivery/setup.ts';
import {
  answerOf,
  appspec,
  isAlive,
  type MachineDelivery,
  pids,
  startMachineDelivery,
  webServer,
} from '../machine-delivery/setup.ts';
import { canMount, mountSmallDisk } from './small-disk.ts';

const shopOf = ({ test: holdfast }: MachineDelivery) => holdfast.operator.application('shop');
const environment = (...names: string[]) =>
  environmentOf(
    'box',
    names.map(name => ({ name, path: name })),
  );

test('a process that is killed again and again: it comes back, less and less often, the status says so, and its neighbour goes on', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environment('shop'),
    'shop/Procfile': 'web: sleep 1001\nworker: sleep 1002\n',
  }));
  const { worker } = pids(await delivery.test.untilSynced('shop'));
  const killed: number[] = [];
  const began = performance.now();
  while (killed.length < 4) {
    const pid = await waitFor('another process', () => {
      const { web } = pids(shopOf(delivery));
      return web !== undefined && !killed.includes(web) && web;
    });
    process.kill(pid, 'SIGKILL');
    killed.push(pid);
  }
  const said = await delivery.test.until('shop', ({ health }) => health.status === 'Degraded');
  expect(JSON.stringify(said)).toContain('SIGKILL');
  const last = await waitFor('the fifth', () => {
    const { web } = pids(shopOf(delivery));
    return web !== undefined && !killed.includes(web) && web;
  });
  // At once, then after 1, 2 and 4 seconds.
  expect(performance.now() - began).toBeGreaterThan(6_500);
  expect(isAlive(last)).toBe(true);
  expect(pids(shopOf(delivery)).worker).toBe(worker);
  expect(delivery.test.operator.history('shop')).toHaveLength(1);
});

test('a port that is taken: Degraded with the words of the program; when it is free, the program is healthy by itself', async () => {
  const port = await freePort();
  const squatter = createServer().listen(port, '127.0.0.1');
  try {
    await using delivery = await startMachineDelivery(() => ({
      'holdfast.yaml': environment('shop'),
      ...Object.fromEntries(
        Object.entries(webServer(port, '1')).map(([path, text]) => [path.replace('web/', 'shop/'), text]),
      ),
    }));
    await delivery.test.refresh();
    const said = await delivery.test.until('shop', ({ health }) => health.status === 'Degraded');
    expect(JSON.stringify(said.resources)).toMatch(/exit code 1|EADDRINUSE/);
    await new Promise(resolve => squatter.close(resolve));
    await delivery.test.until('shop', ({ health, sync }) => health.status === 'Healthy' && sync.status === 'Synced');
    expect(await answerOf(port)).toBe('1');
  } finally {
    squatter.close();
  }
});

test('files whose times lie in the future, and files changed while they are delivered: what Git says is there in the end, and then nothing more is written', async () => {
  const count = 30;
  const files = (version: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`site/conf/f${i}`, `${version}\n`]));
  await using delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environment('site'),
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]]),
    ...files('1'),
  }));
  const { test: holdfast, repo, srv } = delivery;
  await holdfast.untilSynced('site');
  const future = new Date('2099-01-01T00:00:00Z');
  for (let i = 0; i < count; i++) await utimes(`${srv}/etc/f${i}`, future, future);
  const next = await repo.commit(files('2'));
  const delivered = holdfast.untilSynced('site', next);
  // Somebody else writes all the while.
  for (let i = 0; i < count; i++) await writeFile(`${srv}/etc/f${i}`, 'theirs\n');
  await delivered;
  const all = () => Promise.all(Array.from({ length: count }, (_, i) => readFile(`${srv}/etc/f${i}`, 'utf8')));
  await waitFor('what Git says', async () => (await all()).every(text => text === '2\n'));
  await holdfast.untilSynced('site', next);
  const times = () =>
    Promise.all(Array.from({ length: count }, async (_, i) => (await stat(`${srv}/etc/f${i}`)).mtimeMs));
  for (let i = 0; i < count; i++) await utimes(`${srv}/etc/f${i}`, future, future);
  const before = await times();
  const again = await delivery.restart();
  await again.untilSynced('site', next);
  expect(await times()).toEqual(before);
});

describe.runIf(canMount)('the place of the files on a small disk', () => {
  test('full while files are written: each is the old or the new one, whole; it is said; with space all is delivered', async () => {
    const size = 200_000;
    const text = (version: string, i: number) => `${version} ${i} ${'x'.repeat(size)}\n`;
    const files = (version: string) =>
      Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`site/conf/f${i}`, text(version, i)]));
    await using delivery = await startMachineDelivery(srv => ({
      'holdfast.yaml': JSON.stringify({
        ...JSON.parse(environment('site', 'shop')),
      }),
      'site/appspec.yml': appspec([['conf', `${srv}/small/etc`]]),
      'site/conf/empty': '',
      'shop/Procfile': 'web: sleep 1001\n',
    }));
    const { test: holdfast, repo, srv } = delivery;
    await mkdir(`${srv}/small`, { recursive: true });
    await using disk = await mountSmallDisk(`${srv}/small`, 4);
    const { web } = pids(await holdfast.untilSynced('shop'));
    await holdfast.untilSynced('site', await repo.commit(files('1')));
    await disk.fill(300_000);
    const next = await repo.commit(files('2'));
    await holdfast.refresh();
    const said = await holdfast.until(
      'site',
      ({ operation }) => operation?.revision === next && operation.result === 'failed',
    );
    expect(JSON.stringify(said)).toMatch(/the disk is full/);
    expect(said.sync.status).toBe('OutOfSync');
    for (let i = 0; i < 8; i++) {
      expect([text('1', i), text('2', i)]).toContain(await readFile(`${srv}/small/etc/f${i}`, 'utf8'));
    }
    expect(pids(holdfast.operator.application('shop')).web).toBe(web);
    await disk.free();
    await holdfast.until('site', ({ sync }) => sync.status === 'Synced' && sync.revision === next);
    for (let i = 0; i < 8; i++) expect(await readFile(`${srv}/small/etc/f${i}`, 'utf8')).toBe(text('2', i));
  });
});
