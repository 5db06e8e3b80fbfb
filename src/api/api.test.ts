import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { requestOrigin } from '../access/audit/origin.ts';
import { realEnv } from '../env/real.ts';
import { failure } from '../errors.ts';
import { type ApiServer, createApi } from './app.ts';
import { rights } from './rights.ts';
import * as out from './schemas.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from './testing/memory-operator.ts';
import { resourceView } from './tree-schemas.ts';

const token = 'a-token_of.the~test';
let operator: MemoryOperator;
let server: ApiServer;

beforeEach(async () => {
  operator = memoryOperator([sampleStatus('shop'), sampleStatus('bank.eu')]);
  server = await createApi({ env: realEnv(), operator, host: '127.0.0.1', token, access: memoryAccess(realEnv()) });
});

afterEach(() => server.close());

type Method = 'GET' | 'POST';

async function call(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
  return await server.inject({
    method,
    url,
    headers: { host: 'localhost:8080', authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
}

const reads = [
  ['/api/v1/environment', out.environment],
  ['/api/v1/applications', out.applicationRow.array()],
  ['/api/v1/applications/shop', out.application],
  ['/api/v1/applications/bank.eu', out.application],
  ['/api/v1/applications/shop/diff', out.difference],
  ['/api/v1/applications/shop/diff?revision=v1.2', out.difference],
  ['/api/v1/applications/shop/history', out.sync.array()],
  [`/api/v1/applications/shop/resources/${encodeURIComponent('apps/Deployment/shop/web')}`, resourceView],
  ['/api/v1/events?after=0&limit=10', out.event.array()],
  ['/api/v1/doctor', out.checkResult.array()],
] as const;

const actions = [
  ['/api/v1/applications/shop/sync', { prune: true, resources: ['Deployment/web'] }, 200],
  ['/api/v1/applications/shop/cancel', undefined, 204],
  ['/api/v1/applications/shop/rollback', { to: 'sync-1' }, 200],
  ['/api/v1/applications/shop/suspend', { reason: 'incident' }, 204],
  ['/api/v1/applications/shop/resume', undefined, 204],
  ['/api/v1/applications/shop/remove', { orphan: true }, 204],
  ['/api/v1/refresh', { application: 'shop' }, 204],
] as const;

describe('answers', () => {
  it.each(reads)('GET %s as promised', async (url, schema) => {
    const response = await call('GET', url);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(schema.parse(response.json())).toEqual(response.json());
  });

  it.each(actions)('POST %s', async (url, body, status) => {
    const response = await call('POST', url, body);
    expect(response.statusCode).toBe(status);
    if (status === 200) expect(out.sync.parse(response.json()).application).toBe('shop');
  });

  it('takes no body for an empty request', async () => {
    expect((await call('POST', '/api/v1/applications/shop/sync')).statusCode).toBe(200);
    expect(operator.calls).toEqual(['sync shop {} by admin']);
  });

  it('lists what is so now', async () => {
    await call('GET', '/api/v1/applications');
    operator.change('shop', { health: { status: 'Degraded', message: 'crashes' } });
    operator.drop('bank.eu');
    const rows = out.applicationRow.array().parse((await call('GET', '/api/v1/applications')).json());
    expect(rows.map(({ name, health }) => [name, health.status])).toEqual([['shop', 'Degraded']]);
  });

  it('lets no field out that is not named', async () => {
    operator.put({ ...sampleStatus('shop'), ...{ secret: 'CANARY' } });
    expect((await call('GET', '/api/v1/applications/shop')).body).not.toContain('CANARY');
  });
});

describe('refusals', () => {
  const bad = [
    ['GET', '/api/v1/applications/none', undefined, 404, 'APP_NOT_FOUND'],
    ['GET', '/api/v1/applications/shop/resources/none', undefined, 404, 'RESOURCE_NOT_FOUND'],
    ['GET', '/api/v1/nothing', undefined, 404, 'API_ROUTE_NOT_FOUND'],
    ['GET', '/api/v1/applications/%ff', undefined, 400, 'API_INPUT_INVALID'],
    ['GET', '/api/v1/applications/shop/sync', undefined, 404, 'API_ROUTE_NOT_FOUND'],
    ['GET', '/api/v1/events?limit=-1', undefined, 400, 'API_INPUT_INVALID'],
    ['GET', '/api/v1/events?unknown=1', undefined, 400, 'API_INPUT_INVALID'],
    ['GET', `/api/v1/applications/${'x'.repeat(254)}`, undefined, 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/none/sync', {}, 404, 'APP_NOT_FOUND'],
    ['POST', '/api/v1/applications/shop/sync', { prnue: true }, 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/sync', { prune: 'yes' }, 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/sync', '{"prune":', 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/sync', '{"__proto__":{"prune":true}}', 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/sync', [], 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/suspend', { reason: 'x'.repeat(1_001) }, 400, 'API_INPUT_INVALID'],
    ['POST', '/api/v1/applications/shop/suspend', { reason: 'x'.repeat(70_000) }, 413, 'API_BODY_TOO_LARGE'],
  ] as const;

  it.each(bad)('%s %s', async (method, url, body, status, code) => {
    const response = await call(method, url, body, body === undefined ? {} : { 'content-type': 'application/json' });
    expect([response.statusCode, out.problem.parse(response.json()).code]).toEqual([status, code]);
    expect(operator.calls).toEqual([]);
  });

  it('says whose fault a failure is', async () => {
    operator.diff = async () => {
      throw failure('NET_TIMEOUT', { origin: 'https://cluster.example', ms: 30_000 });
    };
    const external = await call('GET', '/api/v1/applications/shop/diff');
    expect([external.statusCode, external.json().code]).toEqual([502, 'NET_TIMEOUT']);
    operator.diff = async () => {
      throw new TypeError('x is not a function');
    };
    const internal = await call('GET', '/api/v1/applications/shop/diff');
    expect([internal.statusCode, internal.json().code, internal.json().fault]).toEqual([500, 'INTERNAL', 'internal']);
  });
});

describe('a plan', () => {
  const plan = async (who: string, body: object) =>
    (await call('POST', '/api/v1/applications/shop/plan', body, { authorization: `Bearer ${who}` })).json();

  it('counts what it does, and says what doing it needs', async () => {
    const { counts, permissions } = await plan(token, { revision: 'main', force: true });
    expect(counts).toEqual({ create: 0, change: 1, recreate: 0, delete: 0, run: 0, unchanged: 2, heldBack: 0 });
    expect(permissions).toEqual([
      { action: 'sync', why: 'it is a sync', allowed: true },
      { action: 'override', why: 'another revision than the declared one, force', allowed: true },
    ]);
    expect((await plan(token, { rollbackTo: 'sync-1' })).permissions).toMatchObject([{ action: 'rollback' }]);
    expect(operator.calls).toEqual([]);
  });
});

describe('the logs', () => {
  it('are a JSON object a line, and end with the failure that ended them', async () => {
    operator.logLines = async function* () {
      yield { source: 'web', text: 'one' };
      throw failure('NET_FAILED', { origin: 'https://cluster.example', reason: 'reset' });
    };
    const response = await call('GET', '/api/v1/applications/shop/logs?tail=10');
    const lines = response.body
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines[0]).toEqual({ source: 'web', text: 'one' });
    expect(lines[1].error.code).toBe('NET_FAILED');
  });

  it('are searched here, and narrowed there', async () => {
    const asked: unknown[] = [];
    operator.logs = (_, resource, options) => {
      asked.push([resource, options]);
      return (async function* () {
        for (const text of ['GET /cart', 'POST /Cart', 'GET /']) yield { source: 'web', text };
      })();
    };
    const response = await call('GET', '/api/v1/applications/shop/logs?search=CART&container=web&since=5&resource=r');
    expect(response.body.match(/\/\w*"/g)).toEqual(['/cart"', '/Cart"']);
    expect(asked).toEqual([['r', { container: 'web', since: 5, follow: false, previous: false }]]);
  });

  it('fail as a whole where there are none', async () => {
    // biome-ignore lint/correctness/useYield: it fails before the first line
    operator.logLines = async function* () {
      throw failure('LOGS_NOT_SUPPORTED', { target: 'kubernetes' });
    };
    const response = await call('GET', '/api/v1/applications/shop/logs');
    expect([response.statusCode, response.json().code]).toEqual([422, 'LOGS_NOT_SUPPORTED']);
  });
});

describe('the description', () => {
  it('names every route, with its input, output and failure', async () => {
    const document = (await call('GET', '/api/openapi.json')).json();
    expect(document.openapi).toMatch(/^3\.1/);
    const routes = Object.entries(document.paths as Record<string, Record<string, { responses: object }>>).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, { responses }]) => ({ path, method, responses })),
    );
    // All but those of health, of metrics, of this description, and of the pages.
    expect(routes).toHaveLength(Object.keys(rights).length - 5);
    for (const { path, method, responses } of routes) {
      expect(Object.keys(responses), `${method} ${path}`).toContain('default');
    }
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(String(name));
  });
});

it('lists 10,000 applications in a moment', async () => {
  for (let i = 0; i < 10_000; i++) operator.put(sampleStatus(`app-${i}`));
  // Of the processor: how long it takes by the clock depends on what else runs.
  const spentMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const first = spentMs();
  await call('GET', '/api/v1/applications');
  const second = spentMs();
  const { body } = await call('GET', '/api/v1/applications');
  const third = spentMs();
  expect(JSON.parse(body)).toHaveLength(10_002);
  // Measured on two busy cores: 60 ms and 15 ms.
  expect(second - first).toBeLessThan(2_000);
  expect(third - second).toBeLessThan(500);
});

test('what a request makes happen knows where it came from; what happens besides does not', async () => {
  const seen: unknown[] = [];
  const suspend = operator.suspend;
  operator.suspend = async (...asked) => {
    await Promise.resolve();
    seen.push(requestOrigin.getStore());
    return await suspend(...asked);
  };
  const headers = { host: 'localhost:8080', authorization: `Bearer ${token}` };
  const url = '/api/v1/applications/shop/suspend';
  await server.inject({ method: 'POST', url, headers, payload: { reason: 'x' }, remoteAddress: '192.0.2.7' });
  await server.inject({ method: 'POST', url, headers, remoteAddress: '192.0.2.8' });
  const decidedBy = expect.stringContaining('admin → role:admin');
  expect(seen).toEqual([
    { from: '192.0.2.7', decidedBy },
    { from: '192.0.2.8', decidedBy },
  ]);
  expect(requestOrigin.getStore()).toBeUndefined();
});
