import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../src/api/listen.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { startAttackedApi, token } from './attacked-api.ts';

// Cases 35 and 36: what Git servers and registries send to others as webhooks, whole, damaged, signed and replayed; and whatever else
// may stand in a body or a query. Holdfast takes no webhooks: a hint is a request to look, by somebody who may.

let operator: MemoryOperator;
let api: RunningApi;
let described: { method: string; path: string; query: string[] }[];

beforeAll(async () => {
  operator = memoryOperator([sampleStatus('shop')]);
  api = await startAttackedApi(operator);
  const answer = await fetch(`${api.url}/api/openapi.json`, { headers: { authorization: `Bearer ${token}` } });
  type Operation = { parameters?: { in: string; name: string }[] };
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, Operation>> };
  described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase(),
      path: path.replace('{name}', 'shop').replaceAll(/\{\w+\}/g, 'x'),
      query: parameters.filter(one => one.in === 'query').map(({ name }) => name),
    })),
  );
});
afterAll(() => api.close());
beforeEach(() => {
  operator.calls.length = 0;
});

interface Asked {
  body?: string;
  headers?: Record<string, string>;
  bearer?: string;
}

async function ask(method: string, path: string, { body, headers = {}, bearer }: Asked = {}): Promise<number> {
  const answer = await fetch(api.url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  // A stream would not end.
  await answer.body?.cancel();
  return answer.status;
}

const url = 'https://git.example/fleet';
const head = '0123456789abcdef0123456789abcdef01234567';
const repository = { id: 1, name: 'fleet', full_name: 'team/fleet', html_url: url, clone_url: `${url}.git` };

/** As each sends it, shortened to what says something. */
const payloads: Record<string, { headers: Record<string, string>; body: Record<string, unknown> }> = {
  GitHub: {
    headers: { 'x-github-event': 'push', 'x-github-delivery': '1' },
    body: { ref: 'refs/heads/main', before: head, after: head, repository, commits: [{ id: head, modified: ['a'] }] },
  },
  GitLab: {
    headers: { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': token },
    body: { object_kind: 'push', ref: 'refs/heads/main', checkout_sha: head, project: { web_url: url }, commits: [] },
  },
  Gitea: {
    headers: { 'x-gitea-event': 'push', 'x-gitea-signature': 'x' },
    body: { ref: 'refs/heads/main', after: head, repository, pusher: { login: 'appdev' } },
  },
  Bitbucket: {
    headers: { 'x-event-key': 'repo:push' },
    body: { push: { changes: [{ new: { name: 'main', target: { hash: head } } }] }, repository: { links: {} } },
  },
  'Azure DevOps': {
    headers: {},
    body: { eventType: 'git.push', resource: { refUpdates: [{ name: 'refs/heads/main' }], repository } },
  },
  'a registry': {
    headers: {},
    body: {
      events: [{ action: 'push', target: { repository: 'charts/web', tag: '1.0.0', digest: `sha256:${head}` } }],
    },
  },
  'a registry, as a CloudEvent': {
    headers: { 'ce-type': 'push', 'ce-id': '1' },
    body: { specversion: '1.0', type: 'push', source: url, data: { image: 'charts/web:1.0.0' } },
  },
};

const places = ['/api/v1/refresh', '/api/webhook', '/api/v1/webhook', '/webhook', '/hooks', '/'];
const signatures = (body: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', token).update(body).digest('hex')}`,
  'x-gitlab-token': token,
  'x-gitea-signature': createHmac('sha256', token).update(body).digest('hex'),
});
const damages = (value: unknown): unknown[] => [undefined, null, [], {}, 0, '', 'x'.repeat(2_000), [value], { value }];

describe.each(Object.entries(payloads))('what %s sends', (_, { headers, body }) => {
  it.each(places)('to %s is nobody’s without a token, however it is signed, and however often it comes', async path => {
    const text = JSON.stringify(body);
    for (const signed of [{}, signatures(text), signatures(`${text} `)]) {
      for (const __ of [1, 2]) {
        const status = await ask('POST', path, { body: text, headers: { ...headers, ...signed } });
        expect([401, 404, 405]).toContain(status);
      }
    }
    expect(operator.calls).toEqual([]);
  });

  it('says nothing to somebody’s hint: it is refused as a whole, with any field damaged, and the server lives', async () => {
    const whole = JSON.stringify(body);
    expect(await ask('POST', '/api/v1/refresh', { body: whole, headers, bearer: token })).toBe(400);
    for (const [field, value] of Object.entries({ ...body, more: 'of it' })) {
      for (const damaged of damages(value)) {
        const status = await ask('POST', '/api/v1/refresh', {
          body: JSON.stringify({ ...body, more: 'of it', [field]: damaged }),
          headers,
          bearer: token,
        });
        expect([field, damaged, status]).toEqual([field, damaged, 400]);
      }
    }
    expect(operator.calls).toEqual([]);
    expect(await ask('GET', '/healthz')).toBe(200);
  });
});

it('a hint is a request to look, and says nothing of what is there', async () => {
  expect(await ask('POST', '/api/v1/refresh', { body: '{}', bearer: token })).toBe(204);
  expect(await ask('POST', '/api/v1/refresh', { body: '{"application":"shop"}', bearer: token })).toBe(204);
  for (const more of [{ revision: head }, { ref: 'refs/heads/evil' }, { repoURL: 'https://evil.example/x' }])
    expect(await ask('POST', '/api/v1/refresh', { body: JSON.stringify(more), bearer: token })).toBe(400);
});

describe('whatever is sent is answered as a mistake of who sent it', () => {
  it('bodies of any kind, to every address', async () => {
    const words = fc.constantFrom('prune', 'revision', 'resources', 'name', 'password', 'token', 'id', 'to', 'reason');
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.dictionary(words, fc.jsonValue({ maxDepth: 2 })));
    const writes = described.filter(({ method }) => method === 'POST');
    expect(writes.length).toBeGreaterThan(30);
    for (const { path } of writes) {
      await fc.assert(
        fc.asyncProperty(value, async body => {
          expect([path, body, await ask('POST', path, { body: JSON.stringify(body), bearer: token })]).toEqual([
            path,
            body,
            expect.toSatisfy((status: number) => status < 500),
          ]);
        }),
        { numRuns: 25 },
      );
    }
  });

  it('queries of any kind, of every address', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('-1', '1e999', 'NaN', '__proto__', '\0', '%00', '../..', '[]', '{"a":1}', 'x'.repeat(3_000)),
    );
    const reads = described.filter(({ method, query, path }) => method === 'GET' && query.length > 0 && path !== '/x');
    expect(reads.length).toBeGreaterThan(12);
    for (const { path, query } of reads) {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...query), odd, fc.boolean(), async (name, given, isTwice) => {
          const one = `${name}=${encodeURIComponent(given.toWellFormed())}`;
          const address = `${path}?${one}${isTwice ? `&${one}` : ''}`;
          expect([address, await ask('GET', address, { bearer: token })]).toEqual([
            address,
            expect.toSatisfy((status: number) => status < 500),
          ]);
        }),
        { numRuns: 25 },
      );
    }
  });
});
