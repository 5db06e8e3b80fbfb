import { randomUUID } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { type Access, createAccess } from './access.ts';
import { apiServerFlags, controllerManagerFlags, etcdFlags, standardControllers } from './control-plane-flags.ts';
import { temporaryDirectory } from './directory.ts';
import { KubeClient } from './kube-client.ts';
import { freePort } from './port.ts';
import { type Started, startProcess, startTiedProcess } from './process.ts';
import { waitFor } from './wait.ts';

/** A real etcd, kube-apiserver and (unless `controllers` is empty) kube-controller-manager on loopback. */
export interface ControlPlane extends Access, AsyncDisposable {
  /** Clients get connection errors until `startServer`; all data stays. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  restart(): Promise<void>;
  /** Clients connect and get no answer until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** etcd, and the API server with it, end as in a crash and come back. */
  restartAll(): Promise<void>;
  /** Drops all history of etcd up to now: watches and lists from before are told that it is gone. */
  compact(): Promise<void>;
  /** A copy of all data, as a backup would be; answers what `restore` takes. The cluster is away for that long. */
  backUp(): Promise<string>;
  /** All is as it was then: revisions go back, UIDs are those of then. */
  restore(backup: string): Promise<void>;
  /** Everything in the cluster is gone; address, certificates and tokens stay. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** An empty or missing directory, which `stop` removes. A temporary one unless given. */
  directory?: string;
  /** For kube-controller-manager; `[]` starts none. */
  controllers?: readonly string[];
}

type Part = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

const startDeadlineMs = 60_000;

/** Ready when it returns: the API server answers, `holdfast` has its rights, and controllers run. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const program = await buildGo(programs.controlplane);
  const directory = options.directory ?? (await temporaryDirectory('cluster')).path;
  const port = await freePort();
  const access = await createAccess(directory, program, port);
  const controllers = options.controllers ?? standardControllers;
  const running = new Map<Part, Started>();

  function start(part: Part, flags: string[]): Started {
    // A frozen API server would not see that we are gone.
    const launch = part === 'kube-apiserver' ? startTiedProcess : startProcess;
    const started = launch({
      program,
      args: [part, ...flags],
      cwd: directory,
      log: join(directory, `${part}.log`),
      // Makes it end, and remove the directory, as soon as this process is gone.
      env: { ...process.env, CONTROLPLANE_LEASH: directory },
    });
    running.set(part, started);
    return started;
  }

  async function stopPart(part: Part): Promise<void> {
    // Nothing here is worth a graceful end, and the API server would wait for its watchers.
    await running.get(part)?.kill();
    running.delete(part);
  }

  async function startServer(): Promise<void> {
    if (running.has('kube-apiserver')) return;
    const server = start('kube-apiserver', apiServerFlags(directory, port));
    await using admin = new KubeClient(access, access.adminToken);
    await whileRunning(server, 'kube-apiserver', async () => (await admin.request('GET', '/readyz')).status === 200);
    await bindHoldfast(admin);
  }

  async function startAll(): Promise<void> {
    const etcd = start('etcd', etcdFlags());
    await whileRunning(etcd, 'etcd', () => accepts(join(directory, 'client:0')));
    await startServer();
    if (controllers.length === 0) return;
    const manager = start('kube-controller-manager', controllerManagerFlags(controllers));
    await using admin = new KubeClient(access, access.adminToken);
    if (!controllers.includes('serviceaccount-controller')) return;
    const path = '/api/v1/namespaces/default/serviceaccounts/default';
    await whileRunning(
      manager,
      'kube-controller-manager',
      async () => (await admin.request('GET', path)).status === 200,
    );
  }

  async function stopAll(): Promise<void> {
    // Data is removed only when nobody can write it any more, so etcd goes last and is waited for.
    for (const part of ['kube-controller-manager', 'kube-apiserver', 'etcd'] satisfies Part[]) await stopPart(part);
  }

  async function stop(): Promise<void> {
    await stopAll();
    await rm(directory, { recursive: true, force: true });
  }

  try {
    await startAll();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    ...access,
    stopServer: () => stopPart('kube-apiserver'),
    startServer,
    async restart() {
      await stopPart('kube-apiserver');
      await startServer();
    },
    freeze: () => running.get('kube-apiserver')?.signal('SIGSTOP'),
    thaw: () => running.get('kube-apiserver')?.signal('SIGCONT'),
    async restartAll() {
      await stopAll();
      await startAll();
    },
    async compact() {
      const { header } = await askEtcd(directory, '/v3/kv/range', { key: 'AA==' });
      await askEtcd(directory, '/v3/kv/compaction', { revision: header.revision, physical: true });
    },
    async backUp() {
      const backup = join(directory, `backup-${randomUUID()}`);
      await stopAll();
      await cp(join(directory, 'etcd'), backup, { recursive: true });
      await startAll();
      return backup;
    },
    async restore(backup) {
      await stopAll();
      await rm(join(directory, 'etcd'), { recursive: true, force: true });
      await cp(backup, join(directory, 'etcd'), { recursive: true });
      await startAll();
    },
    async wipe() {
      await stopAll();
      await rm(join(directory, 'etcd'), { recursive: true, force: true });
      await startAll();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function whileRunning(part: Started, name: string, isReady: () => Promise<boolean>): Promise<void> {
  let ended: string | undefined;
  await waitFor(
    `${name} to be ready`,
    async () => {
      ended = part.ended();
      return ended !== undefined || (await isReady());
    },
    { deadlineMs: startDeadlineMs },
  );
  if (ended !== undefined) throw new Error(`${name} ${ended}:\n${await part.printed()}`);
}

async function bindHoldfast(admin: KubeClient): Promise<void> {
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  const answer = await admin.request('POST', path, {
    metadata: { name: 'holdfast' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'holdfast' }],
  });
  // 409: it is there since before a restart.
  if (answer.status !== 201 && answer.status !== 409) throw new Error(`cannot bind the user: ${answer.status}`);
}

/** etcd speaks JSON, too, on the socket that its clients use. */
async function askEtcd(directory: string, path: string, body: object): Promise<{ header: { revision: string } }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request({ socketPath: join(directory, 'client:0'), path, method: 'POST' }, answer => {
    let text = '';
    answer.setEncoding('utf8').on('data', piece => {
      text += piece;
    });
    answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${text}`))));
  });
  asked.on('error', reject);
  asked.end(JSON.stringify(body));
  return JSON.parse(await promise);
}

function accepts(socket: string): Promise<boolean> {
  return new Promise(resolve => {
    const connection = connect(socket);
    connection.on('connect', () => resolve(true)).on('error', () => resolve(false));
    connection.on('connect', () => connection.destroy());
  });
}
