import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Harm } from '../../world/fault-proxy.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { impatient, listen, type Patience, type Proxied, soon, startProxied } from './api-world.ts';

const count = 12;
const manifests = (word: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { word })] as const),
  );

const patience: Patience = {};
let world: Proxied;

beforeAll(async () => {
  world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      ...manifests('first'),
    }),
    { change: impatient(patience) },
  );
  await world.test.untilSynced(world.name);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const page = '<html><body>Bad gateway</body></html>';
const status409 = '{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409}';
const status500 = '{"kind":"Status","status":"Failure","code":500}';

/** The last word: whether the API server has to do something twice. */
const harms: [string, Harm, 'needless' | 'none'][] = [
  ['lost before it arrives', { do: 'lose before' }, 'none'],
  ['done, and its answer lost', { do: 'lose after' }, 'needless'],
  ['never answered', { do: 'hang' }, 'needless'],
  ['done, and never answered', { do: 'hang', after: true }, 'needless'],
  ['answered by a proxy with 502 and a page', { do: 'answer', status: 502, body: page }, 'none'],
  ['answered with 503', { do: 'answer', status: 503 }, 'none'],
  ['answered with 504', { do: 'answer', status: 504 }, 'none'],
  ['answered with 409', { do: 'answer', status: 409, body: status409 }, 'none'],
  ['answered with 500', { do: 'answer', status: 500, body: status500 }, 'none'],
  ['answered with 200 and a page', { do: 'answer', status: 200, body: page }, 'none'],
  ['done, and its answer is cut in the middle as if it were whole', { do: 'truncate', bytes: 100 }, 'needless'],
  ['done, and the connection reset in the middle of its answer', { do: 'reset', bytes: 100 }, 'needless'],
];

test.each(harms)('each third write is %s: the commit is delivered', async (title, harm, more) => {
  const { proxy, repo, test: holdfast, kube, name } = world;
  proxy.rules = [{ verb: 'apply', nth: nth => nth % 3 === 0, harm }];
  patience.answers = harm.do === 'hang' ? 700 : undefined;
  const since = world.mark();
  const commit = await repo.commit(manifests(title));
  // What the status said while some of it was not there.
  const said = listen(holdfast, name, ({ sync }) => ({
    isSynced: sync.status === 'Synced' && sync.revision === commit,
    done: new Set(world.writes(since)).size,
  }));
  await holdfast.untilSynced(name, commit);
  proxy.rules = [];

  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
  expect(maps.map(({ data }) => data.word)).toEqual(Array.from({ length: count }, () => title));
  const made = world.writes(since);
  expect([...new Set(made)].toSorted()).toEqual(
    Array.from({ length: count }, (_, i) => `apply configmaps/c${i}`).toSorted(),
  );
  expect(made.length).toBeLessThanOrEqual(more === 'none' ? count : 2 * count);
  expect(world.asked(since).filter(({ verb }) => verb === 'apply').length).toBeGreaterThan(count);
  expect(said.filter(({ isSynced, done }) => isSynced && done < count)).toEqual([]);
});
