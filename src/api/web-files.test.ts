import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessSettings } from '../dialects/access.ts';
import { realEnv } from '../env/real.ts';
import { type ApiServer, createApi } from './app.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { memoryOperator } from './testing/memory-operator.ts';
import { WebFiles } from './web-files.ts';

let directory: string;
let server: ApiServer;
let bare: ApiServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-web-'));
  await mkdir(join(directory, 'dist/assets'), { recursive: true });
  await writeFile(join(directory, 'secret.html'), 'secret');
  await writeFile(join(directory, 'dist/index.html'), '<!doctype html>page');
  await writeFile(join(directory, 'dist/assets/app-abc.js'), 'plain');
  await writeFile(join(directory, 'dist/assets/app-abc.js.br'), 'brotli');
  await writeFile(join(directory, 'dist/assets/app-abc.js.gz'), 'gzip');
  const env = realEnv();
  const parts = {
    env,
    operator: memoryOperator([]),
    host: '127.0.0.1',
    token: 'the-own-token',
    access: memoryAccess(env, accessSettings.parse({})),
  };
  server = await createApi({ ...parts, web: new WebFiles(env.files, join(directory, 'dist')) });
  bare = await createApi(parts);
});

afterAll(async () => {
  await server.close();
  await bare.close();
  await rm(directory, { recursive: true });
});

const html = { host: 'localhost', accept: 'text/html,*/*;q=0.8' };
const ask = (url: string, headers: Record<string, string> = html) => server.inject({ url, headers });

test.each(['/', '/applications', '/applications/shop%2Fprod', '/login?return=/x'])('%s is the page', async url => {
  const { statusCode, body, headers } = await ask(url);
  expect([statusCode, body, headers['content-type']]).toEqual([200, '<!doctype html>page', 'text/html; charset=utf-8']);
  expect(headers['cache-control']).toBe('no-cache');
});

test('the page may load nothing from elsewhere, and nobody may frame it', async () => {
  const { headers } = await ask('/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|http/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

test('a page that the browser has already is not sent again', async () => {
  const { headers } = await ask('/');
  const again = await ask('/', { ...html, 'if-none-match': String(headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test.each([
  ['br, gzip', 'brotli', 'br'],
  ['gzip', 'gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip', 'gzip'],
  ['', 'plain', undefined],
])('for a browser that takes "%s" an asset is %s', async (accepted, body, encoding) => {
  const answer = await ask('/assets/app-abc.js', { host: 'localhost', 'accept-encoding': accepted });
  expect([answer.body, answer.headers['content-encoding']]).toEqual([body, encoding]);
  expect(answer.headers['cache-control']).toContain('immutable');
  expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
});

test.each(['/assets/old-1.js', '/assets/../../secret.html', '/assets/%2e%2e/%2e%2e/secret.html', '/..%2fsecret.html'])(
  '%s is not there',
  async url => {
    const { statusCode, body } = await ask(url);
    expect([statusCode, body.includes('secret')]).toEqual([404, false]);
  },
);

test.each(['/api/v1/nothing', '/api', '/metrics/x', '/auth/x'])('%s is no page, whoever asks', async url => {
  expect((await ask(url)).json().code).toBe('API_UNAUTHORIZED');
  const known = await ask(url, { ...html, authorization: 'Bearer the-own-token' });
  expect([known.statusCode, known.json().code]).toEqual([404, 'API_ROUTE_NOT_FOUND']);
});

test('where it was not built, that is said', async () => {
  const { statusCode, body } = await bare.inject({ url: '/', headers: html });
  expect([statusCode, JSON.parse(body).code]).toEqual([404, 'WEB_NOT_BUILT']);
});
