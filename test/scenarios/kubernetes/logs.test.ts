import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogLine } from '../../../src/targets/target.ts';
import type { Access } from '../../world/access.ts';
import { uniqueName } from '../../world/cluster.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, type Fixture, startTarget } from './fixture.ts';

/** The part of a kubelet that hands out logs: each container prints a line at 1 s and one at 3 s, and with `follow` one more now. */
function startKubelet(access: Access) {
  const read = (name: string) => readFileSync(join(access.directory, name));
  const server = createServer({ cert: read('server.crt'), key: read('server.key') }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://kubelet');
    const container = url.pathname.split('/').at(-1);
    const line = (at: number, text: string) => response.write(`${new Date(at).toISOString()} ${container} ${text}\n`);
    if (url.searchParams.get('follow') === 'true') return void line(Date.now() + 1000, 'now');
    line(1_000, 'first');
    line(3_000, 'second');
    response.end();
  });
  return new Promise<typeof server>(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function runPods(world: Fixture, node: string, run: string, port: number): Promise<void> {
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace };
  await world.admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
  await world.admin.patchStatus(
    { apiVersion: 'v1', kind: 'Node', name: node },
    { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: port } } },
  );
  const pod = await waitFor('the pod', async () => (await world.admin.list(pods, `run=${run}`))[0]);
  const { name } = pod.metadata;
  const target = { apiVersion: 'v1', kind: 'Node', name: node };
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
  await world.admin.request('POST', `/api/v1/namespaces/${world.namespace}/pods/${name}/binding`, binding);
}

async function take(lines: AsyncIterable<LogLine>, count: number): Promise<LogLine[]> {
  const taken: LogLine[] = [];
  for await (const line of lines) if (taken.push(line) === count) break;
  return taken;
}

test('what the containers of an application print is read in order, by name, and followed', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  const kubelet = await startKubelet(access);
  const node = uniqueName('node');
  try {
    await world.apply([deployment('talker', 1), deployment('silent')]);
    await runPods(world, node, 'talker', (kubelet.address() as AddressInfo).port);
    const stop = new AbortController();
    const logs = (resource: string | undefined, options: { tail?: number; follow?: boolean } = {}) =>
      world.target.logs!(world.application, resource, options, stop.signal);

    for (const name of [undefined, 'talker', 'deployment/talker', `apps/Deployment/${world.namespace}/talker`]) {
      const lines = await take(logs(name), 10);
      expect(lines.map(({ text, at }) => [text, at])).toEqual([
        ['web first', 1_000],
        ['web second', 3_000],
      ]);
      expect(lines[0]!.source).toMatch(/^talker-.*\/web$/);
    }
    expect(await take(logs('silent'), 1)).toEqual([]);
    expect((await take(logs('talker', { tail: 1 }), 10)).map(({ text }) => text)).toEqual(['web second']);
    expect((await take(logs('talker', { follow: true }), 3)).map(({ text }) => text)).toEqual([
      'web first',
      'web second',
      'web now',
    ]);
    await expect(take(logs('nobody'), 1)).rejects.toMatchObject({ code: 'K8S_NOT_FOUND' });

    kubelet.close();
    kubelet.closeAllConnections();
    expect(await take(logs('talker'), 1)).toMatchObject([{ text: expect.stringMatching(/^\(.*\)$/) }]);
  } finally {
    kubelet.close();
    await world.admin.delete({ apiVersion: 'v1', kind: 'Node', name: node });
  }
});
