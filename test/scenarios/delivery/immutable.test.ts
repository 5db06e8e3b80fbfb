import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deploymentManifest, jobManifest, manifest, reader, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

function service(clusterIP: string | undefined, annotations = {}) {
  const spec = { ports: [{ port: 80 }], ...(clusterIP === undefined ? {} : { clusterIP }) };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'one', annotations }, spec };
}

function selecting(label: string, annotations = {}) {
  const { spec, ...rest } = deploymentManifest('one', 0, annotations);
  const labels = { run: 'one', label };
  const template = { ...spec.template, metadata: { labels } };
  return { ...rest, spec: { ...spec, selector: { matchLabels: labels }, template } };
}

test.each([
  {
    kind: 'Job',
    field: 'spec.template',
    first: jobManifest('one', {}, 'job:1'),
    next: (annotations: object) => ({ ...jobManifest('one', { ...annotations }, 'job:2') }),
  },
  {
    kind: 'Service',
    field: 'spec.clusterIP',
    first: service(undefined),
    next: (annotations: object) => service('None', annotations),
  },
  {
    kind: 'Deployment',
    field: 'spec.selector',
    first: selecting('a'),
    next: (annotations: object) => selecting('b', annotations),
  },
])(
  '$kind: a field that cannot be changed is an error that names it; with Force=true it is made anew',
  async ({ kind, field, first, next }) => {
    const retry = { backoff: '100ms', maxBackoff: '1s' };
    await using delivery = await startDelivery(name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { retry } }]),
      'app/one.json': manifest(first),
      'app/config.json': configMap('config', { color: 'red' }),
    }));
    const { test: holdfast, kube, name, repo } = delivery;
    const get = reader(kube, name);
    await holdfast.refresh();
    await holdfast.until(name, ({ sync, operation }) => sync.status === 'Synced' && operation?.result === 'succeeded');
    const before = await get(kind, 'one');

    await repo.commit({
      'app/one.json': manifest(next({})),
      'app/config.json': configMap('config', { color: 'green' }),
    });
    await holdfast.refresh();
    const failed = await waitFor('the sync to fail', () =>
      holdfast.operator.history(name).find(({ result }) => result === 'failed'),
    );
    expect(failed.message).toContain(`${kind} ${name}/one: The API server refused`);
    expect(failed.message).toContain(field);
    expect(failed.message).toContain('cannot be changed after creation');
    // The rest of the wave was applied, and what is there was not touched.
    expect((await get('ConfigMap', 'config'))?.data).toEqual({ color: 'green' });
    expect((await get(kind, 'one'))?.metadata.uid).toBe(before?.metadata.uid);
    await holdfast.operator.sync(name, { replace: true }, 'appdev');
    await holdfast.until(name, ({ operation }) => operation?.startedBy === 'appdev' && operation.result === 'failed');
    expect((await get(kind, 'one'))?.metadata.uid).toBe(before?.metadata.uid);

    const commit = await repo.commit({ 'app/one.json': manifest(next(syncOptions('Force=true'))) });
    await holdfast.refresh();
    await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
    const after = await get(kind, 'one');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
    expect(await get('ConfigMap', 'config')).toBeDefined();
  },
);

test('a person may force a sync once, without a word in Git', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/one.json': manifest(selecting('a')),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.untilSynced(name);
  const before = await reader(kube, name)('Deployment', 'one');
  const commit = await repo.commit({ 'app/one.json': manifest(selecting('b')) });
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === commit);
  await holdfast.operator.sync(name, { force: true }, 'appdev');
  await holdfast.untilSynced(name, commit);
  expect((await reader(kube, name)('Deployment', 'one'))?.metadata.uid).not.toBe(before?.metadata.uid);
});
