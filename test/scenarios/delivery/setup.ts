import type { Env } from '../../../src/env/env.ts';
import type { Access } from '../../world/access.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type GitHttp, startGitHttp } from '../../world/git-http.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { sharedControlPlane } from '../../world/shared.ts';

/** An operator on the shared cluster, its repository, and names of its own: `name` is unique, and a prefix for all it makes. */
export interface Delivery extends AsyncDisposable {
  name: string;
  repo: GitRepo;
  kube: KubeClient;
  access: Access;
  /** Serves `repo`, where `http` was asked for. */
  git: GitHttp | undefined;
  directory: string;
  test: TestOperator;
  /** Ends the operator, lets `between` happen, and starts another one on the same data directory. */
  restart(between?: (dataDirectory: string) => Promise<unknown>): Promise<TestOperator>;
}

export interface DeliveryOptions {
  /** Default: the shared cluster. */
  access?: Access;
  /** Whether the operator gets its repository over HTTP, from `git`. */
  http?: boolean;
  /** See TestOperatorOptions. */
  change?: (env: Env) => Env;
  /** Done before the first start, when the data directory is not there yet. */
  prepare?: (dataDirectory: string) => Promise<unknown>;
}

/** `files` gets the unique name, to name applications and namespaces by. */
export async function startDelivery(
  files: (name: string) => Record<string, string>,
  config: Record<string, unknown> = {},
  options: DeliveryOptions = {},
): Promise<Delivery> {
  const access = options.access ?? (await sharedControlPlane());
  const name = uniqueName('d');
  const directory = await temporaryDirectory('delivery');
  const repo = await GitRepo.create(directory.path, 'fleet.git');
  await repo.commit(files(name), { message: 'first' });
  const git = options.http ? await startGitHttp({ directory: directory.path }) : undefined;
  const dataDirectory = `${directory.path}/data`;
  await options.prepare?.(dataDirectory);
  const start = () =>
    startTestOperator({
      repo: git?.urlOf(repo.name) ?? repo.fileUrl,
      dataDirectory,
      config: { target: { kubernetes: { kubeconfig: access.kubeconfig } }, ...config },
      ...(options.change === undefined ? {} : { change: options.change }),
    });
  const delivery: Delivery = {
    name,
    repo,
    access,
    git,
    directory: directory.path,
    kube: new KubeClient(access),
    test: await start(),
    async restart(between) {
      await delivery.test.close();
      await between?.(dataDirectory);
      delivery.test = await start();
      return delivery.test;
    },
    async [Symbol.asyncDispose]() {
      await delivery.test.close();
      await git?.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
  return delivery;
}

export function configMap(
  name: string,
  data: Record<string, string>,
  annotations: Record<string, string> = {},
): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, annotations }, data });
}

/** A holdfast.yaml of applications that lie in `apps/NAME` and go to the namespace NAME. */
export function environmentOf(name: string, applications: Record<string, unknown>[]): string {
  return JSON.stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name },
    spec: { applications },
  });
}
