import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Access } from './access.ts';
import { uniqueName } from './cluster.ts';
import { KubeClient } from './kube-client.ts';
import { waitFor } from './wait.ts';

/** The part of a kubelet that hands out logs, and its Node. */
export interface Kubelet extends AsyncDisposable {
  /** Waits for pods with these labels, puts all of them on the Node, and answers their names. */
  run(namespace: string, labels: string): Promise<string[]>;
  /** Puts one pod on the Node. */
  bind(namespace: string, pod: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Each container has printed `NAME first` at 1 s of 1970 and `NAME second` at 3 s; with `follow` comes one `NAME now`; its
 * former run printed `NAME crashed`.
 */
export async function startKubelet(access: Access): Promise<Kubelet> {
  const admin = new KubeClient(access);
  const read = (name: string) => readFileSync(join(access.directory, name));
  const server = createServer({ cert: read('server.crt'), key: read('server.key') }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://kubelet');
    const container = url.pathname.split('/').at(-1);
    const line = (at: number, text: string) => response.write(`${new Date(at).toISOString()} ${container} ${text}\n`);
    if (url.searchParams.get('follow') === 'true') return void line(Date.now() + 1000, 'now');
    const isPrevious = url.searchParams.get('previous') === 'true';
    line(1_000, isPrevious ? 'crashed' : 'first');
    if (!isPrevious) line(3_000, 'second');
    response.end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const node = { apiVersion: 'v1', kind: 'Node', name: uniqueName('node') };
  await admin.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: node.name } });
  const { port } = server.address() as AddressInfo;
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  await admin.patchStatus(node, { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } });

  async function stop(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await admin.delete(node);
  }
  async function bind(namespace: string, pod: string): Promise<void> {
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod }, target: node };
    await admin.request('POST', `/api/v1/namespaces/${namespace}/pods/${pod}/binding`, binding);
  }

  return {
    bind,
    async run(namespace, labels) {
      const pods = { apiVersion: 'v1', kind: 'Pod', namespace };
      const found = await waitFor(`pods with ${labels}`, async () => {
        const list = await admin.list(pods, labels);
        return list.length > 0 ? list : undefined;
      });
      const names = found.map(({ metadata }) => metadata.name);
      for (const name of names) await bind(namespace, name);
      return names;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
