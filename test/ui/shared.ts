import { inject } from 'vitest';
import type { Access } from '../world/access.ts';
import { GitRepo } from '../world/git-repo.ts';
import { KubeClient } from '../world/kube-client.ts';

/** The demo world that all tests of the UI share: whoever changes an application takes one that no other test looks at closely. */
export interface SharedWorld {
  url: string;
  /** Of the operator of a machine. */
  workshop: string;
  /** Of the operator of a cluster that does not answer. */
  outpost: string;
  repo: GitRepo;
  access: Access;
  /** Whose changes are drift. */
  kube: KubeClient;
}

export async function sharedWorld(): Promise<SharedWorld> {
  const response = await fetch(inject('uiWorldUrl'));
  if (!response.ok) throw new Error(await response.text());
  type Told = Pick<SharedWorld, 'url' | 'workshop' | 'outpost' | 'access'> & { repo: string };
  const { repo, access, ...urls } = (await response.json()) as Told;
  return { ...urls, access, repo: new GitRepo(repo), kube: new KubeClient(access, access.adminToken, 'kubectl-edit') };
}
