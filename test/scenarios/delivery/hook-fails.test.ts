import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a failed hook ends the sync with a reason, SyncFail hooks run, and the next try can succeed', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, sync: { retry: { backoff: '100ms', maxBackoff: '100ms' } } },
    ]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/migrate.json': hook('migrate', 'PreSync'),
    'app/sorry.json': hook('sorry', 'SyncFail', 'HookSucceeded'),
    'app/after.json': hook('after', 'PostSync'),
  }));
  const { test: holdfast, kube, name } = delivery;
  const get = reader(kube, name);

  await finishJob(kube, name, 'migrate', 'Failed');
  await finishJob(kube, name, 'sorry', 'Succeeded');
  const failed = await waitFor('the sync to have failed', () =>
    holdfast.operator.history(name).find(({ result }) => result === 'failed'),
  );
  expect(failed.message).toContain(`Job ${name}/migrate: it failed`);
  expect(failed.results.map(({ key, phase, result }) => [key.split('/').at(-1), phase, result])).toEqual([
    ['migrate', 'PreSync', 'failed'],
    ['sorry', 'SyncFail', 'succeeded'],
  ]);
  expect(await get('ConfigMap', 'config')).toBeUndefined();
  expect(await get('Job', 'after')).toBeUndefined();

  await finishJob(kube, name, 'migrate', 'Succeeded');
  await finishJob(kube, name, 'after', 'Succeeded');
  await holdfast.untilSynced(name);
  expect(await get('ConfigMap', 'config')).toBeDefined();
});
