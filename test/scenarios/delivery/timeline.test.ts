import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('commits, syncs, drift with its author, its repair and overrides are on one line', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, repo, kube, name } = delivery;
  const { operator } = holdfast;
  const lines = async () => (await operator.past.timeline({ application: name }, 100)).entries.toReversed();
  await holdfast.untilSynced(name);
  await holdfast.until(name, ({ operation }) => operation?.healthyAt !== undefined);
  const green = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) }, { message: 'Green is better' });
  await holdfast.untilSynced(name, green);
  await kube.request(
    'PATCH',
    `/api/v1/namespaces/${name}/configmaps/a?fieldManager=kubectl-edit`,
    { data: { color: 'by hand' } },
    'application/merge-patch+json',
  );
  await waitFor('the repair', async () => (await lines()).find(({ action }) => action === 'heal.ended'));
  await operator.suspend(name, 'we look at it', 'ui:appdev');

  const all = await lines();
  const kinds = all.map(({ kind, result }) => `${kind} ${result}`);
  expect(kinds.filter(kind => !kind.startsWith('health'))).toEqual([
    'declaration done',
    'sync succeeded',
    'commit done',
    'sync succeeded',
    'drift done',
    'drift succeeded',
    'override done',
  ]);
  const [commit] = all.filter(({ kind }) => kind === 'commit');
  expect(commit).toMatchObject({ revision: green, subject: 'Green is better', author: expect.stringContaining('@') });
  const [found, healed] = all.filter(({ kind }) => kind === 'drift');
  expect(found).toMatchObject({ who: 'kubectl-edit', via: 'target', drift: { kind: 'changed' } });
  expect(healed?.sync).toMatchObject({ reason: 'the target drifted (kubectl-edit)', changed: 1 });
  expect(all.at(-1)).toMatchObject({ who: 'appdev', via: 'ui', reason: 'we look at it' });
});
