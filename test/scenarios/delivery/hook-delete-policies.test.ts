import { expect, test } from 'vitest';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('hooks are deleted when their policies say: after success, after failure, before the next run', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'app', namespace: name, sync: { retry: { backoff: '100ms', maxBackoff: '100ms' } } },
    ]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/kept.json': hook('kept', 'PreSync'),
    'app/done.json': hook('done', 'PreSync', 'HookSucceeded'),
    'app/both.json': hook('both', 'PreSync', 'HookSucceeded,HookFailed'),
    'app/failed.json': hook('failed', 'PreSync', 'HookFailed'),
  }));
  const { test: holdfast, kube, repo, name } = delivery;
  const get = reader(kube, name);
  const gone = (job: string) => waitFor(`${job} to be gone`, async () => (await get('Job', job)) === undefined);

  for (const job of ['kept', 'done', 'both']) await finishJob(kube, name, job, 'Succeeded');
  await finishJob(kube, name, 'failed', 'Failed');
  await gone('done');
  await gone('both');
  await gone('failed');
  const kept = await get('Job', 'kept');
  expect(kept?.metadata.deletionTimestamp).toBeUndefined();

  // The second try runs all of them again: what is there from the first is deleted before.
  for (const job of ['done', 'failed']) await finishJob(kube, name, job, 'Succeeded');
  await finishJob(kube, name, 'both', 'Succeeded');
  await waitFor('kept to be made anew', async () => {
    const now = await get('Job', 'kept');
    return now !== undefined && now.metadata.uid !== kept?.metadata.uid;
  });
  await finishJob(kube, name, 'kept', 'Succeeded');
  await holdfast.untilSynced(name);
  await gone('done');
  await gone('both');
  expect(await get('Job', 'failed')).toBeDefined();
  expect(await get('Job', 'kept')).toBeDefined();

  const commit = await repo.commit({
    'app/failed.json': null,
    'app/config.json': configMap('config', { color: 'green' }),
  });
  await holdfast.refresh();
  for (const job of ['kept', 'done', 'both']) {
    await waitFor(`${job} to run`, async () => {
      const found = await get('Job', job);
      return found !== undefined && found.metadata.uid !== kept?.metadata.uid && !found.status?.completionTime;
    });
    await finishJob(kube, name, job, 'Succeeded');
  }
  await holdfast.untilSynced(name, commit);
  expect(await get('Job', 'failed')).toBeDefined();
});
