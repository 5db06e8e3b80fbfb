import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { createServiceAccount, kubectl } from '../../world/cluster.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { waitFor } from '../../world/wait.ts';
import { manifest } from '../delivery/manifests.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// The command line, through the API, against an operator that delivers to a real control plane.

const env = realEnv();
const secret = manifest({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  stringData: { key: 'CANARY-declared', same: 'CANARY-same' },
});
let delivery: Delivery;
let api: RunningApi;
let first: string;

async function serve({ operator }: TestOperator, dataDirectory: string): Promise<RunningApi> {
  const served = await startApi({ env, operator, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) });
  await writeOperatorFile(env.files, dataDirectory, { url: served.url, token: 't', pid: process.pid });
  return served;
}

async function holdfast(...words: string[]): Promise<Outcome> {
  return await run(['--data-dir', `${delivery.directory}/data`, ...words], { directory: delivery.directory });
}

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { selfHeal: false } }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/s.json': secret,
  }));
  api = await serve(delivery.test, `${delivery.directory}/data`);
  first = (await delivery.test.untilSynced(delivery.name)).sync.revision;
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

test('apps -o json is the documented array', async () => {
  const { code, out } = await holdfast('apps', '-o', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([
    {
      name: delivery.name,
      target: 'kubernetes',
      sync: { status: 'Synced', revision: first },
      health: { status: 'Healthy' },
    },
  ]);
});

test('diff says what differs, exactly, and who made it so; values of Secrets are nowhere', async () => {
  const { access, name } = delivery;
  expect((await holdfast('diff', name, '--exit-code')).code).toBe(0);
  const patch = (kind: string, object: string, part: object) =>
    kubectl(access, ['-n', name, 'patch', kind, object, '--type=merge', '-p', JSON.stringify(part)]);
  await patch('configmap', 'a', { data: { color: 'by hand' } });
  await patch('secret', 's', { stringData: { key: 'CANARY-live' } });
  await delivery.test.until(name, ({ sync }) => sync.message === '2 changed in the target');

  const shown = await holdfast('diff', name, '--exit-code');
  expect(shown.code).toBe(5);
  expect(shown.out).toContain(`ConfigMap ${name}/a  changed in the target by kubectl-patch`);
  expect(shown.out).toMatch(/\/data\/color.*"by hand".*"red"/s);
  expect(shown.out).toContain(`Secret ${name}/s  changed in the target by kubectl-patch`);
  const { out } = await holdfast('diff', name, '-o', 'json');
  expect(JSON.parse(out).resources).toMatchObject([
    {
      cause: 'drift',
      by: { name: 'kubectl-patch' },
      changes: [{ path: '/data/color', live: '"by hand"', declared: '"red"' }],
    },
    { cause: 'drift', by: { name: 'kubectl-patch' }, changes: [{ path: '/data/key', masked: true }] },
  ]);
  const said = [shown.out, out, (await holdfast('app', name, '-o', 'json')).out, (await holdfast('events')).out].join();
  for (const value of ['CANARY-declared', 'CANARY-live', 'CANARY-same']) {
    expect(said).not.toContain(value);
    expect(said).not.toContain(Buffer.from(value).toString('base64'));
  }
});

test('sync tries, chooses and does; history, rollback and resume follow', async () => {
  const { name, kube, repo } = delivery;
  const color = async () =>
    (await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' }))?.data.color;
  expect((await holdfast('sync', name, '--dry-run')).code).toBe(0);
  expect(await color()).toBe('by hand');
  expect((await holdfast('sync', name, '--resource', 'ConfigMap/a')).code).toBe(0);
  expect(await color()).toBe('red');
  await delivery.test.until(name, ({ sync }) => sync.message === '1 changed in the target');
  expect((await holdfast('sync', name)).code).toBe(0);
  expect((await holdfast('wait', name, '--timeout', '20s')).code).toBe(0);

  const second = await repo.commit({ 'app/a.json': configMap('a', { color: 'green' }) });
  expect((await holdfast('refresh')).code).toBe(0);
  expect((await holdfast('wait', name, '--revision', second, '--timeout', '20s')).code).toBe(0);
  expect((await holdfast('rollback', name)).code).toBe(0);
  expect(await color()).toBe('red');
  expect((await holdfast('history', name)).out).toContain('admin');
  expect((await holdfast('resume', name)).code).toBe(0);
  expect((await holdfast('wait', name, '--revision', second, '--timeout', '20s')).code).toBe(0);
  await waitFor('what Git says', async () => (await color()) === 'green');
});

test('the API describes itself', async () => {
  const answer = await fetch(`${api.url}/api/openapi.json`, { headers: { authorization: 'Bearer t' } });
  const { openapi, paths } = (await answer.json()) as { openapi: string; paths: object };
  expect(openapi).toMatch(/^3\.1/);
  expect(Object.keys(paths)).toContain('/api/v1/applications/{name}/diff');
});

test('doctor names the rights that an account lacks, and what to do', async () => {
  const { access, kube, name, repo, directory } = delivery;
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch', 'create', 'patch'] }];
  const { token } = await createServiceAccount(kube, name, { clusterRules: rules });
  const kubeconfig = `${directory}/few`;
  const few = { name: 'few' };
  await writeFile(
    kubeconfig,
    manifest({
      'current-context': 'few',
      clusters: [{ ...few, cluster: { server: access.server, 'certificate-authority': access.caFile } }],
      users: [{ ...few, user: { token } }],
      contexts: [{ ...few, context: { cluster: 'few', user: 'few' } }],
    }),
  );
  const dataDirectory = `${directory}/few-data`;
  const config = { target: { kubernetes: { kubeconfig } } };
  await using poor = await startTestOperator({ repo: repo.fileUrl, dataDirectory, config });
  const served = await serve(poor, dataDirectory);
  try {
    const { code, out } = await run(['--data-dir', dataDirectory, 'doctor'], { directory });
    expect(code).toBe(1);
    expect(out).toMatch(/^✓ Git .*fleet\.git: answers$/m);
    expect(out).toMatch(
      /^✗ permissions: secrets: it may not list, watch, get, create, patch, delete them\n {2}→ Grant/m,
    );
    expect(out).toMatch(/^✗ permissions: configmaps: it may not delete them$/m);
    expect(out).not.toContain(token);
  } finally {
    await served.close();
  }
});
