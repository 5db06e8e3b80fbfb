// What scenarios of the operator's own death have in common: `bin/holdfast run`, which reaches its cluster through the proxy.

import { describeWrites } from '../../world/api-request.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../../world/fault-proxy.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { type Program, startProgram } from '../promises/program.ts';

export interface ProcessWorld extends AsyncDisposable {
  name: string;
  repo: GitRepo;
  kube: KubeClient;
  proxy: FaultProxy;
  /** The program on its data directory; one at a time. */
  start(): Promise<Program>;
  /** Committed writes so far: `apply configmaps/a`. */
  writes(): string[];
}

export const writeVerbs = ['apply', 'create', 'replace', 'delete'] as const;

export async function startProcessWorld(files: (name: string) => Record<string, string>): Promise<ProcessWorld> {
  const access = await sharedControlPlane();
  const name = uniqueName('p');
  const directory = await temporaryDirectory('process');
  const repo = await GitRepo.create(directory.path);
  await repo.commit(files(name));
  const proxy = await startFaultProxy(access, directory.path);
  const kube = new KubeClient(access);
  let running: Program | undefined;
  return {
    ...{ name, repo, kube, proxy },
    async start() {
      running = await startProgram({
        repo: repo.fileUrl,
        dataDirectory: `${directory.path}/data`,
        words: ['--target', 'kubernetes', '--kubeconfig', proxy.kubeconfig],
      });
      return running;
    },
    writes: () => describeWrites(proxy.log),
    async [Symbol.asyncDispose]() {
      await running?.kill();
      await proxy[Symbol.asyncDispose]();
      await kube[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Kills it at the n-th write from now: before the API server sees it, or when it is done and before its answer. */
export function killAtWrite({ proxy }: ProcessWorld, nth: number, when: 'before' | 'after', program: Program) {
  const { promise, resolve, reject } = Promise.withResolvers<ProxiedRequest>();
  let count = 0;
  proxy.rules = [
    {
      verb: writeVerbs,
      harm: async request => {
        count++;
        if (count < nth) return undefined;
        // Whatever it still sends is lost: it is dead.
        if (count > nth || when === 'before') {
          if (count === nth) program.kill().then(() => resolve(request), reject);
          return { do: 'lose before' };
        }
        return { do: 'hang', after: true, done: () => program.kill().then(() => resolve(request), reject) };
      },
    },
  ];
  return promise;
}
