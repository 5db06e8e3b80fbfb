import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { startInTerminal } from '../../world/terminal.ts';
import { waitFor } from '../../world/wait.ts';
import { reader } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';

const root = join(import.meta.dirname, '../../..');

test('npm start with a repository, a path and a cluster delivers there until Ctrl-C', async () => {
  const access = await sharedControlPlane();
  await using home = await temporaryDirectory('start');
  const name = uniqueName('start');
  const repo = await GitRepo.create(home.path, 'fleet.git');
  await repo.commit({
    'prod/holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'elsewhere/b.json': configMap('b', {}),
  });
  const flags = {
    ...{ repo: repo.fileUrl, path: 'prod', target: 'kubernetes', kubeconfig: access.kubeconfig },
    ...{ 'data-dir': join(home.path, 'data'), interval: '1s' },
  };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag} '${value}'`);
  await using terminal = startInTerminal(`npm start -- ${words.join(' ')}`, { cwd: root, env: process.env });

  const get = reader(new KubeClient(access), name);
  const color = (wanted: string) =>
    waitFor(wanted, async () => {
      if (terminal.ended() !== undefined) throw new Error(terminal.shown());
      return (await get('ConfigMap', 'a'))?.data.color === wanted;
    });
  await color('red');
  await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  await color('green');
  expect(await get('ConfigMap', 'b')).toBeUndefined();

  terminal.type('\x03');
  await waitFor('the end', () => terminal.ended() !== undefined, { deadlineMs: 15_000 });
  expect(terminal.ended()).toBe(130);
  // What runs there goes on; only the operator has ended.
  await repo.commit({ 'app/a.json': configMap('a', { color: 'blue' }) });
  expect((await get('ConfigMap', 'a'))?.data.color).toBe('green');
});
