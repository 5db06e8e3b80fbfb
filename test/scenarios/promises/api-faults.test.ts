import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Access } from '../../world/access.ts';
import { mark, requests } from '../../world/audit.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { writesIn } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';

// Between the operator and a real API server stands one that loses, refuses and breaks.

/** What happens to a write; undefined: nothing. */
type Harm =
  | 'lost before'
  | 'lost after'
  | 'hangs up'
  | { status: number; body: string; headers?: Record<string, string> };

interface Between extends AsyncDisposable {
  url: string;
  harm: (write: number) => Harm | undefined;
  writes: number;
  /** Ends all connections, watches among them. */
  cut(): void;
}

async function startBetween(access: Access): Promise<Between> {
  const agent = new Agent({ keepAlive: true, ca: await readFile(access.caFile) });
  const sockets = new Set<Socket>();
  function forward(request: IncomingMessage, response: ServerResponse, isLost: boolean): void {
    const { method, headers, url } = request;
    const passed = httpsRequest(`${access.server}${url}`, { method, headers, agent }, answer => {
      if (isLost) {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  }
  const server = createServer((request, response) => {
    const isWrite = request.method === 'PATCH' && !request.url?.includes('dryRun');
    const harm = isWrite ? self.harm(++self.writes) : undefined;
    if (harm === undefined || harm === 'lost after') return forward(request, response, harm !== undefined);
    if (typeof harm === 'string') return void (harm === 'lost before' ? response.destroy() : request.socket.end());
    request.resume();
    response.writeHead(harm.status, { 'content-type': 'text/html', ...harm.headers }).end(harm.body);
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const self: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    harm: () => undefined,
    writes: 0,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      self.cut();
      agent.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return self;
}

let access: Access;
let between: Between;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let repo: GitRepo;
let holdfast: TestOperator;
let kube: KubeClient;
const name = uniqueName('faults');
const count = 12;

const manifests = (word: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`app/c${i}.json`, configMap(`c${i}`, { word })] as const),
  );

beforeAll(async () => {
  access = await sharedControlPlane();
  between = await startBetween(access);
  directory = await temporaryDirectory('faults');
  const kubeconfig = join(directory.path, 'kubeconfig');
  const named = <T extends object>(part: T) => [{ name: 'x', ...part }];
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'x',
      contexts: named({ context: { cluster: 'x', user: 'x' } }),
      clusters: named({ cluster: { server: between.url } }),
      users: named({ user: { token: access.holdfastToken } }),
    }),
  );
  repo = await GitRepo.create(directory.path);
  const retry = { backoff: '200ms', maxBackoff: '1s' };
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { retry } }]),
    ...manifests('first'),
  });
  holdfast = await startTestOperator({
    repo: repo.fileUrl,
    dataDirectory: join(directory.path, 'data'),
    config: { target: { kubernetes: { kubeconfig } } },
  });
  kube = new KubeClient(access);
  await holdfast.untilSynced(name);
});
afterAll(async () => {
  await holdfast?.close();
  await between?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

const page = '<html><body>Bad gateway</body></html>';
const harms: [string, Harm][] = [
  ['lost before it arrives', 'lost before'],
  ['done, and its answer lost', 'lost after'],
  ['cut off', 'hangs up'],
  ['answered by a proxy with 502 and a page', { status: 502, body: page }],
  ['answered with 503', { status: 503, body: '' }],
  ['answered with 429 and a time to wait', { status: 429, body: '{}', headers: { 'retry-after': '1' } }],
  ['answered with 500', { status: 500, body: '{"kind":"Status","status":"Failure","code":500}' }],
  ['answered with 200 and a page', { status: 200, body: page }],
];

test.each(harms)('each third write is %s: the commit is delivered, with few writes more', async (title, harm) => {
  between.writes = 0;
  between.harm = write => (write % 3 === 0 ? harm : undefined);
  const since = await mark(access);
  const commit = await repo.commit(manifests(title));
  await holdfast.untilSynced(name, commit);
  between.harm = () => undefined;
  expect(between.writes).toBeGreaterThan(count);
  const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
  expect(maps.map(({ data }) => data.word)).toEqual(Array.from({ length: count }, () => title));
  const made = await writesIn(access, since, name);
  expect(made.filter(write => !write.startsWith('patch configmaps/c'))).toEqual([]);
  expect(made.length).toBeLessThanOrEqual(2 * count);
});

test('watches that are cut off again and again: drift made meanwhile is healed, and nothing else is written', async () => {
  const since = await mark(access);
  for (let i = 0; i < 5; i++) {
    between.cut();
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: `c${i}` };
    await kube.patch(reference, { data: { word: 'by hand' } });
    between.cut();
    await waitFor('the repair', async () => (await kube.get(reference))?.data.word !== 'by hand');
  }
  expect(await writesIn(access, since, name)).toEqual([0, 1, 2, 3, 4].map(i => `patch configmaps/c${i}`));
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  const made = await requests(access, { since, user: 'holdfast' });
  // Others use the cluster at the same time.
  expect(made.filter(({ verb, namespace }) => namespace === name && verb.startsWith('delete'))).toEqual([]);
});
