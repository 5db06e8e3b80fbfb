import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProxiedRequest, WatchEvent } from '../../world/fault-proxy.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { impatient, later, listen, type Patience, type Proxied, soon, startProxied } from './api-world.ts';

// No watch is to be trusted for ever: it may die without a word, lose events, say them twice, or begin in the past.

const patience: Patience = {};
const names = ['a', 'b', 'c', 'd', 'e'];
let world: Proxied;
const passed = { ms: 0 };

beforeAll(async () => {
  world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      ...Object.fromEntries(names.map(one => [`app/${one}.json`, configMap(one, { color: 'red' })])),
    }),
    { change: env => impatient(patience)(later(passed)(env)) },
  );
  await world.test.untilSynced(world.name);
});
afterEach(async () => {
  world.proxy.rules = [];
  patience.watches = undefined;
  patience.answers = undefined;
});
afterAll(() => world?.[Symbol.asyncDispose]());

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.name, name });
const color = async (name: string) => (await world.kube.get(map(name)))?.data.color;
const maps = /\/configmaps$/;
const synced = () => world.test.until(world.name, ({ sync }) => sync.status === 'Synced');
/** A new watch of ConfigMaps is under way, by the rules of now. */
async function watched(): Promise<void> {
  const since = world.mark();
  world.proxy.endWatches();
  const isOurs = (one: ProxiedRequest) => one.verb === 'watch' && maps.test(one.path) && one.status === 200;
  await waitFor('a new watch', () => world.asked(since).some(isOurs));
}

test('connections that are cut off again and again: drift made meanwhile is healed, and nothing else is written', async () => {
  const since = world.mark();
  const some = names.slice(0, 3);
  for (const name of some) {
    world.proxy.cut();
    await world.kube.patch(map(name), { data: { color: 'by hand' } });
    world.proxy.cut();
    await waitFor('the repair', async () => (await color(name)) === 'red');
  }
  await synced();
  expect(world.writes(since)).toEqual(some.map(name => `apply configmaps/${name}`));
});

test('a connection that died without FIN or reset is noticed by its silence', async () => {
  const since = world.mark();
  const began = performance.now();
  patience.watches = 5_000;
  // The repair may be sent over one that died, too.
  patience.answers = 5_000;
  await watched();
  world.proxy.halfOpen();
  await world.kube.patch(map('a'), { data: { color: 'by hand' } });
  // With so little patience idle watches, too, are begun anew all the time, with pauses that grow where the machine is slow.
  await waitFor('the repair', async () => (await color('a')) === 'red');
  expect(performance.now() - began).toBeGreaterThan(1_000);
  await synced();
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
  // Those that are dead and idle are not for the tests that follow.
  world.proxy.cut();
});

const lost: [string, (event: WatchEvent) => boolean, () => Promise<unknown>, string][] = [
  ['the deletion of one', ({ type }) => type === 'DELETED', () => world.kube.delete(map('b')), 'b'],
  [
    'all of a kind',
    ({ type }) => type !== 'BOOKMARK',
    () => world.kube.patch(map('c'), { data: { color: 'by hand' } }),
    'c',
  ],
];

test.each(lost)(
  'events that never come (%s): a list in due time finds what they hid',
  async (_, isLost, harm, name) => {
    world.proxy.rules = [
      { verb: 'watch', path: maps, harm: { do: 'events', change: event => (isLost(event) ? [] : [event]) } },
    ];
    await watched();
    const since = world.mark();
    await harm();
    // What comes after shows that the loss is past.
    const before = (await world.kube.get(map('d')))?.metadata.resourceVersion;
    await world.kube.patch(map('d'), { metadata: { annotations: { after: before } } });
    expect(world.writes(since)).toEqual([]);
    world.proxy.rules = [];
    // Half an hour later; the API server ends a watch when its time is over.
    passed.ms += 34 * 60_000;
    world.proxy.endWatches();
    await waitFor('the repair', async () => (await color(name)) === 'red');
    await synced();
    expect(world.writes(since)).toEqual([`apply configmaps/${name}`]);
  },
);

test('events that come twice, and old ones again: nothing is written for them', async () => {
  const past: WatchEvent[] = [];
  let replayed = 0;
  const twiceAndAgain = (event: WatchEvent) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return [event];
    const again = past.slice(-3);
    replayed += 1 + again.length;
    past.push(event);
    return [event, ...again, event];
  };
  world.proxy.rules = [{ verb: 'watch', path: maps, harm: { do: 'events', change: twiceAndAgain } }];
  await watched();
  const since = world.mark();
  const { repo, test: holdfast, name } = world;
  for (const color of ['green', 'blue', 'red']) {
    const commit = await repo.commit(
      Object.fromEntries(names.map(one => [`app/${one}.json`, configMap(one, { color })])),
    );
    await holdfast.untilSynced(name, commit);
  }
  await world.kube.delete(map('e'));
  await waitFor('its return', async () => (await color('e')) === 'red');
  await synced();
  expect(replayed).toBeGreaterThan(names.length * 3);
  expect(world.writes(since)).toHaveLength(3 * names.length + 1);
});

test('a watch that is answered with 410 Gone: everything is listed anew, and nothing is believed to be deleted', async () => {
  const { proxy, test: holdfast, name } = world;
  const gone = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Expired',
    code: 410,
    message: 'too old',
  };
  proxy.rules = [
    {
      verb: 'watch',
      path: maps,
      nth: nth => nth <= 2,
      harm: { do: 'answer', status: 200, body: `${JSON.stringify({ type: 'ERROR', object: gone })}\n` },
    },
  ];
  const said = listen(holdfast, name, ({ resources }) => resources.filter(({ health }) => health.status === 'Missing'));
  const since = world.mark();
  proxy.endWatches();
  await world.kube.patch(map('a'), { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color('a')) === 'red');
  await synced();
  const lists = world.asked(since).filter(({ path, query }) => maps.test(path) && query.has('sendInitialEvents'));
  expect(lists.length).toBeGreaterThan(0);
  expect(lists.length).toBeLessThanOrEqual(3);
  expect(said.flat()).toEqual([]);
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
});

test('a watch goes on from its last bookmark, not from the last change of ours: nothing in between is asked for again', async () => {
  const { proxy, kube, name } = world;
  await synced();
  const newest = async () => {
    const ours = await Promise.all(names.map(one => kube.get(map(one))));
    return Math.max(...ours.map(one => Number(one?.metadata.resourceVersion)));
  };
  // History goes on, by what is none of ours; a list that is made then ends with a bookmark of that time.
  await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: name, name: 'a-stranger-s' } });
  passed.ms += 34 * 60_000;
  const since = world.mark();
  proxy.endWatches();
  const of = (word: string) => world.asked(since).filter(({ path, query }) => maps.test(path) && query.has(word));
  await waitFor('a list', () => of('sendInitialEvents').some(({ status }) => status === 200));
  await synced();
  const resumed = await waitFor('a watch that goes on', () => {
    proxy.endWatches();
    return of('resourceVersion').findLast(({ query }) => query.get('resourceVersion') !== '');
  });
  expect(resumed.query.get('allowWatchBookmarks')).toBe('true');
  expect(Number(resumed.query.get('resourceVersion'))).toBeGreaterThan(await newest());
  await synced();
  expect(world.writes(since)).toEqual([]);
});

test('a list that ends in the middle is no list: nothing is believed to be deleted', async () => {
  const { proxy, test: holdfast, name } = world;
  const said = listen(holdfast, name, ({ resources }) => resources.filter(({ health }) => health.status === 'Missing'));
  proxy.rules = [
    { verb: 'watch', path: maps, nth: 1, harm: { do: 'truncate', bytes: 700 } },
    { verb: 'watch', path: maps, nth: 1, harm: { do: 'reset', bytes: 1500 } },
  ];
  const since = world.mark();
  passed.ms += 34 * 60_000;
  proxy.endWatches();
  await waitFor('a whole list', () => world.asked(since).filter(({ path }) => maps.test(path)).length >= 3);
  await world.kube.patch(map('a'), { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color('a')) === 'red');
  await synced();
  expect(said.flat()).toEqual([]);
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
});
