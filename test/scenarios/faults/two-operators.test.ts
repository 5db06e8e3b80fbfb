import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { startTestOperator } from '../../world/operator.ts';
import { waitFor } from '../../world/wait.ts';
import { writesIn } from '../delivery/manifests.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const count = 6;
const maps = (color: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { color })]));

test('two operators of one environment in one cluster, one of them a little late: nothing is deleted, both come to rest at the newest, after few writes', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...maps('red'),
  }));
  const { test: first, repo, kube, access, directory, name } = delivery;
  await first.untilSynced(name);
  const since = await mark(access);
  await using second = await startTestOperator({
    repo: repo.fileUrl,
    dataDirectory: `${directory}/second`,
    config: { target: { kubernetes: { kubeconfig: access.kubeconfig } } },
  });
  await second.untilSynced(name);
  // It finds all as declared.
  expect(await writesIn(access, since, name)).toEqual([]);

  let newest = '';
  for (const color of ['green', 'blue', 'white']) {
    // What a commit brings is unknown to the one that has not seen it.
    const commit = await repo.commit({ ...maps(color), [`app/${color}.json`]: configMap(color, {}) });
    // One of them is late.
    await Promise.all([first.untilSynced(name, commit), delay(50).then(() => second.untilSynced(name, commit))]);
    newest = commit;
  }
  await kube.patch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'c0' },
    { data: { color: 'by hand' } },
  );
  const map = (of: string) => kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: of });
  await waitFor('the repair', async () => (await map('c0'))?.data.color === 'white');
  for (const one of [first, second]) {
    await one.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === newest);
  }
  for (let i = 0; i < count; i++) expect((await map(`c${i}`))?.data).toEqual({ color: 'white' });

  const writes = await writesIn(access, since, name);
  expect(writes.filter(write => write.startsWith('delete'))).toEqual([]);
  // Each once by each of them; and once to and fro where the one that is late takes what is newer for drift (there is no fencing).
  expect(writes.length).toBeLessThanOrEqual(4 * (3 * (count + 1) + 1));
  const quiet = await mark(access);
  await delay(1_000);
  expect(await writesIn(access, quiet, name)).toEqual([]);
});
