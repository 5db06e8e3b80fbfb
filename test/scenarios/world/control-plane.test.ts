import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mark, requests } from '../../world/audit.ts';
import { createNamespace, createServiceAccount, kubectl } from '../../world/cluster.ts';
import { startControlPlane } from '../../world/control-plane.ts';
import { KubeClient, referenceOf } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';

const deployment = (namespace: string, name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'example.invalid/none' }] } },
  },
});

describe('the shared control plane', () => {
  test('is Kubernetes 1.36, with controllers', async () => {
    const access = await sharedControlPlane();
    await using admin = new KubeClient(access);
    const namespace = await createNamespace(admin);
    expect((await admin.request('GET', '/version')).body.gitVersion).toMatch(/^v1\.36\./);

    const created = await admin.create(deployment(namespace, 'web'));
    await waitFor('the deployment controller', async () => (await admin.get(referenceOf(created)))?.status?.conditions);
    await admin.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    const gone = async () => (await admin.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) === undefined;
    await waitFor('the namespace controller', gone);
  });

  test('knows the user holdfast by token and by certificate, and kubectl works', async () => {
    const access = await sharedControlPlane();
    for (const context of ['holdfast', 'holdfast-certificate']) {
      const review = JSON.parse(await kubectl(access, ['auth', 'whoami', '-o', 'json'], { context }));
      expect(review.status.userInfo).toMatchObject({ username: 'holdfast', groups: ['system:authenticated'] });
      expect((await kubectl(access, ['auth', 'can-i', '*', '*'], { context })).trim()).toBe('yes');
    }
  });

  test('counts requests by user and verb', async () => {
    const access = await sharedControlPlane();
    await using admin = new KubeClient(access);
    const namespace = await createNamespace(admin);
    await using client = new KubeClient(access, access.holdfastToken, `counted-${namespace}/1`);
    const since = await mark(access);
    await client.create(deployment(namespace, 'web'));
    await client.patch(
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
      { spec: { paused: true } },
    );
    const seen = await requests(access, { since, user: 'holdfast', userAgent: `counted-${namespace}` });
    expect(seen.map(({ verb, resource, name, status }) => [verb, resource, name, status])).toEqual([
      ['get', '', '', 200],
      ['create', 'deployments', 'web', 201],
      ['patch', 'deployments', 'web', 200],
    ]);
  });

  test('holds a restricted service account to its rules', async () => {
    const access = await sharedControlPlane();
    await using admin = new KubeClient(access);
    const namespace = await createNamespace(admin);
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
    const account = await createServiceAccount(admin, namespace, { rules });
    await using client = new KubeClient(access, account.token);
    await waitFor('the rights', () => client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace }));
    await expect(client.list({ apiVersion: 'v1', kind: 'Secret', namespace })).rejects.toThrow('403');
  });
});

describe('a control plane of one test', () => {
  test('keeps its data over a restart, loses it in a wipe, and leaves nothing behind', async () => {
    await using controlPlane = await startControlPlane({ controllers: [] });
    await using admin = new KubeClient(controlPlane);
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'kept' };
    await admin.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'default' } });

    await controlPlane.restart();
    expect(await admin.get(reference)).toBeDefined();
    await controlPlane.wipe();
    expect(await admin.get(reference)).toBeUndefined();

    await controlPlane.stop();
    expect(existsSync(controlPlane.directory)).toBe(false);
    expect(await processesIn(controlPlane.directory)).toEqual([]);
  });

  test('goes with the process that started it, killed and frozen or not', async () => {
    const script = `
      const { startControlPlane } = await import('./test/world/control-plane.ts');
      const controlPlane = await startControlPlane({ controllers: [] });
      controlPlane.freeze();
      process.stdout.write(controlPlane.directory);
      setInterval(() => {}, 1000);`;
    const cwd = join(import.meta.dirname, '../../..');
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(child.stdout, 'data');
    const directory = String(printed);
    expect(await processesIn(directory)).toHaveLength(2);
    child.kill('SIGKILL');
    await waitFor('the processes to end', async () => (await processesIn(directory)).length === 0);
    await waitFor('the data to go', () => !existsSync(directory));
  });
});

/** The processes that work in the directory. */
async function processesIn(directory: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const there: string[] = [];
  for (const pid of processes) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (cwd.startsWith(directory)) there.push(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''));
  }
  return there;
}
