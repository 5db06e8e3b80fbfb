import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { WebFiles } from '../../../src/api/web-files.ts';
import { configFileName, parseConfig } from '../../../src/config/read.ts';
import { readWritten, type WrittenConfig } from '../../../src/config/written.ts';
import { realEnv } from '../../../src/env/real.ts';
import type { Access } from '../../world/access.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { createAccounts } from './accounts.ts';
import { repositoryFiles } from './declarations.ts';
import { laterCommits } from './fleet.ts';
import { startNodes } from './nodes.ts';
import { people, policy } from './people.ts';

/** The real operator with its API and web UI, on a cluster where something of every kind goes on. */
export interface UiWorld extends AsyncDisposable {
  /** `http://localhost:12345`: a name, since passkeys need one. */
  url: string;
  repo: GitRepo;
  kube: KubeClient;
  test: TestOperator;
  /** Commits as one of the people. */
  commit(by: keyof typeof people, message: string, files: Parameters<GitRepo['commit']>[0]): Promise<string>;
}

export interface UiWorldOptions {
  access: Access;
  /** The built UI. */
  webDirectory: string;
  /** Applications without a story. */
  fillers?: number;
  port?: number;
  /** What browsers call it, where something stands before it. */
  publicURL?: string | undefined;
}

const minute = 60_000;

/** Ready when everything was delivered once, and what happened afterwards has happened. */
export async function startUiWorld({
  access,
  webDirectory,
  fillers = 6,
  port = 0,
  publicURL,
}: UiWorldOptions): Promise<UiWorld> {
  const directory = await temporaryDirectory('ui');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  const at = Date.now() - 3 * 24 * 60 * minute;
  await repo.commit(repositoryFiles(repo.fileUrl, fillers), {
    message: 'Everything that we run',
    author: people.ana,
    at,
  });
  const nodes = await startNodes(access, 'demo-');
  const kube = new KubeClient(access, access.adminToken, 'kubectl-edit');
  const config = {
    name: 'prod',
    path: 'fleet',
    interval: '2s',
    target: { kubernetes: { kubeconfig: access.kubeconfig } },
    access: { policy },
  };
  // What the page of settings shows is what is written here.
  await writeFile(join(directory.path, configFileName), stringify(config));
  const test = await startTestOperator({ repo: repo.fileUrl, dataDirectory: join(directory.path, 'data'), config });
  const written = await readWritten(
    realEnv(),
    { repo: repo.fileUrl },
    { directory: directory.path },
    parseConfig(stringify(config), configFileName, { repo: repo.fileUrl, dataDirectory: directory.path }),
  );
  const api = await serve(test, { webDirectory, port, publicURL, written });
  const url = api.url.replace('127.0.0.1', 'localhost');

  const commit: UiWorld['commit'] = (by, message, files) => repo.commit(files, { message, author: people[by] });
  const stop = async () => {
    await api.close();
    await test.close({ stopProcesses: true });
    await nodes.stop();
    await kube[Symbol.asyncDispose]();
    await directory.remove();
  };
  try {
    await createAccounts(test, url);
    await makeHistory({ repo, kube, test });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, repo, kube, test, commit, [Symbol.asyncDispose]: stop };
}

async function serve(
  test: TestOperator,
  {
    webDirectory,
    port,
    publicURL,
    written,
  }: Pick<UiWorldOptions, 'webDirectory' | 'publicURL'> & {
    port: number;
    written: WrittenConfig;
  },
): Promise<RunningApi> {
  const { operator, holdfast } = test;
  const env = realEnv();
  const web = new WebFiles(env.files, webDirectory);
  const { access, services } = holdfast;
  const token = Buffer.from(env.random.bytes(32)).toString('base64url');
  return await startApi({
    env,
    operator,
    access,
    metrics: services.metrics,
    host: '127.0.0.1',
    port,
    publicURL,
    token,
    web,
    config: written,
  });
}

/** What people did after everything ran: commits, changes by hand, a suspension. */
async function makeHistory({ repo, kube, test }: Pick<UiWorld, 'repo' | 'kube' | 'test'>): Promise<void> {
  const patience = { deadlineMs: 120_000 };
  const untilWell = (name: string) =>
    test.until(name, ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy', patience);
  await test.refresh();
  for (const name of ['shop', 'mailer', 'billing', 'legacy']) await untilWell(name);
  await test.operator.sync('database', {}, 'mia');
  await untilWell('database');
  for (const { by, minutesAgo, message, files } of laterCommits) {
    const below = Object.fromEntries(Object.entries(files).map(([path, content]) => [`apps/${path}`, content]));
    await repo.commit(below, { message, author: people[by], at: Date.now() - minutesAgo * minute });
    await test.refresh();
  }
  await test.operator.suspend('billing', 'year-end close', 'mia');
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo-shop', name: 'web' };
  await kube.patch(web, { spec: { replicas: 7 } }, 'merge');
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo-shop', name: 'settings' };
  await kube.patch(settings, { data: { theme: 'loud', banner: 'Sale' } }, 'merge');
  await test.until('shop', ({ sync }) => sync.status === 'OutOfSync', patience);
  await untilWell('mailer');
}
