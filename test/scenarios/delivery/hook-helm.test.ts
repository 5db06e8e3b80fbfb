import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { job, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

function helmHook(name: string, hook: string, weight = 0, policy = 'before-hook-creation'): string {
  return job(name, {
    'helm.sh/hook': hook,
    'helm.sh/hook-weight': String(weight),
    'helm.sh/hook-delete-policy': policy,
  });
}

test("a chart's hooks run in their phases, by weight, with their delete policies; its tests never do", async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'chart', namespace: name }]),
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'chart/templates/config.yaml': configMap('config', { release: '{{ .Release.Name }}' }),
    'chart/templates/second.yaml': helmHook('second', 'pre-install,pre-upgrade', 5),
    'chart/templates/first.yaml': helmHook('first', 'pre-install', -5, 'hook-succeeded'),
    'chart/templates/after.yaml': helmHook('after', 'post-install'),
    'chart/templates/test.yaml': helmHook('check', 'test'),
    'chart/templates/bye.yaml': helmHook('bye', 'pre-delete'),
  }));
  const { test: holdfast, kube, repo, name } = delivery;
  const get = reader(kube, name);

  await holdfast.until(name, ({ operation }) => operation?.phase === 'PreSync' && operation.wave === -5);
  await waitFor('the first hook', () => get('Job', 'first'));
  expect(await get('Job', 'second')).toBeUndefined();
  await finishJob(kube, name, 'first', 'Succeeded');
  await finishJob(kube, name, 'second', 'Succeeded');
  await finishJob(kube, name, 'after', 'Succeeded');
  const { source } = await holdfast.untilSynced(name);
  expect(source.type).toBe('helm');
  expect((await get('ConfigMap', 'config'))?.data).toEqual({ release: name });
  await waitFor('the first hook to be gone', async () => (await get('Job', 'first')) === undefined);
  expect(await get('Job', 'second')).toBeDefined();
  for (const never of ['check', 'bye']) expect(await get('Job', never)).toBeUndefined();

  await repo.commit({ 'holdfast.yaml': environmentOf(name, []) });
  await holdfast.refresh();
  await waitFor('the pre-delete hook', () => get('Job', 'bye'));
  expect((await get('ConfigMap', 'config'))?.metadata.deletionTimestamp).toBeUndefined();
  await finishJob(kube, name, 'bye', 'Succeeded');
  await waitFor('all to be gone', async () => (await get('ConfigMap', 'config')) === undefined);
});
