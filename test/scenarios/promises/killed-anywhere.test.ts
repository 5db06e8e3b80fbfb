import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { finishJob } from '../../world/jobs.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, hook, makeReady, reader, wave } from '../delivery/manifests.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { type Program, startProgram, untilStatus } from './program.ts';

const waves = 3;
const mapsAWave = 19;
const waveNumbers = Array.from({ length: waves }, (_, i) => i);

/** Three waves of 19 ConfigMaps and a Deployment, which holds up the next wave until its Pods are ready; a hook before all. */
function manifests(): [string, string][] {
  const files: [string, string][] = [['app/before.json', hook('before', 'PreSync')]];
  for (const number of waveNumbers) {
    files.push([`app/gate-${number}.json`, deployment(`gate-${number}`, 1, wave(number))]);
    for (let i = 0; i < mapsAWave; i++) {
      const name = `w${number}-${i}`;
      files.push([`app/${name}.json`, configMap(name, { wave: String(number) }, wave(number))]);
    }
  }
  return files;
}

test('kill -9 at any moment of a sync, again and again: it goes on where it was, and nothing is done twice', async () => {
  const access = await sharedControlPlane();
  const name = uniqueName('killed');
  await using directory = await temporaryDirectory('killed');
  const repo = await GitRepo.create(directory.path);
  await repo.commit({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...Object.fromEntries(manifests()),
  });
  await using kube = new KubeClient(access);
  const get = reader(kube, name);
  const since = await mark(access);
  const moments: string[] = [];
  let running: Program | undefined;
  const start = async () => {
    running = await startProgram({
      repo: repo.fileUrl,
      dataDirectory: `${directory.path}/data`,
      words: ['--target', 'kubernetes', '--kubeconfig', access.kubeconfig],
    });
    return running;
  };
  async function killAt(moment: string, ask: () => Promise<unknown>, afterMs: number): Promise<void> {
    const program = await start();
    await waitFor(moment, ask, { everyMs: 5 }).catch(error => {
      throw new Error(`${error.message}; ${moments.join(', ')}; printed: ${program.printed()}`);
    });
    await delay(afterMs);
    await program.kill();
    moments.push(`${moment} + ${afterMs} ms`);
  }
  const random = (below: number) => Math.floor(Math.random() * below);
  const mapsOf = async (number: number) => {
    const all = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
    return all.filter(({ metadata }) => metadata.name.startsWith(`w${number}-`)).length;
  };

  try {
    await killAt('the start', async () => true, random(1_500));
    await killAt('the hook runs', () => get('Job', 'before'), 50 + random(200));
    // It ends while nobody looks.
    await finishJob(kube, name, 'before', 'Succeeded');
    const hookUid = (await get('Job', 'before'))?.metadata.uid;
    for (const number of waveNumbers) {
      const count = 1 + random(mapsAWave);
      await killAt(`wave ${number}, resource ${count}`, async () => (await mapsOf(number)) >= count, random(30));
      const gate = await get('Deployment', `gate-${number}`);
      if (gate !== undefined) await makeReady(kube, name, `gate-${number}`);
      // Killed before it was there: its wave is done at the next start.
      else await killAt(`wave ${number} again`, () => get('Deployment', `gate-${number}`), 0);
      if (gate === undefined) await makeReady(kube, name, `gate-${number}`);
    }

    const last = await start();
    const status = await untilStatus(
      last,
      name,
      ({ sync, health, operation }) =>
        sync.status === 'Synced' && health.status === 'Healthy' && operation?.result === 'succeeded',
    );
    expect(status.resources.filter(({ hook }) => !hook)).toHaveLength(waves * (mapsAWave + 1) + 1);
    const maps = await kube.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name }, 'holdfast.dev/application');
    expect(maps.map(({ metadata, data }) => [metadata.name, data.wave]).toSorted()).toEqual(
      waveNumbers.flatMap(n => Array.from({ length: mapsAWave }, (_, i) => [`w${n}-${i}`, String(n)])).toSorted(),
    );

    const made = (await requests(access, { since, user: 'holdfast' })).filter(
      ({ verb, dryRun, namespace, name: object, status }) =>
        !['get', 'list', 'watch'].includes(verb) && !dryRun && status < 300 && (namespace === name || object === name),
    );
    const all = `${moments.join(', ')}\n${made.map(({ verb, resource, name }) => `${verb} ${resource}/${name}`).join('\n')}`;
    expect((await get('Job', 'before'))?.metadata.uid, all).toBe(hookUid);
    expect(made.filter(({ resource }) => resource === 'jobs').length, all).toBe(1);
    expect(made.filter(({ verb }) => verb === 'delete').length, all).toBe(0);
    // The hook and the namespace are two of them.
    expect(made.length, all).toBeLessThanOrEqual(waves * (mapsAWave + 1) + 2 + moments.length);
  } finally {
    await running?.kill();
  }
});
