import { describe, expect, test } from 'vitest';
import { configMaps, TestCluster } from './testing.ts';

const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

describe('history', () => {
  test('what was compacted is gone for watches, pages and versions', () => {
    const world = new TestCluster();
    for (const name of ['a', 'b', 'c']) world.apply(name, {});
    const { metadata } = world.ask('GET', `${configMaps}?limit=1`).body;
    const before = metadata.resourceVersion;
    world.apply('d', {});
    world.cluster.compact();
    expect(world.ask('GET', `${configMaps}?limit=1&continue=${metadata.continue}`)).toMatchObject({
      ...{ status: 410, body: { reason: 'Expired' } },
    });
    const { events, ended } = world.watch(`resourceVersion=${before}`);
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
    expect(ended()).toBe(true);
    expect(world.watch(`resourceVersion=${world.cluster.revision}`).ended()).toBe(false);
  });

  test('a restored cluster is as it was: versions go back, uids return', () => {
    const world = new TestCluster();
    const { uid } = world.apply('a', { k: '1' }).body.metadata;
    const snapshot = world.cluster.snapshot();
    const { revision } = world.cluster;
    world.ask('DELETE', `${configMaps}/a`);
    world.apply('b', {});
    const { ended } = world.watch(initial);
    world.cluster.restore(snapshot);
    expect(ended()).toBe(true);
    expect(world.cluster.revision).toBe(revision);
    expect(world.ask('GET', `${configMaps}/a`).body).toMatchObject({ metadata: { uid }, data: { k: '1' } });
    expect(world.ask('GET', `${configMaps}/b`).status).toBe(404);
    const { events } = world.watch(`resourceVersion=${revision + 5}`);
    expect(events[0]).toMatchObject({ type: 'ERROR', object: { code: 504 } });
  });

  test('definitions are served after a restore as they were then', () => {
    const world = new TestCluster();
    const snapshot = world.cluster.snapshot();
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }];
    const spec = { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions };
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    world.ask('POST', path, { metadata: { name: 'widgets.example.com' }, spec });
    world.time.run(1_000);
    const widgets = '/apis/example.com/v1/namespaces/shop/widgets';
    expect(world.ask('GET', widgets).status).toBe(200);
    world.cluster.restore(snapshot);
    expect(world.ask('GET', widgets).status).toBe(404);
  });
});

describe('a replica that lags', () => {
  test('answers lists of any version with what it has seen', () => {
    const world = new TestCluster();
    world.apply('a', {}, { ours: '' });
    const seen = world.cluster.revision;
    world.apply('b', {}, { ours: '' });
    const names = (query: string) =>
      world
        .ask('GET', `${configMaps}?labelSelector=ours${query}`, undefined, seen)
        .body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    expect(names('&resourceVersion=0')).toEqual(['a']);
    expect(names('')).toEqual(['a', 'b']);
  });

  test('tells watches what it has not seen later, in order', () => {
    const world = new TestCluster();
    const seen = world.cluster.revision;
    world.apply('a', { k: '1' }, { ours: '' });
    const { events } = world.watch(`resourceVersion=${seen}&labelSelector=ours`, seen);
    world.apply('a', { k: '2' }, { ours: '' });
    expect(events).toEqual([]);
    world.time.run(1_000);
    expect(events.map(({ type, object }) => [type, object.data.k])).toEqual([
      ['ADDED', '1'],
      ['MODIFIED', '2'],
    ]);
  });
});

describe('watches', () => {
  test('a bookmark comes each minute, and the end when it was asked for', () => {
    const world = new TestCluster();
    const { events, ended } = world.watch(`${initial}&timeoutSeconds=150&labelSelector=ours`);
    world.time.run(130_000);
    expect(events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
    expect(ended()).toBe(false);
    world.time.run(30_000);
    expect(ended()).toBe(true);
  });

  test('all end with the server', () => {
    const world = new TestCluster();
    const { ended } = world.watch(initial);
    world.cluster.endWatches();
    expect(ended()).toBe(true);
  });
});

describe('policy', () => {
  test('what a webhook denies is not stored', () => {
    const world = new TestCluster();
    world.cluster.policy.denials.add((_, after) => (after?.metadata.name === 'bad' ? 'not this name' : undefined));
    expect(world.apply('bad', {})).toMatchObject({
      status: 403,
      body: { message: /admission webhook .* denied .*: not this name/ },
    });
    expect(world.apply('good', {}).status).toBe(201);
  });

  test('what a webhook changes belongs to nobody, and is no change the next time', () => {
    const world = new TestCluster();
    world.cluster.policy.mutations.add((_, object) => ({
      ...object,
      data: { ...(object.data as object), added: 'x' },
    }));
    const first = world.apply('a', { k: 'v' }).body;
    expect(first.data).toEqual({ k: 'v', added: 'x' });
    expect(first.metadata.managedFields[0].fieldsV1['f:data']).toEqual({ 'f:k': {} });
    expect(world.apply('a', { k: 'v' }).body.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('a quota counts what is new', () => {
    const world = new TestCluster();
    world.cluster.policy.quotas.set('shop:/configmaps', { namespace: 'shop', resource: '/configmaps', limit: 2 });
    expect(world.apply('a', {}).status).toBe(201);
    expect(world.apply('b', {})).toMatchObject({ status: 403, body: { message: /exceeded quota/ } });
    expect(world.apply('a', { k: 'v' }).status).toBe(200);
  });

  test('who may not is told what', () => {
    const world = new TestCluster();
    world.cluster.policy.permits = ({ kind }, verb) => kind.kind !== 'Secret' || verb !== 'list';
    const { status, body } = world.ask('GET', '/api/v1/secrets');
    expect([status, body.message]).toEqual([
      403,
      'secrets is forbidden: User "tester" cannot list resource "secrets" in API group "" at the cluster scope',
    ]);
  });

  test('a group whose server is away is stale in discovery, and serves nothing', () => {
    const world = new TestCluster();
    world.cluster.breakGroup('metrics.example.com');
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const answer = world.cluster.handle({ method: 'GET', path: '/apis', headers: { accept }, user: 'tester' });
    const items = 'body' in answer ? JSON.parse(answer.body).items : [];
    expect(
      items.find((item: { metadata: { name: string } }) => item.metadata.name === 'metrics.example.com'),
    ).toMatchObject({
      versions: [{ freshness: 'Stale', resources: [] }],
    });
    expect(world.ask('GET', '/apis/metrics.example.com/v1/things').status).toBe(503);
  });
});

describe('controllers', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const conditionsOf = (world: TestCluster, path: string) =>
    world
      .ask('GET', path)
      .body.status.conditions?.map((each: { type: string; status: string }) => `${each.type}=${each.status}`);

  test('a Deployment is ready after its time, or never', () => {
    const world = new TestCluster({ readyMs: ({ metadata }) => (metadata.name === 'never' ? undefined : 5_000) });
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    const spec = { replicas: 2, selector: { matchLabels: { a: 'b' } }, template };
    for (const name of ['soon', 'never']) world.ask('POST', path, { metadata: { name }, spec });
    world.time.run(1_000);
    expect(conditionsOf(world, `${path}/soon`)).toEqual(['Available=False', 'Progressing=True']);
    world.time.run(5_000);
    expect(conditionsOf(world, `${path}/soon`)).toEqual(['Available=True', 'Progressing=True']);
    expect(conditionsOf(world, `${path}/never`)).toEqual(['Available=False', 'Progressing=True']);
    const { revision } = world.cluster;
    world.time.run(60_000);
    expect(world.cluster.revision).toBe(revision);
  });

  test('Jobs end well, badly or not at all', () => {
    const plans = { well: { ms: 100, succeeds: true }, badly: { ms: 100, succeeds: false }, never: undefined };
    const world = new TestCluster({ job: ({ metadata }) => plans[metadata.name as keyof typeof plans] });
    const path = '/apis/batch/v1/namespaces/shop/jobs';
    const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
    for (const name of Object.keys(plans)) world.ask('POST', path, { metadata: { name }, spec });
    world.time.run(1_000);
    expect(Object.keys(plans).map(name => conditionsOf(world, `${path}/${name}`)?.at(-1))).toEqual([
      ...['Complete=True', 'Failed=True', undefined],
    ]);
  });

  test('a Job that ran when etcd was saved ends after the restore', () => {
    const world = new TestCluster({ job: () => ({ ms: 1_000, succeeds: true }) });
    const path = '/apis/batch/v1/namespaces/shop/jobs';
    const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
    world.ask('POST', path, { metadata: { name: 'one' }, spec });
    world.time.run(500);
    const snapshot = world.cluster.snapshot();
    world.time.run(5_000);
    world.cluster.restore(snapshot);
    world.time.run(5_000);
    expect(conditionsOf(world, `${path}/one`)?.at(-1)).toBe('Complete=True');
  });
});

test('the same time gives the same log', () => {
  const log = () => {
    const world = new TestCluster();
    world.apply('a', { k: 'v' });
    world.ask('POST', configMaps, { metadata: { generateName: 'x-' } });
    world.ask('DELETE', '/api/v1/namespaces/shop');
    world.time.run(10_000);
    return world.cluster.log;
  };
  const first = log();
  expect(first.length).toBeGreaterThan(8);
  expect(log()).toEqual(first);
});

test('whatever is asked, it answers', () => {
  const world = new TestCluster();
  for (const path of [
    '',
    '/',
    '/api',
    '/api/',
    '/apis//',
    '/api/v1/namespaces/%E0%A4%A/configmaps',
    '/apis/apps/v1/deployments/x/y/z',
  ])
    for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'])
      expect(world.ask(method, path).status).toBeGreaterThanOrEqual(200);
});
