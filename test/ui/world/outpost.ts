import { mkdir } from 'node:fs/promises';
import { stringify } from 'yaml';
import type { Access } from '../../world/access.ts';
import { startFaultProxy } from '../../world/fault-proxy.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startEnvironment, type UiEnvironment } from './environment.ts';
import { configMap, yaml } from './manifests.ts';
import { people, policy } from './people.ts';

const names = ['beacon', 'weather'];

/** A cluster that has stopped to answer: of what runs there, nothing is known any more. */
export async function startOutpost(access: Access, directory: string, webDirectory: string): Promise<UiEnvironment> {
  await using stack = new AsyncDisposableStack();
  await mkdir(directory, { recursive: true });
  const proxy = stack.use(await startFaultProxy(access, directory));
  const repo = await GitRepo.create(directory, 'outpost.git');
  await repo.commit(files(), { message: 'The outpost', author: people.oncall, at: Date.now() - 40 * 60_000 });
  const target = { kubernetes: { kubeconfig: proxy.kubeconfig } };
  const config = { name: 'outpost', interval: '2s', target, access: { policy } };
  const outpost = stack.use(await startEnvironment({ directory, repo, config, webDirectory }));
  for (const name of names) await outpost.test.untilSynced(name);
  proxy.down = true;
  const all = stack.move();
  return { ...outpost, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function files(): Record<string, string> {
  const applications = names.map(name => ({ name, path: name, namespace: `outpost-${name}` }));
  const environment = stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name: 'outpost' },
    spec: { applications },
  });
  const settings = names.map(name => [`${name}/settings.yaml`, yaml(configMap('settings', { station: name }))]);
  return { 'holdfast.yaml': environment, ...Object.fromEntries(settings) };
}
