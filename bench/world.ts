import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfig } from '../test/world/access.ts';
import { type ControlPlane, startControlPlane } from '../test/world/control-plane.ts';
import { temporaryDirectory } from '../test/world/directory.ts';
import { GitRepo } from '../test/world/git-repo.ts';
import { KubeClient } from '../test/world/kube-client.ts';
import { type BenchChild, startChild } from './child.ts';
import { declaration, manifestsOf, rawApply } from './fleet.ts';
import { commandLine, processTree, treeCpu } from './measure/processes.ts';
import type { RawWork } from './raw/protocol.ts';
import { sendRaw } from './raw/raw.ts';

/** What must run for the fleet to settle; there are no nodes, and nothing that nobody asked for is made. */
const controllers = [
  'deployment-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'replicaset-controller',
];
const warmUpRequests = 400;

/** An ordinary account of the cluster, with all rights: the API server throttles it like everybody's. */
export interface Account {
  /** As the audit log names it. */
  user: string;
  token: string;
  /** A kubeconfig with nobody else in it. */
  kubeconfig: string;
}

/** A control plane, a Git server and accounts, for one measurement: empty, and warm. */
export interface World extends AsyncDisposable {
  plane: ControlPlane;
  admin: KubeClient;
  holdfast: Account;
  /** The same rights for those that Holdfast is compared with. */
  other: Account;
  repo: GitRepo;
  repoUrl: string;
  directory: string;
  /** Processor seconds so far of kube-apiserver and etcd. */
  serverCpu(): number;
  served(): Promise<{ requests: number; bytes: number }>;
  /** How the raw client reaches the API server. */
  raw: Pick<RawWork, 'server' | 'caFile' | 'token' | 'userAgent'>;
}

export async function startWorld(stack: AsyncDisposableStack): Promise<World> {
  const directory = stack.use(await temporaryDirectory('bench'));
  const plane = stack.use(await startControlPlane({ controllers }));
  const admin = stack.use(new KubeClient(plane));
  const repo = await GitRepo.create(directory.path);
  await repo.commit({ 'holdfast.yaml': declaration({ applications: 0 }) });
  const git = stack.use(startChild('git-server.ts', [directory.path]));
  const { url } = await git.answer<{ url: string }>(20_000);
  const holdfast = await createAccount(plane, admin, directory.path, 'holdfast');
  const other = await createAccount(plane, admin, directory.path, 'other');
  const { server, caFile } = plane;
  const raw = { server, caFile, token: other.token, userAgent: 'raw' };
  await warmUp(admin, raw);
  const servers = serverProcesses(plane.program);
  return {
    ...{ plane, admin, holdfast, other, repo, repoUrl: `${url}/${repo.name}`, directory: directory.path, raw },
    serverCpu: () => servers.reduce((seconds, pid) => seconds + treeCpu(pid), 0),
    served: () => ask(git),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function ask(git: BenchChild): Promise<{ requests: number; bytes: number }> {
  git.tell('report');
  return await git.answer(10_000);
}

async function createAccount(
  plane: ControlPlane,
  admin: KubeClient,
  directory: string,
  name: string,
): Promise<Account> {
  const namespace = 'default';
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  await admin.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `bench-${name}` },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  });
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const answer = await admin.request('POST', path, { spec: { expirationSeconds: 24 * 3600 } });
  const token: string = answer.body.status.token;
  const file = join(directory, `${name}.kubeconfig`);
  await writeFile(file, await kubeconfig(plane, { [name]: { token } }), { mode: 0o600 });
  return { user: `system:serviceaccount:${namespace}:${name}`, token, kubeconfig: file };
}

export async function createNamespaces(admin: KubeClient, names: readonly string[]): Promise<void> {
  for (const name of names) await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/** Whoever comes first must not pay for an API server that has never applied anything. Dry-runs leave nothing behind. */
async function warmUp(admin: KubeClient, raw: World['raw']): Promise<void> {
  await createNamespaces(admin, ['warm-up']);
  const fleet = { applications: warmUpRequests / 4, objects: 4 };
  const requests = Array.from({ length: fleet.applications }, (_, index) =>
    manifestsOf(fleet, index).map(({ manifest }) =>
      rawApply({ ...manifest, metadata: { ...manifest.metadata, namespace: 'warm-up' } }, true),
    ),
  ).flat();
  await sendRaw({ ...raw, concurrency: 8, http2: false, requests }, 60_000);
}

/** kube-apiserver and etcd of the control plane that was started last. */
function serverProcesses(program: string): number[] {
  const found = new Map<string, number>();
  for (const { pid } of processTree(process.pid)) {
    const [command = '', part = ''] = commandLine(pid);
    if (command === program && ['etcd', 'kube-apiserver'].includes(part)) found.set(part, pid);
  }
  if (found.size !== 2) throw new Error('the processes of the control plane are not to be found');
  return [...found.values()];
}
