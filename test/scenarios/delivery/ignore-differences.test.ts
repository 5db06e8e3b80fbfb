import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deploymentManifest, manifest, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

const rules = {
  'JSON pointers': { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
  'jq paths': { group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec.replicas'] },
  managers: { group: '*', kind: '*', managedFieldsManagers: ['autoscaler'] },
};

const cases = Object.entries(rules).flatMap(([by, rule]) =>
  [false, true].map(respected => ({ by, rule, respected, kept: respected ? 3 : 0 })),
);

test.each(cases)(
  'differences ignored by $by are no drift; a sync for another reason leaves $kept replicas with RespectIgnoreDifferences=$respected',
  async ({ rule, respected, kept }) => {
    const web = (image: string) => manifest(deploymentManifest('web')).replace('web:1', image);
    const options = [`RespectIgnoreDifferences=${respected}`];
    await using delivery = await startDelivery(name => ({
      'holdfast.yaml': environmentOf(name, [
        { name, path: 'app', namespace: name, ignoreDifferences: [rule], sync: { options } },
      ]),
      'app/web.json': web('web:1'),
      'app/config.json': configMap('config', { color: 'red' }),
    }));
    const { test: holdfast, kube, name, repo } = delivery;
    const get = reader(kube, name);
    await holdfast.untilSynced(name);

    const web1 = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: name } };
    await kube.apply({ ...web1, spec: { replicas: 3 } }, 'autoscaler');
    // A drift that counts, made after it, is healed: by then the other one was looked at, too.
    await kube.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'config' },
      { data: { color: 'grey' } },
    );
    await waitFor(
      'the drift that counts to be healed',
      async () => (await get('ConfigMap', 'config'))?.data.color === 'red',
    );
    await holdfast.until(name, ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded');
    expect((await get('Deployment', 'web'))?.spec.replicas).toBe(3);
    const { resources } = await holdfast.operator.diff(name, {}, AbortSignal.timeout(10_000));
    expect(resources).toEqual([]);

    const commit = await repo.commit({ 'app/web.json': web('web:2') });
    await holdfast.refresh();
    await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
    const after = await get('Deployment', 'web');
    expect(after?.spec.template.spec.containers[0].image).toBe('web:2');
    expect(after?.spec.replicas).toBe(kept);
  },
);
