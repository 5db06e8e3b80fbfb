import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Rule } from '../../world/fault-proxy.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { later, listen, type Proxied, soon, startProxied } from './api-world.ts';

// An API server without streaming lists, which has to be listed page by page.

const names = ['a', 'b', 'c', 'd', 'e'];
const maps = /\/configmaps$/;
const passed = { ms: 0 };
const gone = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410, message: 'too old' };
const unknownWord = {
  ...{ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', code: 422 },
  message: 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
};
const withoutStreaming: Rule = {
  verb: 'watch',
  harm: ({ query }) =>
    query.has('sendInitialEvents') ? { do: 'answer', status: 422, body: JSON.stringify(unknownWord) } : undefined,
};
const inPages: Rule = {
  verb: 'list',
  path: maps,
  harm: { do: 'ask', change: path => path.replace('limit=500', 'limit=2') },
};

let world: Proxied;
let since: number;
let missing: unknown[];

beforeAll(async () => {
  world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      ...Object.fromEntries(names.map(one => [`app/${one}.json`, configMap(one, { color: 'red' })])),
    }),
    { change: later(passed) },
  );
  // From here on the server has forgotten that it could.
  world.proxy.rules = [withoutStreaming, inPages];
  await world.test.untilSynced(world.name);
});
beforeEach(() => {
  since = world.mark();
  missing = listen(world.test, world.name, ({ resources }) =>
    resources.filter(({ health }) => health.status === 'Missing').map(({ id }) => id.name),
  );
});
afterAll(() => world?.[Symbol.asyncDispose]());

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.name, name });
const color = async (name: string) => (await world.kube.get(map(name)))?.data.color;
const lists = () => world.asked(since).filter(({ verb, path }) => verb === 'list' && maps.test(path));

/** Half an hour passes: all is listed anew. */
function relist(): void {
  passed.ms += 34 * 60_000;
  world.proxy.endWatches();
}

async function repairs(name: string): Promise<void> {
  await world.kube.patch(map(name), { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await color(name)) === 'red');
  await world.test.until(world.name, ({ sync }) => sync.status === 'Synced');
}

test('410 Gone in the middle of the pages: the list begins anew, half a list is never believed', async () => {
  world.proxy.rules = [
    withoutStreaming,
    {
      verb: 'list',
      path: maps,
      nth: nth => nth <= 4,
      harm: ({ query }) =>
        query.has('continue')
          ? { do: 'answer', status: 410, body: JSON.stringify(gone) }
          : { do: 'ask', change: path => path.replace('limit=500', 'limit=2') },
    },
    inPages,
  ];
  relist();
  await waitFor(
    'a whole list',
    () => lists().filter(({ query, status }) => query.has('continue') && status === 200).length >= 2,
  );
  await repairs('a');
  expect(lists().filter(({ query }) => !query.has('continue'))).toHaveLength(3);
  expect(missing.flat()).toEqual([]);
  expect(world.writes(since)).toEqual(['apply configmaps/a']);
});

test.each([
  ['a page that is cut off', { do: 'truncate', bytes: 200 }],
  ['a page of HTML', { do: 'answer', status: 200, body: '<html><body>Sign in</body></html>' }],
  ['a page that is empty where things are', { do: 'answer', status: 200, body: '{}' }],
] as const)('%s is no list: nothing is believed to be deleted', async (_, harm) => {
  world.proxy.rules = [withoutStreaming, { verb: 'list', path: maps, nth: 1, harm }, inPages];
  relist();
  await waitFor(
    'a whole list',
    () => lists().filter(({ query, status }) => query.has('continue') && status === 200).length >= 2,
  );
  await repairs('b');
  expect(missing.flat()).toEqual([]);
  expect(world.writes(since)).toEqual(['apply configmaps/b']);
});

test('a list out of the past, from a server that lags behind: it is caught up with, and newer work is not undone', async () => {
  const { repo, test: holdfast, name } = world;
  const before = await Promise.all(
    names.map(async one => Number((await world.kube.get(map(one)))?.metadata.resourceVersion)),
  );
  const old = Math.max(...before);
  const commit = await repo.commit({
    'app/c.json': configMap('c', { color: 'green', size: 'large' }),
    'app/d.json': null,
    'app/new.json': configMap('new', { color: 'green' }),
  });
  await holdfast.untilSynced(name, commit);
  const uid = (await world.kube.get(map('new')))?.metadata.uid;
  since = world.mark();
  world.proxy.rules = [
    withoutStreaming,
    {
      verb: 'list',
      path: maps,
      nth: 1,
      harm: { do: 'ask', change: path => `${path}&resourceVersion=${old}&resourceVersionMatch=Exact` },
    },
  ];
  relist();
  await waitFor('the old list', () => lists().some(({ status }) => status === 200));
  await repairs('a');
  expect((await world.kube.get(map('c')))?.data).toEqual({ color: 'green', size: 'large' });
  expect((await world.kube.get(map('new')))?.metadata.uid).toBe(uid);
  expect(await world.kube.get(map('d'))).toBeUndefined();
  // What it takes for changed or missing until it has caught up may be applied as Git has it now, which changes nothing.
  const allowed = ['apply configmaps/a', 'apply configmaps/c', 'apply configmaps/new'];
  expect(world.writes(since)).toContain('apply configmaps/a');
  expect(world.writes(since).filter(write => !allowed.includes(write))).toEqual([]);
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === commit);
});
