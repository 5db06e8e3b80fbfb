import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../src/access/access.ts';
import { hashOf } from '../../src/access/tokens.ts';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { accessSettings } from '../../src/dialects/access.ts';
import { realEnv } from '../../src/env/real.ts';
import type { Project } from '../../src/model/application.ts';
import { waitFor } from '../world/wait.ts';

// Cases 38, 39, 42, 47 and 51, as far as there are tokens and no sessions yet.

const policy = `
p, role:shop, applications, get, shop/*, allow
p, role:shop, applications, sync, shop/*, allow
p, role:shop, logs, get, shop/*, allow
g, appops, role:shop`;

const shop: Project = {
  ...{ name: 'shop', sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] },
  ...{ namespaceResourceAllow: undefined, namespaceResourceDeny: [], serviceAccounts: [], conditions: [] },
  roles: [
    {
      name: 'ci',
      policies: [
        'p, proj:shop:ci, applications, get, shop/*, allow',
        'p, proj:shop:ci, applications, sync, shop/*, allow',
        'p, proj:shop:ci, logs, get, shop/*, allow',
      ],
      groups: [],
    },
  ],
};

let operator: MemoryOperator;
let access: Access;
let api: RunningApi;

function declare(tokens: readonly string[] = ['of-appops'], lines = policy, projects = [shop]): void {
  const accounts = [{ name: 'appops', tokens: tokens.map(token => ({ name: token, sha256: hashOf(token) })) }];
  const settings = accessSettings.parse({ policy: lines, accounts });
  const all = new Map(projects.map(project => [project.name, project]));
  access.follow({ access: { settings, path: 'holdfast.yaml', line: 1, column: 1 }, projects: all });
}

beforeEach(async () => {
  operator = memoryOperator([sampleStatus('web', { project: 'shop' }), sampleStatus('vault', { project: 'bank' })]);
  // Logs that go on for ever.
  operator.logs = (_, __, ___, signal) =>
    (async function* () {
      yield { source: 'web', text: 'listening' };
      await new Promise(resolve => signal.addEventListener('abort', resolve));
    })();
  access = memoryAccess(realEnv());
  declare();
  api = await startApi({ env: realEnv(), operator, host: '127.0.0.1', port: 0, token: 'own', access });
});

afterEach(() => api.close());

async function ask(token: string, path: string, body?: object): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return await fetch(`${api.url}/api/v1${path}`, init);
}

/** What a stream has given so far, and whether it has ended. */
async function follow(token: string, path: string): Promise<{ text: string; ended: boolean }> {
  const seen = { text: '', ended: false };
  const { body, status } = await ask(token, path);
  expect(status).toBe(200);
  void (async () => {
    for await (const piece of body!.pipeThrough(new TextDecoderStream())) seen.text += piece;
  })()
    .catch(() => undefined)
    .finally(() => {
      seen.ended = true;
    });
  await waitFor('the first words', () => seen.text !== '');
  return seen;
}

const streams = ['/events/stream', '/applications/web/logs?follow=true', '/list/changes'];
/** Of a minute that others wait for: what is revoked is cut at once. */
const withinSeconds = { deadlineMs: 10_000 };

describe('39: a token that is no longer good', () => {
  it.each(streams)('cuts %s within seconds when it is revoked, and nobody else’s', async path => {
    const { record, token } = access.tokens.create(
      { project: 'shop', role: 'ci', name: 't', lifetime: undefined },
      'x',
    );
    const [mine, other] = [await follow(token, path), await follow('of-appops', path)];
    expect((await ask('own', `/tokens/${record.id}/revoke`, {})).status).toBe(204);
    await waitFor('the end', () => mine.ended, withinSeconds);
    expect((await ask(token, '/applications')).status).toBe(401);
    expect(other.ended).toBe(false);
  });

  it.each(streams)('cuts %s when it is taken out of Git', async path => {
    const mine = await follow('of-appops', path);
    declare([]);
    await waitFor('the end', () => mine.ended, withinSeconds);
    expect((await ask('of-appops', '/applications')).status).toBe(401);
  });

  it.each(streams)('cuts %s when its time is over', async path => {
    const request = { project: 'shop', role: 'ci', name: 't', lifetime: 1_000 };
    const mine = await follow(access.tokens.create(request, 'x').token, path);
    await waitFor('the end', () => mine.ended, withinSeconds);
  });

  it('cuts logs when the right to read them is taken away, and the stream of events with any change of the policy', async () => {
    const [events, logs] = [await follow('of-appops', streams[0] ?? ''), await follow('of-appops', streams[1] ?? '')];
    declare(['of-appops'], `${policy}\np, x, logs, get, */*, allow`);
    await waitFor('the end', () => events.ended, withinSeconds);
    expect(logs.ended).toBe(false);
    declare(['of-appops'], `${policy}\np, appops, logs, get, */*, deny`);
    await waitFor('the end', () => logs.ended, withinSeconds);
    expect(logs.text).toContain('API_UNAUTHORIZED');
  });
});

it('51: a stream tells only of what may be seen, also of what is gone, and of what comes and leaves', async () => {
  const mine = await follow('of-appops', '/events/stream');
  operator.change('vault', { health: { status: 'Degraded', message: 'CANARY' } });
  operator.put(sampleStatus('new', { project: 'bank' }));
  operator.drop('vault');
  operator.change('new', { project: 'shop' });
  await waitFor('what came', () => mine.text.includes('"new"'));
  operator.change('new', { project: 'bank', health: { status: 'Degraded', message: 'CANARY' } });
  operator.drop('web');
  await waitFor('what is gone', () => mine.text.includes('{"name":"web"}'));
  const told = [...mine.text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(
    ([, type, data]) => `${type} ${JSON.parse(data ?? '').name}`,
  );
  expect(told).toEqual(['ready undefined', 'application new', 'removed new', 'removed web']);
  expect(mine.text).not.toMatch(/vault|CANARY/);
});

it('38: what looks like a token of another system is none', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ sub: 'admin', groups: ['role:admin'], exp: 9_999_999_999 });
  const { record } = access.tokens.create({ project: 'shop', role: 'ci', name: 't', lifetime: undefined }, 'x');
  const others = [
    `${part({ alg: 'none' })}.${claims}.`,
    `${part({ alg: 'HS256' })}.${claims}.${'a'.repeat(43)}`,
    // What is stored is no token, nor is what lists show.
    record.hash,
    record.id,
    hashOf('of-appops'),
    'admin',
    'of-appops ',
    'OF-APPOPS',
  ];
  for (const token of others.slice(0, -2)) expect((await ask(token, '/applications')).status).toBe(401);
  expect((await ask('OF-APPOPS', '/applications')).status).toBe(401);
});

it('42: names and groups that are ours are nobody else’s', () => {
  const accounts = [
    { name: 'role:admin', tokens: [] },
    { name: 'admin', tokens: [] },
    { name: 'appops', groups: ['role:admin'] },
  ];
  for (const account of accounts) expect(accessSettings.safeParse({ accounts: [account] }).success).toBe(false);
});

describe('47: with the right to sync, and no other', () => {
  const bodies = [{ revision: 'evil' }, { force: true }, { replace: true }, { revision: 'evil', dryRun: true }];
  it.each(bodies)('%j is refused, and nothing is done', async body => {
    const response = await ask('of-appops', '/applications/web/sync', body);
    const { code, message } = (await response.json()) as { code: string; message: string };
    expect([response.status, code, message]).toEqual([
      403,
      'ACCESS_DENIED',
      'appops may not override applications shop/web',
    ]);
    expect(operator.calls).toEqual([]);
    expect((await ask('of-appops', '/applications/web/sync', {})).status).toBe(200);
  });

  it('a token makes no further tokens', async () => {
    const { token } = access.tokens.create({ project: 'shop', role: 'ci', name: 't', lifetime: undefined }, 'x');
    const response = await ask(token, '/tokens', { project: 'shop', role: 'ci', name: 'more' });
    expect(response.status).toBe(404);
    expect(access.tokens.list()).toHaveLength(1);
  });
});
