import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { deployment, reader, wave } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('a wave that is not healthy in time ends the sync with the reason, and a newer commit goes on at once', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, waveTimeout: '1s' }]),
    'app/web.json': deployment('web', 1),
    'app/late.json': configMap('late', { color: 'red' }, wave(1)),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const failed = await waitFor('the sync to fail', () =>
    holdfast.operator.history(name).find(({ result }) => result === 'failed'),
  );
  expect(failed.message).toBe(
    `not healthy after 1 s, so wave 1 did not begin: Deployment ${name}/web is Progressing: 0 of 1 replicas are available`,
  );
  expect(await reader(kube, name)('ConfigMap', 'late')).toBeUndefined();
  await holdfast.until(name, ({ nextTryAt }) => nextTryAt !== undefined);

  const commit = await repo.commit({ 'app/web.json': deployment('web', 0) });
  const { operation } = await holdfast.untilSynced(name, commit);
  expect(operation?.attempt).toBe(1);
  expect(await reader(kube, name)('ConfigMap', 'late')).toBeDefined();
});
