import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Access } from '../../access/access.ts';
import { hashOf } from '../../access/tokens.ts';
import { accessSettings } from '../../dialects/access.ts';
import { realEnv } from '../../env/real.ts';
import { type ApiServer, createApi } from '../app.ts';
import { list, listRow } from '../list-schemas.ts';
import { memoryAccess } from '../testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus, sampleSync } from '../testing/memory-operator.ts';

const policy = `
p, dev, applications, get, shop/*, allow
p, dev, applications, sync, shop/*, allow
p, dev, applications, *, shop/secret, deny
`;
let operator: MemoryOperator;
let access: Access;
let server: ApiServer;

beforeEach(async () => {
  const shop = { project: 'shop', labels: { tier: 'web' } };
  operator = memoryOperator([
    sampleStatus('web', shop),
    sampleStatus('secret', shop),
    sampleStatus('ledger', { project: 'bank', labels: { tier: 'db' } }),
  ]);
  const accounts = [{ name: 'dev', tokens: [{ name: 'test', sha256: hashOf('of-dev') }] }];
  access = memoryAccess(realEnv(), accessSettings.parse({ policy, accounts }));
  server = await createApi({ env: realEnv(), operator, host: '127.0.0.1', token: 'own', access });
});

afterEach(() => server.close());

async function ask(token: string, url: string) {
  const response = await server.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${token}` } });
  expect(response.statusCode).toBe(200);
  return response;
}

async function listed(token: string, query = '') {
  const answer = (await ask(token, `/api/v1/list${query}`)).json();
  const parsed = list.parse(answer);
  // Nothing that is not promised.
  expect(answer).toEqual(parsed);
  return parsed;
}

it('shows, counts and offers only what one may see', async () => {
  const all = await listed('own');
  expect([all.total, all.counts.all, all.facets.projects.length]).toEqual([3, 3, 2]);
  for (const query of ['', '?sort=name', '?q=e']) {
    const own = await listed('of-dev', query);
    expect(own.items.map(({ name }) => name)).toEqual(['web']);
    expect([own.total, own.counts.all]).toEqual([1, 1]);
    expect(own.facets).toEqual({
      projects: [{ value: 'shop', count: 1 }],
      targets: [{ value: 'kubernetes', count: 1 }],
      labels: [{ key: 'tier', values: [{ value: 'web', count: 1 }] }],
    });
  }
});

it('forgets what one may see when the policy is another, and when an application goes to another project', async () => {
  expect((await listed('of-dev')).total).toBe(1);
  operator.change('ledger', { project: 'shop' });
  expect((await listed('of-dev')).items.map(({ name }) => name)).toEqual(['ledger', 'web']);
  operator.change('web', { project: 'bank' });
  expect((await listed('of-dev')).items.map(({ name }) => name)).toEqual(['ledger']);
  access.follow({
    access: {
      settings: accessSettings.parse({ policy: 'p, dev, applications, *, shop/ledger, deny' }),
      ...{ path: 'holdfast.yaml', line: 1, column: 1 },
    },
    projects: new Map(),
  });
  expect((await listed('of-dev')).total).toBe(0);
});

it('says of each row what the one who asks may do with it', async () => {
  const none = { rollback: false, suspend: false, override: false, delete: false, propose: false, logs: false };
  expect((await listed('of-dev')).items[0]?.may).toEqual({ ...none, sync: true });
  const own = listRow.parse((await ask('own', '/api/v1/applications/web/row')).json());
  expect(Object.values(own.may).every(Boolean)).toBe(true);
  expect(own.commit).toMatchObject({ subject: 'Raise limits', author: 'Appdev' });
});

it('waits for no commit; a row that was told without its own is told anew', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { commit } = operator.inspect;
  operator.inspect.commit = async name => {
    if (name === 'web') await promise;
    return await commit(name);
  };
  const before = (await listed('of-dev')).items[0];
  expect([before?.commit, before?.generation]).toEqual([undefined, 0]);
  operator.inspect.commit = commit;
  resolve();
  await expect.poll(async () => (await listed('of-dev')).items[0]?.generation).toBeGreaterThan(0);
  expect((await listed('of-dev')).items[0]?.commit).toMatchObject({ subject: 'Raise limits' });
});

it('follows a sync that goes on inside the same object', async () => {
  const operation = sampleSync('web', {
    phase: 'Sync',
    wave: 1,
    waves: [
      { phase: 'PreSync', wave: 0, steps: 1 },
      { phase: 'Sync', wave: 1, steps: 3 },
    ],
  });
  operator.change('web', { operation });
  expect((await listed('own', '?state=syncing')).items[0]?.operation).toMatchObject({ done: 0, steps: 4, wave: 1 });
  operation.results.push({ key: 'k', action: 'change', phase: 'Sync', result: 'succeeded', message: '' });
  operator.change('web', {});
  expect((await listed('own', '?q=web')).items[0]?.operation).toMatchObject({ done: 1, failed: 0 });
  Object.assign(operation, { result: 'failed', message: 'no', endedAt: 5 });
  operator.change('web', {});
  const ended = await listed('own');
  expect(ended.counts).toMatchObject({ syncing: 0, errors: 1 });
  expect(ended.items[0]?.last).toEqual({ id: 'sync-1', result: 'failed', message: 'no', endedAt: 5 });
});

it('pages 10,000 applications, a page of which is small', async () => {
  const bad = { health: { status: 'Degraded', message: 'CrashLoopBackOff' } } as const;
  for (let i = 0; i < 10_000; i++)
    operator.put(sampleStatus(`app-${i}`, { project: `p${i % 50}`, ...(i === 7_777 ? bad : {}) }));
  const first = await ask('own', '/api/v1/list');
  expect(first.body.length).toBeLessThan(100_000);
  const page = list.parse(first.json());
  expect([page.items.length, page.total, page.counts.unhealthy, page.items[0]?.name]).toEqual([
    100,
    10_003,
    1,
    'app-7777',
  ]);
  expect(page.facets.projects).toHaveLength(50);
  expect((await listed('own', '?state=unhealthy&limit=1')).next).toBeUndefined();
  expect((await listed('of-dev')).total).toBe(1);
  let after = page.next;
  let count = page.items.length;
  for (let i = 0; i < 60 && after !== undefined; i++) {
    const next = await listed('own', `?limit=500&after=${after}`);
    count += next.items.length;
    after = next.next;
  }
  expect(count).toBe(10_003);
});

it.each(['?limit=0', '?limit=501', '?sort=size', '?state=sad', '?health=Bad', '?unknown=1', `?q=${'x'.repeat(201)}`])(
  'refuses %s',
  async query => {
    const headers = { host: 'localhost', authorization: 'Bearer own' };
    const response = await server.inject({ url: `/api/v1/list${query}`, headers });
    expect([response.statusCode, response.json().code]).toEqual([400, 'API_INPUT_INVALID']);
  },
);
