import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Probe } from '../../../src/model/application.ts';
import type { Health } from '../../../src/model/resource.ts';
import { freePort } from '../../world/port.ts';
import { waitFor } from '../../world/wait.ts';
import { type Machine, startMachine } from './harness.ts';

const server = `
  import { createServer } from 'node:http';
  import { existsSync } from 'node:fs';
  createServer((request, response) => {
    response.statusCode = existsSync(process.env.BROKEN) ? 503 : 200;
    response.end('ok');
  }).listen(Number(process.env.PORT), '127.0.0.1');`;

describe('probes', () => {
  let machine: Machine;
  let port: number;
  const common = { timeoutMs: 1_500, intervalMs: 100 };
  const broken = () => `${machine.path}/broken`;
  beforeAll(async () => {
    machine = await startMachine();
    port = await freePort();
  });
  afterAll(async () => {
    await machine[Symbol.asyncDispose]();
  });

  const files = (version = '1') => ({
    Procfile: 'web: node server.mjs\n',
    '.env': `PORT=${port}\nBROKEN=${broken()}\n`,
    'server.mjs': server,
    version,
  });
  async function until(status: Health['status']): Promise<Health> {
    return await waitFor(`the probes to be ${status}`, () => {
      const health = machine.target.probe('web');
      return health.status === status ? health : undefined;
    });
  }

  test('none declared: healthy at once', () => {
    expect(machine.target.probe('web')).toEqual({ status: 'Healthy', message: '' });
  });

  test('http: progressing until the first success, degraded when it fails for too long, healthy when it recovers', async () => {
    const seen: string[] = [];
    machine.target.onChange(() => seen.push(machine.target.probe('web').status));
    machine.target.watchProbes('web', [
      { ...common, name: 'page', type: 'http', url: `http://127.0.0.1:${port}/healthz`, status: [] },
    ]);
    expect(machine.target.probe('web')).toMatchObject({ status: 'Progressing' });
    await machine.deliver('web', files());
    await until('Healthy');
    await writeFile(broken(), '');
    expect((await until('Progressing')).message).toContain('status 503');
    expect((await until('Degraded')).message).toMatch(/probe page has failed for 1.5 s: .*503/);
    await rm(broken());
    await until('Healthy');
    expect(new Set(seen)).toEqual(new Set(['Progressing', 'Healthy', 'Degraded']));
  });

  test('a change has to show anew that it works', async () => {
    await until('Healthy');
    await writeFile(broken(), '');
    await machine.deliver('web', files('2'));
    expect(machine.target.probe('web').status).toBe('Progressing');
    await until('Degraded');
    await rm(broken());
    await until('Healthy');
  });

  test.each<[what: string, good: () => Probe, bad: () => Probe, reason: RegExp]>([
    [
      'tcp',
      () => ({ ...common, name: 'p', type: 'tcp', host: '127.0.0.1', port }),
      () => ({ ...common, name: 'p', type: 'tcp', host: '127.0.0.1', port: 1 }),
      /127\.0\.0\.1|ECONNREFUSED/,
    ],
    [
      'exec',
      () => ({ ...common, name: 'p', type: 'exec', command: ['true'] }),
      () => ({ ...common, name: 'p', type: 'exec', command: ['false'] }),
      /false ended with exit code 1/,
    ],
    [
      'stable',
      () => ({ ...common, name: 'p', type: 'stable', process: 'web', forMs: 300 }),
      () => ({ ...common, name: 'p', type: 'stable', process: 'web', forMs: 3_600_000 }),
      /web has not run for 3600 s yet/,
    ],
    [
      'http with a status of its own',
      () => ({ ...common, name: 'p', type: 'http', url: `http://127.0.0.1:${port}/`, status: [200] }),
      () => ({ ...common, name: 'p', type: 'http', url: `http://127.0.0.1:${port}/`, status: [204] }),
      /answers with status 200/,
    ],
  ])('%s', async (_what, good, bad, reason) => {
    machine.target.watchProbes('web', [good()]);
    await until('Healthy');
    machine.target.watchProbes('web', [good(), { ...bad(), name: 'other' }]);
    const health = await until('Degraded');
    expect(health.message).toMatch(reason);
    expect(health.message).toContain('probe other');
  });

  test('none declared any more: healthy', () => {
    machine.target.watchProbes('web', []);
    expect(machine.target.probe('web').status).toBe('Healthy');
  });
});
