import { afterAll, beforeAll, expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
      'app/a.json': configMap('a', { color: 'red' }),
    }),
    { interval: '1s' },
    { http: true },
  );
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

const away = () => {
  if (delivery.git !== undefined) delivery.git.fault = () => ({ answer: { status: 503 } });
};
const back = () => {
  if (delivery.git !== undefined) delivery.git.fault = undefined;
};
const problems = () => delivery.test.operator.environment().problems.join('\n');
const colour = async () => (await reader(delivery.kube, delivery.name)('ConfigMap', 'a'))?.data.color;
const drift = () =>
  delivery.kube.patch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: delivery.name, name: 'a' },
    { data: { color: 'by hand' } },
  );

test('while Git is away drift is healed from the mirror and the status says so; when it is back, it goes on by itself', async () => {
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  expect(problems()).toBe('');
  away();
  await waitFor('the trouble to be said', () => problems().includes('503'));
  await drift();
  await waitFor('the repair', async () => (await colour()) === 'red');
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  back();
  await holdfast.until(name, ({ sync }) => sync.revision === commit && sync.status === 'Synced');
  await waitFor('no trouble', () => problems() === '');
});

test('started while Git is away: what was in force is kept so from the mirror; when it is back, it goes on', async () => {
  const { repo, name } = delivery;
  const before = await colour();
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'blue' }) });
  away();
  const holdfast = await delivery.restart(drift);
  await waitFor('the repair', async () => (await colour()) === before);
  await waitFor('the trouble to be said', () => problems() !== '');
  back();
  await holdfast.until(name, ({ sync }) => sync.revision === commit && sync.status === 'Synced');
  expect(await colour()).toBe('blue');
  await waitFor('no trouble', () => problems() === '');
});

test('a force-push is followed', async () => {
  const { test: holdfast, repo, name } = delivery;
  const good = await repo.resolve();
  const bad = await repo.commit({ 'app/a.json': configMap('a', { color: 'bad' }) });
  await holdfast.untilSynced(name, bad);
  await repo.forceBranch('main', good ?? '');
  await holdfast.untilSynced(name, good);
  expect(await colour()).toBe('blue');
});

test.each<[string, (files: Delivery) => Promise<() => Promise<unknown>>]>([
  [
    'a deleted branch',
    async ({ repo }) => {
      const head = await repo.resolve();
      await repo.deleteBranch('main');
      return () => repo.forceBranch('main', head ?? '');
    },
  ],
  [
    "an application's directory that is gone",
    async ({ repo }) => {
      const bad = await repo.commit({ app: null });
      return () => repo.revert(bad);
    },
  ],
  [
    'a holdfast.yaml that is gone, with nothing in its place',
    async ({ repo }) => {
      const bad = await repo.commit({ 'holdfast.yaml': null, app: null, 'README.txt': 'x' });
      return () => repo.revert(bad);
    },
  ],
])('%s deletes nothing, is said, and what was in force is kept so', async (_, harm) => {
  const { test: holdfast, name, access } = delivery;
  await holdfast.untilSynced(name);
  const since = await mark(access);
  const undo = await harm(delivery);
  await holdfast.refresh().catch(() => undefined);
  await waitFor('it to be said', () => problems() !== '' || holdfast.status(name)?.sync.status === 'Unknown');
  await drift();
  await waitFor('the repair', async () => (await colour()) === 'blue');
  expect(await writesIn(access, since, name)).toEqual(['patch configmaps/a']);
  await undo();
  await holdfast.untilSynced(name);
  await waitFor('no trouble', () => problems() === '');
  expect(await writesIn(access, since, name)).toEqual(['patch configmaps/a']);
});
