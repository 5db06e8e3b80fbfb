import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningApi } from '../../src/api/listen.ts';
import { memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { startAttackedApi, token } from './attacked-api.ts';

// Case 34: what is large, slow or endless costs little, and others are answered meanwhile.

const operator = memoryOperator([sampleStatus('shop')]);
let api: RunningApi;

beforeAll(async () => {
  api = await startAttackedApi(operator);
});

afterAll(() => api.close());

const authorized = { authorization: `Bearer ${token}` };
const sync = '/api/v1/applications/shop/sync';

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(api.url);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** What comes back until the other end closes. */
async function answer(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', piece => {
    text += piece;
  });
  await new Promise(resolve => {
    socket.once('close', resolve).on('error', () => {});
  });
  return text;
}

async function others(): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${api.url}/api/v1/applications`, { headers: authorized });
  expect(response.status).toBe(200);
  await response.text();
  return performance.now() - start;
}

describe('a large body', () => {
  it.each([
    ['without a token', '', '401'],
    ['with the token', `Authorization: Bearer ${token}\r\n`, '413'],
  ])('of 2 GB, announced, is refused before it is read, %s', async (_, header, status) => {
    const socket = await open();
    const before = process.memoryUsage().rss;
    socket.write(`POST ${sync} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${header}`);
    socket.write(`Content-Length: ${2 ** 31}\r\nConnection: close\r\n\r\n`);
    const got = answer(socket);
    const piece = 'x'.repeat(1_000_000);
    for (let i = 0; i < 20 && !socket.destroyed; i++) socket.write(piece);
    socket.end();
    expect(await got).toContain(`HTTP/1.1 ${status}`);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(await others()).toBeLessThan(1_000);
  });

  it('in pieces without an announced size is cut at the limit', async () => {
    async function* endless() {
      for (let i = 0; i < 1_000; i++) yield Buffer.alloc(10_000, ' ');
    }
    const response = fetch(api.url + sync, {
      method: 'POST',
      headers: { ...authorized, 'content-type': 'application/json' },
      body: ReadableStream.from(endless()),
      duplex: 'half',
    });
    const status = await response.then(
      got => got.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(operator.calls).toEqual([]);
  });

  it('that is packed is not unpacked', async () => {
    const response = await fetch(api.url + sync, {
      method: 'POST',
      headers: { ...authorized, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(30_000_000, ' ')),
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'API_INPUT_INVALID']);
  });

  it('that is deep is refused at once', async () => {
    const response = await fetch(api.url + sync, {
      method: 'POST',
      headers: { ...authorized, 'content-type': 'application/json' },
      body: `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    });
    expect(response.status).toBe(400);
  });
});

describe('a slow client', () => {
  it('holds nothing up, and is cut', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, open));
    const ends = sockets.map(answer);
    for (const socket of sockets) socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(await others()).toBeLessThan(1_000);
    // 10 s for a head, looked at every 2 s.
    for (const text of await Promise.all(ends)) expect(text).toMatch(/^HTTP\/1.1 408/);
  });
});

it('a reader of the stream that does not read holds no memory', async () => {
  const socket = await open();
  socket.write(`GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await new Promise<void>(resolve => {
    socket.once('data', () => resolve());
  });
  socket.pause();
  const message = 'x'.repeat(10_000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 20_000; i++) {
    operator.change('shop', { health: { status: 'Progressing', message: `${i} ${message}` } });
    if (i % 1_000 === 0) await others();
  }
  operator.change('shop', { health: { status: 'Healthy', message: 'the last' } });
  // 200 MB were announced.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  let text = '';
  const last = new Promise<void>(resolve => {
    socket.setEncoding('utf8').on('data', piece => {
      text = (text + piece).slice(-20_000);
      if (text.includes('the last')) resolve();
    });
  });
  socket.resume();
  await last;
  socket.destroy();
});

it('more streams than there may be are refused, and a place comes free again', async () => {
  const controllers = Array.from({ length: 200 }, () => new AbortController());
  const streams = await Promise.all(
    controllers.map(({ signal }) => fetch(`${api.url}/api/v1/events/stream`, { headers: authorized, signal })),
  );
  expect(streams.every(({ status }) => status === 200)).toBe(true);
  const refused = await fetch(`${api.url}/api/v1/events/stream`, { headers: authorized });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'API_BUSY']);
  for (const controller of controllers) controller.abort();
  const deadline = performance.now() + 5_000;
  let status = 0;
  while (status !== 200 && performance.now() < deadline) {
    const controller = new AbortController();
    const response = await fetch(`${api.url}/api/v1/events/stream`, { headers: authorized, signal: controller.signal });
    status = response.status;
    controller.abort();
  }
  expect(status).toBe(200);
});
