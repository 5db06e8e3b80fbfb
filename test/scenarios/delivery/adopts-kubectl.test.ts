import { expect, test } from 'vitest';
import { kubectl } from '../../world/cluster.ts';
import { waitFor } from '../../world/wait.ts';
import { deploymentManifest, manifest, reader } from './manifests.ts';
import { environmentOf, startDelivery } from './setup.ts';

test.each([
  { how: 'client-side', flags: [] },
  { how: 'server-side', flags: ['--server-side'] },
])(
  'what $how kubectl apply made is taken over: nothing restarts, nothing differs, and what Git drops later goes',
  async ({ flags }) => {
    const config = (data: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config', labels: { made: 'before' } },
      data,
    });
    const web = deploymentManifest('web');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { run: 'web' }, ports: [{ port: 80 }] },
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { key: 'value' } };
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const [container] = web.spec.template.spec.containers;
    const withEnv = (left: object[]) => ({
      ...web,
      spec: { ...web.spec, template: { ...web.spec.template, spec: { containers: [{ ...container, env: left }] } } },
    });
    await using delivery = await startDelivery(() => ({ 'README.md': 'nothing yet' }));
    const { test: holdfast, access, kube, name, repo } = delivery;
    const get = reader(kube, name);
    await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const list = { apiVersion: 'v1', kind: 'List', items: [config({ a: '1', b: '2' }), withEnv(env), service, secret] };
    await kubectl(access, ['apply', ...flags, '-n', name, '-f', '-'], { input: manifest(list) });
    const before = await get('Deployment', 'web');
    const versions = async () => {
      const found = await kube.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: name });
      return found.map(({ metadata: { uid } }) => uid);
    };
    const [version] = await waitFor('its first version', async () =>
      (await versions()).length > 0 ? versions() : undefined,
    );

    await repo.commit({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
      'app/all.json': manifest(list),
    });
    await holdfast.untilSynced(name);
    const after = await get('Deployment', 'web');
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.spec).toEqual(before?.spec);
    expect(await versions()).toEqual([version]);
    expect((await holdfast.operator.diff(name, {}, AbortSignal.timeout(10_000))).resources).toEqual([]);

    const fewer = { ...list, items: [config({ a: '1' }), withEnv(env.slice(0, 1)), service] };
    const commit = await repo.commit({ 'app/all.json': manifest(fewer) });
    await holdfast.untilSynced(name, commit);
    expect((await get('ConfigMap', 'config'))?.data).toEqual({ a: '1' });
    expect((await get('Deployment', 'web'))?.spec.template.spec.containers[0].env).toEqual([{ name: 'A', value: '1' }]);
    expect(await get('Secret', 'key')).toBeUndefined();
  },
);
