import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mark, mark, requests } from '../../world/audit.ts';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

let controlPlane: ControlPlane;
let delivery: Delivery;
const name = 'shop';
const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' };

beforeAll(async () => {
  controlPlane = await startControlPlane();
  delivery = await startDelivery(
    title => ({
      'holdfast.yaml': environmentOf(title, [{ name, path: 'app', namespace: name }]),
      'app/a.json': configMap('a', { color: 'red' }),
      'app/b.json': configMap('b', { color: 'red' }),
    }),
    {},
    { access: controlPlane },
  );
  await delivery.test.untilSynced(name);
});
afterAll(async () => {
  await delivery?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

async function deletesSince(since: Mark): Promise<string[]> {
  const made = await requests(controlPlane, { since, user: 'holdfast' });
  return made.filter(({ verb }) => verb.startsWith('delete')).map(({ uri }) => uri);
}

test('a short restart of the API server: nothing is written for it, and drift made meanwhile is healed', async () => {
  const since = await mark(controlPlane);
  await controlPlane.restart();
  await using kube = new KubeClient(controlPlane);
  await kube.patch(reference, { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await kube.get(reference))?.data.color === 'red');
  await delivery.test.until(name, ({ sync }) => sync.status === 'Synced');
  const made = await requests(controlPlane, { since, user: 'holdfast' });
  const writes = made.filter(
    ({ verb, dryRun, status }) => ['patch', 'delete'].includes(verb) && !dryRun && status < 300,
  );
  expect(writes.map(({ verb, name }) => `${verb} ${name}`)).toEqual(['patch a']);
});

test('while the API server is down the status is Unknown; a commit of that time is delivered when it is back', async () => {
  const { test: holdfast, repo } = delivery;
  const since = await mark(controlPlane);
  await controlPlane.stopServer();
  const unknown = await holdfast.until(name, ({ sync }) => sync.status === 'Unknown');
  expect(unknown.sync.message).not.toBe('');
  const commit = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  await holdfast.refresh();
  expect(holdfast.status(name)?.sync.status).not.toBe('Synced');
  await controlPlane.startServer();
  await holdfast.until(
    name,
    ({ sync, operation }) => sync.status === 'Synced' && sync.revision === commit && operation?.result === 'succeeded',
  );
  await using kube = new KubeClient(controlPlane);
  expect(await kube.get(reference)).toMatchObject({ data: { color: 'green' } });
  expect(await deletesSince(since)).toEqual([]);
});

test('a frozen API server in the middle of a sync: the sync goes on when it thaws, and nothing is deleted', async () => {
  const { test: holdfast, repo } = delivery;
  const since = await mark(controlPlane);
  controlPlane.freeze();
  const commit = await repo.commit({
    'app/a.json': configMap('a', { color: 'blue' }),
    'app/c.json': configMap('c', { color: 'blue' }),
  });
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === commit && operation.result === 'running');
  expect(holdfast.status(name)?.sync.status).not.toBe('Synced');
  controlPlane.thaw();
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
  await using kube = new KubeClient(controlPlane);
  expect(await kube.get(reference)).toMatchObject({ data: { color: 'blue' } });
  expect(await deletesSince(since)).toEqual([]);
});

test('started while the API server is down: it waits, and then goes on without a write', async () => {
  const since = await mark(controlPlane);
  await delivery.test.close();
  await controlPlane.stopServer();
  const starting = delivery.restart();
  await controlPlane.startServer();
  const holdfast = await starting;
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  const made = await requests(controlPlane, { since, user: 'holdfast' });
  expect(made.filter(({ verb, dryRun }) => !['get', 'list', 'watch'].includes(verb) && !dryRun)).toEqual([]);
});
