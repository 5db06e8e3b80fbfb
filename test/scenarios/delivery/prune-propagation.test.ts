import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deployment, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('what depends on a pruned resource goes before it, after it, or stays, as the policy says', async () => {
  const policies = ['foreground', 'background', 'orphan'];
  const files = policies.map(policy => [
    `app/${policy}.json`,
    deployment(policy, 1, syncOptions(`PrunePropagationPolicy=${policy}`)),
  ]);
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, maxDelete: '100%' }]),
    'app/stays.json': configMap('stays', {}),
    ...Object.fromEntries(files),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  await holdfast.refresh();
  const replicaSets = async (run: string) =>
    await kube.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: name }, `run=${run}`);
  for (const policy of policies) await waitFor(`the replicas of ${policy}`, async () => (await replicaSets(policy))[0]);
  // Holds the dependents of two: in the foreground the owner waits for them, in the background it does not.
  const finalizer = async (run: string, finalizers: string[] | null) => {
    for (const { metadata } of await replicaSets(run)) {
      const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: name, name: metadata.name };
      await kube.patch(reference, { metadata: { finalizers } });
    }
  };
  await finalizer('foreground', ['example.com/wait']);
  await finalizer('background', ['example.com/wait']);

  const commit = await repo.commit(Object.fromEntries(policies.map(policy => [`app/${policy}.json`, null])));
  await holdfast.refresh();
  const owner = (policy: string) =>
    kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: name, name: policy });
  await waitFor('the others to be gone', async () => !(await owner('background')) && !(await owner('orphan')));
  expect((await owner('foreground'))?.metadata.finalizers).toEqual(['foregroundDeletion']);
  await waitFor('the dependents to go', async () => (await replicaSets('background'))[0]?.metadata.deletionTimestamp);
  const [orphan] = await replicaSets('orphan');
  expect(orphan?.metadata.deletionTimestamp).toBeUndefined();
  expect(orphan?.metadata.ownerReferences ?? []).toEqual([]);

  await finalizer('foreground', null);
  await finalizer('background', null);
  await holdfast.untilSynced(name, commit);
  expect(await owner('foreground')).toBeUndefined();
});
