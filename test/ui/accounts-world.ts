import { buildWeb } from '../../scripts/build-web.ts';
import { quickHash, type SignInWorld, startSignInWorld } from '../world/sign-in.ts';
import { accounts, policy } from './world/people.ts';

const roleOf = (project: string) => ({
  name: 'ci',
  policies: [`p, proj:${project}:ci, applications, sync, ${project}/*, allow`],
  groups: [],
});

/** The accounts of the demo world and two projects with a role, without anything that runs: for what is about people only. */
export async function startAccountsWorld(): Promise<SignInWorld> {
  const world = await startSignInWorld({ webDirectory: await buildWeb(), policy, change: quickHash });
  const lists = { sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] };
  const more = { namespaceResourceAllow: undefined, namespaceResourceDeny: [], serviceAccounts: [], conditions: [] };
  const projects = ['bank', 'shop'].map(name => ({ name, ...lists, ...more, roles: [roleOf(name)] }));
  world.access.follow({ projects: new Map(projects.map(one => [one.name, one])) });
  for (const [name, { password, admin }] of Object.entries(accounts)) {
    const { token } = world.access.signIn.people.invite(name, admin, 'operator');
    await world.browser().ask('POST', '/api/v1/setup', { token, password });
  }
  return world;
}
