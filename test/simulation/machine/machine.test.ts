import { expect, test } from 'vitest';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { SimWorld } from '../world.ts';

/** The state of the application `web` so long after the start, with this Procfile or these files. */
async function statusAfter(
  ms: number,
  files: Record<string, string>,
  health?: object,
): Promise<{ status: ApplicationStatus | undefined; world: SimWorld }> {
  const world = new SimWorld({ seed: 3, target: 'machine' });
  const application = { name: 'web', path: 'web', ...(health === undefined ? {} : { health }) };
  world.git.commit({
    'holdfast.yaml': JSON.stringify({
      apiVersion: 'holdfast.dev/v1',
      kind: 'Environment',
      metadata: { name: 'fleet' },
      spec: { applications: [application] },
    }),
    ...files,
  });
  const operator = await world.start();
  await world.run(ms);
  const status = operator.holdfast?.operator.application('web');
  await operator.stop({ stopProcesses: true });
  return { status, world };
}

const procfile = (line: string) => ({ 'web/Procfile': `web: ${line}\n` });
const http = { http: 'http://127.0.0.1:8080/', timeout: '10s', interval: '1s' };

test.each<[string, number, string, object | undefined, string]>([
  ['serve 8080', 3_000, 'a service that is asked', http, 'Healthy'],
  ['sleep 5s serve 8080', 3_000, 'one that is not up yet', http, 'Progressing'],
  ['sleep 5s serve 8080', 8_000, 'one that was slow', http, 'Healthy'],
  ['serve 8080 status 500', 15_000, 'one that fails', http, 'Degraded'],
  ['never-ready 8080', 15_000, 'one that never listens', http, 'Degraded'],
  ['serve 8080', 3_000, 'a port', { tcp: '127.0.0.1:8080' }, 'Healthy'],
  ['serve 8080', 3_000, 'a program that agrees', { exec: ['exit', '0'] }, 'Healthy'],
  ['serve 8080', 15_000, 'a program that does not', { exec: ['exit', '1'], timeout: '5s' }, 'Degraded'],
  ['crash-after 2s', 30_000, 'one that crashes again and again', undefined, 'Degraded'],
  ['unheard-of', 10_000, 'a program that is not there', undefined, 'Degraded'],
])('%s, after %i ms: %s', async (line, ms, _, health, expected) => {
  const { status, world } = await statusAfter(ms, procfile(line), health);
  await world.close();
  expect(status?.health.status).toBe(expected);
});

test('who does not listen to SIGTERM is killed', async () => {
  const { world } = await statusAfter(3_000, procfile('stubborn serve 8080'));
  await world.close();
  const signals = world.machine.log.filter(({ what }) => what === 'signal').map(({ detail }) => detail);
  expect(signals.slice(0, 2)).toEqual(['SIGTERM', 'SIGKILL']);
  expect(world.machine.running()).toEqual([]);
});

test('hooks are scripts of the revision, run in their order', async () => {
  const { status, world } = await statusAfter(30_000, {
    'web/appspec.yml': JSON.stringify({
      version: '0.0',
      os: 'linux',
      files: [{ source: 'conf', destination: '/srv/etc' }],
      hooks: {
        BeforeInstall: [{ location: 'before.sh', timeout: '20' }],
        ValidateService: [{ location: 'after.sh', timeout: '20' }],
      },
    }),
    'web/conf/version': '1\n',
    'web/before.sh': '#!/bin/sh\nsleep 2s\n',
    'web/after.sh': '#!/bin/sh\nsleep 1s\nexit 0\n',
  });
  await world.close();
  expect(status?.sync.status).toBe('Synced');
  expect(Buffer.from(world.disk.need('/srv/etc/version').content).toString()).toBe('1\n');
  const ran = world.machine.log.filter(({ detail }) => detail.endsWith('.sh')).map(({ detail }) => detail.slice(-9));
  expect(ran).toEqual(['before.sh', '/after.sh']);
});
