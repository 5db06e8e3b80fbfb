import { copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { deployment } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

let delivery: Delivery;
let keep: string;
let second = '';

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/dropped.json': configMap('dropped', { color: 'grey' }),
    'app/web.json': deployment('web'),
  }));
  keep = join(delivery.directory, 'old.db');
  const { name, repo } = delivery;
  await delivery.test.untilSynced(name);
  // An old copy of the store knows something that is gone, and lacks something that is there.
  await delivery.restart(data => copyFile(join(data, 'store.db'), keep));
  second = await repo.commit({
    'app/a.json': configMap('a', { color: 'green' }),
    'app/b.json': configMap('b', { color: 'blue' }),
    'app/dropped.json': null,
  });
  await delivery.test.untilSynced(name, second);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

const removeStore = async (data: string) => {
  for (const suffix of ['', '-wal', '-shm']) await rm(join(data, `store.db${suffix}`), { force: true });
};

const harms: { title: string; harm(data: string): Promise<unknown> }[] = [
  { title: 'the store deleted', harm: removeStore },
  {
    title: 'the whole data directory deleted',
    harm: data => rm(data, { recursive: true }),
  },
  {
    title: 'the store torn in the middle',
    harm: async data => await truncate(join(data, 'store.db'), 5_000),
  },
  {
    title: 'the store full of noise',
    async harm(data) {
      const bytes = await readFile(join(data, 'store.db'));
      for (let i = 100; i < bytes.length; i += 97) bytes[i] = (bytes[i] ?? 0) ^ 0xff;
      await writeFile(join(data, 'store.db'), bytes);
    },
  },
  {
    title: 'an old copy of the store put back',
    async harm(data) {
      await removeStore(data);
      await copyFile(keep, join(data, 'store.db'));
    },
  },
  {
    title: 'a version of Holdfast that names contents and states otherwise',
    async harm(data) {
      using database = new DatabaseSync(join(data, 'store.db'));
      const { changes } = database
        .prepare(
          `UPDATE documents SET value = json_replace(value, '$.hash', 'other', '$.fingerprint', 'other')
           WHERE kind = 'applied'`,
        )
        .run();
      expect(changes).toBeGreaterThan(0);
    },
  },
  { title: 'nothing but a restart', harm: async () => undefined },
];

test.each(harms)('$title: the next start writes nothing, knows what runs, and goes on', async ({ title, harm }) => {
  const { name, access, kube, repo } = delivery;
  const since = await mark(access);
  const holdfast = await delivery.restart(harm);
  const status = await holdfast.untilSynced(name);
  expect(status.conditions).toEqual([]);
  expect(status.resources).toHaveLength(4);
  const made = (await requests(access, { since, user: 'holdfast' })).filter(
    ({ verb, dryRun, namespace, name: object }) =>
      !['get', 'list', 'watch'].includes(verb) && !dryRun && (namespace === name || object === name),
  );
  expect(made).toEqual([]);

  const word = title.toLowerCase().replaceAll(' ', '-');
  const next = await repo.commit({ 'app/b.json': configMap('b', { word }), [`app/${word}.json`]: configMap(word, {}) });
  await holdfast.untilSynced(name, next);
  await holdfast.untilSynced(name, await repo.commit({ [`app/${word}.json`]: null }));
  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
  expect(maps.map(({ metadata, data }) => [metadata.name, data])).toEqual([
    ['a', { color: 'green' }],
    ['b', { word }],
  ]);
});

test('what a person had said is lost with the store: Git alone decides then', async () => {
  const { name, repo, test: running } = delivery;
  const first = (await running.untilSynced(name)).sync.revision;
  const head = await repo.commit({ 'app/b.json': configMap('b', { word: 'newest' }) });
  await running.untilSynced(name, head);
  await running.operator.rollback(name, { to: first }, 'appdev');
  await running.until(name, ({ pinned, sync }) => pinned !== undefined && sync.revision === first);
  await running.operator.suspend(name, 'looking at it', 'appdev');
  const holdfast = await delivery.restart(removeStore);
  const status = await holdfast.untilSynced(name, head);
  expect(status.pinned).toBeUndefined();
  expect(status.suspended).toBeUndefined();
});

test('drift from the time without a store is seen, not adopted', async () => {
  const { name, kube } = delivery;
  const holdfast = await delivery.restart(async data => {
    await removeStore(data);
    await kube.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' },
      { data: { color: 'by hand' } },
    );
  });
  await holdfast.untilSynced(name);
  expect(await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' })).toMatchObject({
    data: { color: 'green' },
  });
});
