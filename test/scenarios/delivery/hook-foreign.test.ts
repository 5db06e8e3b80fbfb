import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from './manifests.ts';
import { environmentOf, startDelivery } from './setup.ts';

test("a hook never deletes another application's object of the same name", async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-a`, path: 'a', namespace: name },
      { name: `${name}-b`, path: 'b', namespace: name, dependsOn: [`${name}-a`] },
    ]),
    'a/migrate.json': hook('migrate', 'PreSync', undefined, 'a:1'),
    'a/config.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
    'b/migrate.json': hook('migrate', 'PreSync', undefined, 'b:1'),
    'b/config.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } }),
  }));
  const { test: holdfast, kube, name } = delivery;
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await holdfast.untilSynced(`${name}-a`);
  const before = await reader(kube, name)('Job', 'migrate');

  const failed = await waitFor('b to fail', () =>
    holdfast.operator.history(`${name}-b`).find(({ result }) => result === 'failed'),
  );
  expect(failed.message).toContain(`it belongs to the application ${name}-a`);
  expect((await reader(kube, name)('Job', 'migrate'))?.metadata.uid).toBe(before?.metadata.uid);
});
