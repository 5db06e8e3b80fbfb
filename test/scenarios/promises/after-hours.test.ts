import { expect, test } from 'vitest';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';
import { later } from '../faults/api-world.ts';

test.each([
  ['with an application', true],
  ['without any', false],
])('a commit is followed after hours in which nothing happened, %s', async (_, isDelivering) => {
  const passed = { ms: 0 };
  const applications = (name: string) => [{ name, path: 'app', namespace: name }];
  await using delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, isDelivering ? applications(name) : []),
      'app/a.json': configMap('a', { color: 'red' }),
    }),
    { interval: '1s' },
    { change: later(passed) },
  );
  const { test: holdfast, repo, name } = delivery;
  if (isDelivering) await holdfast.untilSynced(name);
  passed.ms += 3 * 3_600_000;
  const commit = await repo.commit({
    'holdfast.yaml': environmentOf(name, applications(name)),
    'app/a.json': configMap('a', { color: 'green' }),
  });
  const followed = ({ sync }: { sync: { status: string; revision: string } }) =>
    sync.status === 'Synced' && sync.revision === commit;
  // By polling alone: nobody asks for a look.
  expect((await holdfast.until(name, followed)).sync.revision).toBe(commit);
});
