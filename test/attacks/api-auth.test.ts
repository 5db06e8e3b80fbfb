import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../src/api/listen.ts';
import { rights } from '../../src/api/rights.ts';
import { memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { startAttackedApi, token } from './attacked-api.ts';

// Cases 36, 51 and 57: who has no token gets nothing, wherever they ask.

const operator = memoryOperator([sampleStatus('shop')]);
/** What others serve for that. */
const forDebugging = ['/debug/pprof/heap', '/debug', '/json/list', '/.env', '/documentation', '/'];
let api: RunningApi;
let routes: [string, string][];

beforeAll(async () => {
  api = await startAttackedApi(operator);
  const document = (await (await ask('GET', '/api/openapi.json', `Bearer ${token}`)).json()) as {
    paths: Record<string, object>;
  };
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [method.toUpperCase(), path]),
  );
  // What one signs in by is open; login.test.ts attacks it.
  routes = all
    .filter(([method, path]) => rights[`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`] !== 'anyone')
    .map(([method, path]) => [method, path.replaceAll(/\{\w+\}/g, 'shop')]);
  // And what is not described, and what is not there.
  for (const path of ['/api/openapi.json', '/metrics', '/api/v1/nothing', '/api/debug', '/auth/nothing']) {
    routes.push(['GET', path], ['POST', path]);
  }
  for (const path of forDebugging) routes.push(['POST', path]);
});

afterAll(() => api.close());

async function ask(method: string, path: string, authorization?: string): Promise<Response> {
  return await fetch(api.url + path, {
    method,
    headers: authorization === undefined ? {} : { authorization },
    signal: AbortSignal.timeout(10_000),
  });
}

const wrong: Record<string, string | undefined> = {
  'no token': undefined,
  'an empty one': 'Bearer ',
  'another of the same length': `Bearer ${token.replace('correct', 'c0rrect')}`,
  'the beginning of the right one': `Bearer ${token.slice(0, -1)}`,
  'the right one and more': `Bearer ${token}x`,
  'another scheme': `Basic ${Buffer.from(`operator:${token}`).toString('base64')}`,
  'the right one in a list': `Bearer x, Bearer ${token}`,
  'an unsigned JWT': 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.',
  'a long one': `Bearer ${'x'.repeat(12_000)}`,
};

describe('without the token', () => {
  it.each(Object.entries(wrong))('every address refuses %s', async (_, authorization) => {
    expect(routes.length).toBeGreaterThan(30);
    for (const [method, path] of routes) {
      const response = await ask(method, path, authorization);
      const body = (await response.json()) as { code: string };
      expect([response.status, body.code], `${method} ${path}`).toEqual([401, 'API_UNAUTHORIZED']);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(JSON.stringify(body)).not.toContain('shop');
    }
    expect(operator.calls).toEqual([]);
  });

  it('a token in the address is none', async () => {
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await ask('GET', `/api/v1/applications?${name}=${token}`)).status).toBe(401);
    }
  });

  it('a head that is too large ends the connection, and nothing else', async () => {
    const response = await ask('GET', '/api/v1/applications', `Bearer ${'x'.repeat(40_000)}`);
    expect(response.status).toBe(431);
    expect((await ask('GET', '/api/v1/applications', `Bearer ${token}`)).status).toBe(200);
  });

  it('the health address says that it lives, and no more', async () => {
    const response = await ask('GET', '/healthz');
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });
});

it('nothing for debugging is served, with the token or without', async () => {
  for (const path of forDebugging) {
    for (const authorization of [`Bearer ${token}`, undefined]) {
      const response = await ask('GET', path, authorization);
      expect([path, response.status]).toEqual([path, 404]);
      expect(Object.keys((await response.json()) as object)).toEqual(['code', 'message', 'advice', 'fault']);
    }
  }
});
