import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { execute } from '../../../src/cli/execute.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { run, testCli } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { kubectl } from '../../world/cluster.ts';
import { type Kubelet, startKubelet } from '../../world/kubelet.ts';
import { waitFor } from '../../world/wait.ts';
import { deploymentManifest, jobManifest, manifest } from '../delivery/manifests.ts';
import { type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// `holdfast logs` against a real control plane; the node's kubelet, to which the API server passes each request on, is a small server.

const env = realEnv();
let delivery: Delivery;
let kubelet: Kubelet;
let api: RunningApi;

beforeAll(async () => {
  const web = deploymentManifest('web', 1);
  const container = (name: string) => ({ name, image: `${name}:1` });
  const pod = { initContainers: [container('prepare')], containers: [container('web'), container('proxy')] };
  const template = { ...web.spec.template, spec: pod };
  const { spec } = jobManifest('nightly');
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/web.json': manifest({ ...web, spec: { ...web.spec, template } }),
    'app/alone.json': manifest({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', labels: { run: 'alone' } } },
      spec: { containers: [container('alone')] },
    }),
    'app/nightly.json': manifest({
      ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' } },
      spec: { schedule: '0 0 1 1 *', jobTemplate: { spec } },
    }),
  }));
  const { access, name, test: holdfast, directory } = delivery;
  kubelet = await startKubelet(access);
  await Promise.all([kubelet.run(name, 'run=web'), kubelet.run(name, 'run=alone')]);
  await holdfast.until(name, ({ operation }) => operation?.result === 'succeeded');
  for (const run of ['nightly-1', 'nightly-2']) {
    await kubectl(access, ['-n', name, 'create', 'job', run, '--from=cronjob/nightly']);
    await kubelet.run(name, `job-name=${run}`);
  }
  api = await startApi({
    env,
    operator: holdfast.operator,
    host: '127.0.0.1',
    port: 0,
    token: 't',
    access: memoryAccess(env),
  });
  await writeOperatorFile(env.files, `${directory}/data`, { url: api.url, token: 't', pid: process.pid });
});
afterAll(async () => {
  await api?.close();
  await kubelet?.stop();
  await delivery?.[Symbol.asyncDispose]();
});

const words = (...more: string[]) => ['--data-dir', `${delivery.directory}/data`, 'logs', delivery.name, ...more];

/** What was printed, with the random parts of pods' names left out. */
async function logs(...more: string[]): Promise<string[]> {
  const { code, out, err } = await run(words(...more), { directory: delivery.directory });
  expect(code, err).toBe(0);
  return out.split('\n').map(line => line.replace(/-[a-z0-9]{7,10}-[a-z0-9]{5}\/|(?<=nightly-\d)-[a-z0-9]{5}\//, '/'));
}

test.each([
  ['deployment/web', ['[web/prepare] prepare', '[web/proxy] proxy', '[web/web] web']],
  ['alone', ['[alone/alone] alone']],
  ['cronjob/nightly', ['[nightly-1/job] job', '[nightly-2/job] job']],
])('of %s: every container of every pod, in the order of time', async (resource, containers) => {
  const lines = await logs(resource);
  const half = containers.length;
  expect(lines.slice(0, half).toSorted()).toEqual(containers.map(line => `${line} first`));
  expect(lines.slice(half).toSorted()).toEqual(containers.map(line => `${line} second`));
});

test('of the whole application; the last lines only; and of former runs', async () => {
  expect(await logs()).toHaveLength(12);
  expect(await logs('alone', '--tail', '1')).toEqual(['[alone/alone] alone second']);
  expect(await logs('alone', '--previous')).toEqual(['[alone/alone] alone crashed']);
});

test('--follow goes on until Ctrl-C', async () => {
  const stop = new AbortController();
  const cli = testCli({ directory: delivery.directory, signal: stop.signal });
  const ended = execute(words('alone', '--follow'), cli);
  await waitFor('three lines', () => cli.out.length === 3);
  expect(cli.out.at(-1)).toBe('[alone/alone] alone now');
  stop.abort();
  expect(await ended).toBe(130);
});

test('a workload that the application does not have is named', async () => {
  const { code, err } = await run(words('deployment/nobody'), { directory: delivery.directory });
  expect([code, err]).toEqual([1, expect.stringContaining('deployment/nobody')]);
});
