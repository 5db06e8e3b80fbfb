import { expect, test } from 'vitest';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { listen, soon, startProxied } from './api-world.ts';

const applications = 6;
const mapsEach = 15;

test('429 with a time to wait holds for everyone who asks this server, and each request is tried again once', async () => {
  const files = (name: string, word: string) =>
    Object.fromEntries(
      Array.from({ length: applications * mapsEach }, (_, i) => [
        `${name}-${i % applications}/c${i}.json`,
        configMap(`c${i}`, { word }),
      ]),
    );
  await using world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(
      name,
      Array.from({ length: applications }, (_, i) => ({
        ...{ name: `${name}-${i}`, path: `${name}-${i}`, namespace: name, sync: soon },
      })),
    ),
    ...files(name, 'first'),
  }));
  const { test: holdfast, proxy, repo, name } = world;
  const names = Array.from({ length: applications }, (_, i) => `${name}-${i}`);
  for (const one of names) await holdfast.untilSynced(one);

  let firstRefusal: number | undefined;
  let refused = 0;
  proxy.rules = [
    {
      verb: 'apply',
      harm: ({ at }) => {
        firstRefusal ??= at;
        if (at - firstRefusal > 500) return undefined;
        refused++;
        // As the API server itself says it: in plain text.
        const body = 'Too many requests, please try again later.';
        return { do: 'answer', status: 429, body, headers: { 'retry-after': '1', 'content-type': 'text/plain' } };
      },
    },
  ];
  const said = listen(holdfast, names[0]!, ({ sync, operation }) => [sync.status, operation?.result]);
  const since = world.mark();
  const commit = await repo.commit(files(name, 'second'));
  for (const one of names) await holdfast.untilSynced(one, commit);

  const asked = world.asked(since).filter(({ verb }) => verb === 'apply');
  const during = asked.filter(({ at }) => at > firstRefusal! + 150 && at < firstRefusal! + 950);
  expect(during.map(({ name }) => name)).toEqual([]);
  // Those that were under way when the first one was refused.
  expect(refused).toBeLessThan((applications * mapsEach) / 2);
  expect(asked).toHaveLength(applications * mapsEach + refused);
  expect(world.writes(since)).toHaveLength(applications * mapsEach);
  expect(said.filter(([, result]) => result === 'failed')).toEqual([]);
  expect(said).toContainEqual(['OutOfSync', 'running']);
});
