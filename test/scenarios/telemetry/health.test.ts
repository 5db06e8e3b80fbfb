import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import { runOperator } from '../../../src/cli/run-operator.ts';
import { jsonLog } from '../../../src/env/real/log.ts';
import { realEnv } from '../../../src/env/real.ts';
import { uniqueName } from '../../world/cluster.ts';
import { startFaultProxy } from '../../world/fault-proxy.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { freePort } from '../../world/port.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';

test('it lives from the start on, whatever is away, and is ready when it knows how everything is', async () => {
  process.env.HOLDFAST_RENDERER ??= await buildGo(programs.renderer);
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-health-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const proxy = stack.use(await startFaultProxy(await sharedControlPlane(), directory));
  proxy.down = true;
  const name = uniqueName('health');
  const repo = await GitRepo.create(directory, 'fleet.git');
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  });
  const port = await freePort();
  const lines: string[] = [];
  const stop = new AbortController();
  const flags = { repo: repo.fileUrl, kubeconfig: proxy.kubeconfig, dataDirectory: `${directory}/data`, port };
  const running = runOperator(
    realEnv(),
    {
      flags: { ...flags, interval: '1s' },
      place: { directory },
      logging: level => realEnv(jsonLog(level, line => lines.push(line))),
      stopProcesses: true,
      started: () => {},
    },
    stop.signal,
  );
  running.catch(() => {});
  stack.defer(async () => {
    stop.abort();
    await running;
  });
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return `${answer.status} ${(await answer.text()).trim()}`;
  };
  const both = async () => [await ask('/healthz'), await ask('/readyz')];

  // The target is away at the start.
  await waitFor('it to listen', () => ask('/healthz').catch(() => undefined));
  await waitFor('it to look for the target', () => lines.some(line => line.includes('The target does not answer')));
  expect(await both()).toEqual(['200 ok', '503 not ready']);
  expect(await ask('/api/v1/environment')).toMatch(/^503 .*"code":"API_STARTING"/);
  expect(await ask('/')).toMatch(/^503 /);

  // It comes.
  proxy.down = false;
  const ready = () =>
    both().then(
      said => said.join() === '200 ok,200 ready',
      () => false,
    );
  await waitFor('it to be ready', ready);
  // Nothing of the waiting is left: whoever asks is asked who they are.
  expect(await ask('/api/v1/environment')).toMatch(/^401 /);

  // It goes; then the store does, and what Git is read from.
  proxy.down = true;
  const next = (await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) })).slice(0, 7);
  await waitFor('it to notice', () => lines.some(line => line.includes(`is to be at ${next}`)));
  expect(await both()).toEqual(['200 ok', '200 ready']);
  for (const suffix of ['', '-wal', '-shm']) await rm(`${directory}/data/store.db${suffix}`, { force: true });
  await rm(repo.path, { recursive: true });
  await waitFor('it to notice', () => lines.some(line => line.includes('A repository does not answer')));
  expect(await both()).toEqual(['200 ok', '200 ready']);
});
