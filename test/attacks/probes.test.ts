import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { realEnv } from '../../src/env/real.ts';
import type { Probe } from '../../src/model/application.ts';
import { createProbes } from '../../src/targets/probes.ts';
import { temporaryDirectory } from '../world/directory.ts';
import { waitFor } from '../world/wait.ts';

// Case 59, of the requests that a declaration makes the operator send: its probes.

const usual = { name: 'probe', timeoutMs: 300, intervalMs: 100 };
let close = () => {};
afterEach(() => close());

async function judged(probe: Probe, programs?: boolean): Promise<{ status: string; message: string }> {
  const context = { env: realEnv(), services: () => [], changed: () => {} };
  const probes = createProbes({ ...context, ...(programs === undefined ? {} : { programs }) });
  close = () => probes.close();
  probes.watch('shop', [probe]);
  return await waitFor('a judgement', () => {
    const health = probes.health('shop');
    return health.status === 'Progressing' ? undefined : health;
  });
}

const http = (url: string): Probe => ({ ...usual, type: 'http', url, status: [] });
const tcp = (host: string, port: number): Probe => ({ ...usual, type: 'tcp', host, port });

describe('59: a probe', () => {
  it.each([
    ['the metadata service of a cloud', http('http://169.254.169.254/latest/meta-data/')],
    ['it, written otherwise', http('http://0xa9fea9fe/')],
    ['it, in IPv6', http('http://[::ffff:a9fe:a9fe]/')],
    ['it, over TCP', tcp('169.254.169.254', 80)],
    ['it, over TCP in IPv6', tcp('::ffff:169.254.169.254', 80)],
    ['another cloud’s', tcp('100.100.100.200', 80)],
  ])('asks nothing of %s', async (_, probe) => {
    const { status, message } = await judged(probe);
    expect([status, message]).toEqual(['Degraded', expect.stringMatching(/link-local|metadata/)]);
  });

  it('follows no redirect, and tells nothing of what was answered', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(500, { location: 'http://169.254.169.254/' }).end('CANARY-answer');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { message } = await judged(http(`http://127.0.0.1:${port}/health?key=CANARY-query`));
    server.close();
    expect(message).toContain('answers with status 500');
    expect(message).not.toContain('CANARY');
    expect(new Set(asked)).toEqual(new Set(['/health?key=CANARY-query']));
  });

  it('of this machine and of names is asked as ever', async () => {
    const server = createTcp();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect((await judged(tcp('localhost', port))).status).toBe('Healthy');
    server.close();
  });
});

it('a program that a declaration names as a probe is run on machines, and nowhere else', async () => {
  await using directory = await temporaryDirectory('probe');
  const file = `${directory.path}/ran`;
  const probe: Probe = { ...usual, type: 'exec', command: ['touch', file] };
  const { status, message } = await judged(probe);
  expect([status, message]).toEqual(['Degraded', expect.stringContaining('on machines only')]);
  await expect(stat(file)).rejects.toThrow();
  close();
  expect((await judged(probe, true)).status).toBe('Healthy');
  expect((await stat(file)).isFile()).toBe(true);
});
