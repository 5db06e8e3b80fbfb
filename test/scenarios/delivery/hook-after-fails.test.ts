import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a failed PostSync hook fails the sync, leaves what was applied, and alone is tried again', async () => {
  const retry = { backoff: '100ms', maxBackoff: '100ms' };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { retry } }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/check.json': hook('check', 'PostSync', 'BeforeHookCreation,HookSucceeded'),
  }));
  const { test: holdfast, access, kube, name } = delivery;
  const since = await mark(access);
  await finishJob(kube, name, 'check', 'Failed');
  const failed = await waitFor('the sync to fail', () =>
    holdfast.operator.history(name).find(({ result }) => result === 'failed'),
  );
  expect(failed.message).toContain(`Job ${name}/check: it failed`);
  const status = await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  expect(status.sync.message).toBe('a hook has not run as declared');
  expect(await reader(kube, name)('ConfigMap', 'config')).toBeDefined();
  await finishJob(kube, name, 'check', 'Succeeded');
  await holdfast.untilSynced(name);
  const writes = await writesIn(access, since, name);
  expect(writes.filter(write => write.includes('configmaps'))).toEqual(['patch configmaps/config']);
});
