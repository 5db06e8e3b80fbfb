import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../src/api/listen.ts';
import { rights } from '../../src/api/rights.ts';
import { memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { startAttackedApi, token } from './attacked-api.ts';

// Case 62, and DNS rebinding: pages of other sites, even if they had the token, reach nothing.

const operator = memoryOperator([sampleStatus('shop')]);
let api: RunningApi;

beforeAll(async () => {
  api = await startAttackedApi(operator);
});

afterAll(() => api.close());

interface Answer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** By hand: `fetch` sets Host and Origin itself. */
async function send(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request(api.url + path, { method, headers: { authorization: `Bearer ${token}`, ...headers } }, got => {
      let text = '';
      got.setEncoding('utf8').on('data', piece => {
        text += piece;
      });
      got.on('end', () => resolve({ status: got.statusCode, headers: got.headers, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}

const sync = '/api/v1/applications/shop/sync';

describe('a page of another site', () => {
  const foreign: [string, Record<string, string>, number][] = [
    ['its origin', { origin: 'https://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['an origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['what the browser says of it', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a name that points here', { host: 'evil.example' }, 421],
    ['a name that begins like ours', { host: 'localhost.evil.example' }, 421],
    ['an address of the network', { host: '192.168.1.10:8080' }, 421],
    ['a name without a dot', { host: 'intranet' }, 421],
  ];

  it.each(foreign)('is known by %s', async (_, headers, status) => {
    const answers = [
      await send('POST', sync, { ...headers, 'content-type': 'application/json' }, '{}'),
      await send('GET', '/api/v1/applications', headers),
      await send('GET', '/api/v1/events/stream', headers),
    ];
    expect(answers.map(answer => answer.status)).toEqual([status, status, status]);
    expect(operator.calls).toEqual([]);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'text/json', ''])(
    'cannot send %j',
    async type => {
      const answer = await send('POST', sync, type === '' ? {} : { 'content-type': type }, '{"prune":true}');
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([415, 'API_NOT_JSON']);
      expect(operator.calls).toEqual([]);
    },
  );

  it('gets no leave to read, to frame, or to ask beforehand', async () => {
    const answer = await send('GET', '/api/v1/applications', {});
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['cache-control']).toBe('no-store');
    const preflight = await send('OPTIONS', sync, { origin: 'https://evil.example' });
    expect(preflight.status).toBe(403);
    expect(preflight.headers['access-control-allow-methods']).toBeUndefined();
  });
});

it('a GET changes nothing', async () => {
  const writes = Object.keys(rights).flatMap(route => {
    const [method, path = ''] = route.split(' ');
    return method === 'POST' && rights[`GET ${path}`] === undefined ? [path] : [];
  });
  expect(writes.length).toBeGreaterThan(30);
  for (const path of writes) {
    const address = path.replace(':name', 'shop').replaceAll(/:\w+/g, 'x');
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])
      expect([method, path, (await send(method, address, { origin: api.url })).status]).toEqual([method, path, 404]);
  }
  expect(operator.calls).toEqual([]);
});

it.each(['https://evil.example', 'http://127.0.0.1:1'])(
  'no WebSocket is opened from %s, nor from here',
  async origin => {
    const upgrade = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    };
    for (const path of ['/', '/api/v1/events/stream', '/api/v1/list/changes']) {
      for (const from of [origin, api.url]) {
        const opened = await new Promise<number | string | undefined>((resolve, reject) => {
          const headers = { ...upgrade, origin: from, authorization: `Bearer ${token}` };
          const sent = request(api.url + path, { headers, timeout: 10_000 }, got => {
            resolve(got.statusCode);
            got.destroy();
          });
          sent.on('upgrade', (_, socket) => {
            socket.destroy();
            resolve('opened');
          });
          sent.on('error', reject).end();
        });
        expect([path, from, opened]).not.toContain('opened');
        expect([path, from, opened]).not.toContain(101);
        // A page may be led to; nothing else is answered to another site.
        if (from === origin) expect([path, opened]).toEqual([path, 403]);
      }
    }
  },
);

it('its own page and programs are answered', async () => {
  expect((await send('GET', '/api/v1/applications', { origin: api.url })).status).toBe(200);
  expect((await send('GET', '/api/v1/applications', { host: 'LocalHost:9' })).status).toBe(200);
  expect((await send('GET', '/api/v1/applications', { host: '[::1]:9' })).status).toBe(200);
});
