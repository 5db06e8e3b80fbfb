import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { hook, reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('with the store lost, hooks that have run do not run again', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/config.json': configMap('config', { color: 'red' }),
    'app/migrate.json': hook('migrate', 'PreSync', 'HookSucceeded'),
    'app/seed.json': hook('seed', 'PostSync'),
  }));
  const { kube, access, name, repo, directory } = delivery;
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await finishJob(kube, name, 'seed', 'Succeeded');
  await delivery.test.untilSynced(name);

  await delivery.test.close();
  await rm(`${directory}/data`, { recursive: true });
  const since = await mark(access);
  const again = await delivery.restart();
  await again.untilSynced(name);
  expect(await writesIn(access, since, name)).toEqual([]);

  // From here on they are known: an edit counts.
  const commit = await repo.commit({ 'app/seed.json': hook('seed', 'PostSync', undefined, 'job:2') });
  await again.refresh();
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await finishJob(kube, name, 'seed', 'Succeeded');
  await again.untilSynced(name, commit);
  expect((await reader(kube, name)('Job', 'seed'))?.spec.template.spec.containers[0].image).toBe('job:2');
});
