import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test.each([
  { who: 'automation', automated: true },
  { who: "a person's sync", automated: false },
])('an edited hook is a change like any other: $who runs it again, and nothing else', async ({ automated }) => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated } }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/migrate.json': hook('migrate', 'PreSync', 'BeforeHookCreation', 'job:1'),
  }));
  const { test: holdfast, kube, repo, name } = delivery;
  const get = reader(kube, name);
  const sync = async () => {
    if (!automated) await holdfast.operator.sync(name, {}, 'appdev');
  };
  await holdfast.until(name, ({ sync: { status } }) => status === 'OutOfSync');
  await sync();
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await holdfast.untilSynced(name);
  const first = await get('Job', 'migrate');
  const config = await get('ConfigMap', 'config');

  const commit = await repo.commit({ 'app/migrate.json': hook('migrate', 'PreSync', 'BeforeHookCreation', 'job:2') });
  await holdfast.refresh();
  if (!automated) {
    const status = await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
    expect(status.sync.message).toBe('a hook has not run as declared');
    const { plan } = await holdfast.operator.diff(name, {}, AbortSignal.timeout(10_000));
    expect(plan.groups.flatMap(({ steps }) => steps.map(({ action }) => action))).toEqual(['run']);
  }
  await sync();
  await waitFor(
    'the edited hook to be there',
    async () => (await get('Job', 'migrate'))?.metadata.uid !== first?.metadata.uid,
  );
  await finishJob(kube, name, 'migrate', 'Succeeded');
  const { operation } = await holdfast.untilSynced(name, commit);
  expect(operation?.results.map(({ action }) => action)).toEqual(['run']);
  expect((await get('Job', 'migrate'))?.spec.template.spec.containers[0].image).toBe('job:2');
  expect((await get('ConfigMap', 'config'))?.metadata.resourceVersion).toBe(config?.metadata.resourceVersion);
});
