import { join } from 'node:path';
import type { Access } from '../../world/access.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { earlierCommits, repositoryFiles } from './declarations.ts';
import { startEnvironment, type UiEnvironment } from './environment.ts';
import { makeHistory } from './history.ts';
import { startNodes } from './nodes.ts';
import { startOutpost } from './outpost.ts';
import { people, policy } from './people.ts';
import { startWorkshop } from './workshop.ts';

/** Real operators with their API and web UI, where something of every kind goes on: a cluster, and two smaller ones beside it. */
export interface UiWorld extends UiEnvironment {
  kube: KubeClient;
  /** A machine. */
  workshop: UiEnvironment;
  /** A cluster that does not answer. */
  outpost: UiEnvironment;
}

export interface UiWorldOptions {
  access: Access;
  /** The built UI. */
  webDirectory: string;
  /** Applications without a story. */
  fillers?: number;
  /** What browsers call it, where something stands before it. */
  publicURL?: string | undefined;
}

const hour = 60 * 60_000;

/** Ready when everything was delivered once, and what happened afterwards has happened. */
export async function startUiWorld(options: UiWorldOptions): Promise<UiWorld> {
  const { access, webDirectory, fillers = 6, publicURL } = options;
  await using stack = new AsyncDisposableStack();
  // Three operators and a control plane in one process: each cleans up at its end.
  process.setMaxListeners(40);
  const { path } = stack.use(await temporaryDirectory('ui'));
  const repo = await GitRepo.create(path, 'fleet.git');
  for (const { by, message, hoursAgo, files } of earlierCommits())
    await repo.commit(files, { message, author: people[by], at: Date.now() - hoursAgo * hour });
  await repo.commit(repositoryFiles(repo.fileUrl, fillers), {
    message: 'Everything that we run',
    author: people.appdev,
    at: Date.now() - 3.1 * hour,
  });
  const kube = stack.use(new KubeClient(access, access.adminToken, 'kubectl-edit'));
  const oncall = stack.use(new KubeClient(access, access.adminToken, 'oncall'));
  stack.use(await startNodes(access, 'demo-'));
  const config = {
    name: 'prod',
    path: 'fleet',
    interval: '2s',
    target: { kubernetes: { kubeconfig: access.kubeconfig } },
    access: { policy },
  };
  const prod = stack.use(await startEnvironment({ directory: path, repo, config, webDirectory, publicURL }));
  const { test, url } = prod;
  // They start while the history is made: most of that is waiting.
  const beside = Promise.all([
    startOutpost(access, join(path, 'outpost'), webDirectory).then(one => stack.use(one)),
    startWorkshop(join(path, 'workshop'), webDirectory).then(one => stack.use(one)),
  ]);
  await Promise.allSettled([beside, makeHistory({ repo, kube, oncall, test })]).then(throwFirst);
  const [outpost, workshop] = await beside;
  const all = stack.move();
  return { url, repo, kube, test, workshop, outpost, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function throwFirst(ended: readonly PromiseSettledResult<unknown>[]): void {
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
