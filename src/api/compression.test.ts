import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { realEnv } from '../env/real.ts';
import { createApi } from './app.ts';
import { mayCompress } from './compression.ts';
import { rights } from './rights.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from './testing/memory-operator.ts';

let operator: MemoryOperator;
let server: Awaited<ReturnType<typeof createApi>>;

beforeEach(async () => {
  operator = memoryOperator(Array.from({ length: 150 }, (_, i) => sampleStatus(`application-${i}`)));
  const env = realEnv();
  server = await createApi({ env, operator, host: '127.0.0.1', token: 't', access: memoryAccess(env) });
});
afterEach(() => server.close());

async function ask(url: string, encodings?: string) {
  const headers = {
    ...{ host: '127.0.0.1', authorization: 'Bearer t' },
    ...(encodings === undefined ? {} : { 'accept-encoding': encodings }),
  };
  return await server.inject({ method: 'GET', url, headers });
}

const page = '/api/v1/list?limit=100';

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
])('a page of 100 rows for whoever accepts %s is less than an eighth of its size', async (accepted, used, unpack) => {
  const plain = await ask(page);
  const small = await ask(page, accepted);
  expect([small.statusCode, small.headers['content-encoding']]).toEqual([200, used]);
  expect(small.headers.vary).toBe('accept-encoding');
  expect(Number(small.headers['content-length'])).toBe(small.rawPayload.length);
  expect(JSON.parse(unpack(small.rawPayload).toString('utf8')).items).toEqual(plain.json().items);
  console.info(`100 rows: ${plain.rawPayload.length} bytes, ${used}: ${small.rawPayload.length}`);
  expect(plain.json().items).toHaveLength(100);
  expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length / 8);
});

test.each([
  ['nothing is accepted', page, undefined],
  ['only something else is', page, 'zstd, deflate'],
  ['it is refused', page, 'br;q=0, gzip;q=0'],
  ['the answer is small', '/api/v1/whoami', 'br'],
  ['it is no JSON', '/metrics', 'br'],
])('sent as it is where %s', async (_, url, encodings) => {
  operator.metrics = () => 'holdfast_build_info 1\n'.repeat(1_000);
  const answer = await ask(url, encodings);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-encoding']).toBeUndefined();
  if (url !== page) return;
  expect(answer.headers.vary).toBe('accept-encoding');
  expect(answer.json().items).toHaveLength(100);
});

test('a stream goes out as it comes', async () => {
  operator.logLines = async function* () {
    yield { source: 'web', text: 'x'.repeat(10_000) };
  };
  const answer = await ask('/api/v1/applications/application-1/logs', 'br, gzip');
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.body).toContain('x'.repeat(10_000));
});

/** Words in the address of whatever answers with a secret: of who signs in, is let in, or shows a token. */
const secretive = /\/(auth|session|setup|tokens?|accounts?|passkeys?|password|login|invite|cli)(\/|$)/;

test('where secrets are answered, lengths tell nothing: never compressed', () => {
  const routes = Object.keys(rights).map(key => key.split(' ')[1] ?? '');
  const wrong = routes.filter(route => mayCompress(route) === secretive.test(route));
  expect(wrong).toEqual([]);
  expect(routes.filter(route => !mayCompress(route)).length).toBeGreaterThan(20);
});
