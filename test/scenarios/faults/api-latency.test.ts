import { expect, test } from 'vitest';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { listen, soon, startProxied } from './api-world.ts';

const delayMs = 300;
const count = 20;

test('an API server that takes its time for each answer: the same requests, no doubt, and they go side by side', async () => {
  const maps = (word: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { word })]));
  await using world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
    ...maps('first'),
  }));
  const { test: holdfast, proxy, repo, name } = world;
  await holdfast.untilSynced(name);

  proxy.rules = [{ harm: { do: 'delay', ms: delayMs } }];
  const said = listen(holdfast, name, ({ sync, operation }) => [sync.status, operation?.result]);
  const since = world.mark();
  const began = performance.now();
  const commit = await repo.commit(maps('second'));
  await holdfast.untilSynced(name, commit);
  const took = performance.now() - began;

  expect(world.asked(since).filter(({ verb }) => verb !== 'watch')).toHaveLength(count);
  expect(world.writes(since)).toHaveLength(count);
  expect(took).toBeGreaterThan(delayMs);
  // One after the other would be longer.
  expect(took).toBeLessThan(count * delayMs);
  expect(said.filter(([status, result]) => status === 'Unknown' || result === 'failed')).toEqual([]);
  expect(said).toContainEqual(['OutOfSync', 'running']);
});
