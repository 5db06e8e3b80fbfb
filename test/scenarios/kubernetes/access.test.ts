import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realEnv } from '../../../src/env/real.ts';
import { inClusterConnection } from '../../../src/targets/kubernetes/in-cluster.ts';
import { kubeconfigConnection } from '../../../src/targets/kubernetes/kubeconfig.ts';
import type { Access } from '../../world/access.ts';
import { createServiceAccount } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { answer, configMap, render, signal, startTarget, tampered } from './fixture.ts';

let access: Access;
let ca: string;
const directories: { remove(): Promise<void> }[] = [];

beforeAll(async () => {
  access = await sharedControlPlane();
  ca = await readFile(access.caFile, 'utf8');
});
afterAll(async () => {
  for (const directory of directories) await directory.remove();
});

async function directory(): Promise<string> {
  const made = await temporaryDirectory('kubeconfig');
  directories.push(made);
  return made.path;
}

async function kubeconfig(user: object, path?: string): Promise<string> {
  const file = join(path ?? (await directory()), 'config');
  const cluster = { server: access.server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'somewhere' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

async function whoAmI(path: string, context?: string): Promise<string> {
  const connection = await kubeconfigConnection(realEnv(), { path, context, trusted: true });
  await using world = await startTarget(access, { connection });
  const checks = await world.target.check(signal);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  return checks.find(({ name }) => name === 'account')!.message;
}

/** A credential program that counts its runs. */
async function program(path: string, script: string): Promise<string> {
  const file = join(path, 'credentials');
  await writeFile(file, `#!/bin/sh\necho run >> ${path}/runs\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const credential = (token: string) =>
  JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } });
const exec = (command: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' },
});

test.each(['holdfast', 'holdfast-certificate'])('the context %s of a kubeconfig', async context => {
  expect(await whoAmI(access.kubeconfig, context)).toContain('holdfast');
});

test('a token from a file beside the kubeconfig, read again when the server no longer accepts it', async () => {
  const path = await directory();
  await writeFile(join(path, 'token'), 'expired');
  const connection = await kubeconfigConnection(realEnv(), {
    path: await kubeconfig({ tokenFile: 'token' }, path),
    trusted: true,
  });
  await connection.credentials({ renew: false });
  await writeFile(join(path, 'token'), access.holdfastToken);
  await using world = await startTarget(access, { connection });
  await world.apply([configMap('renewed')]);
});

test('a certificate and key from files', async () => {
  const { certFile, keyFile } = access.certificate;
  expect(await whoAmI(await kubeconfig({ 'client-certificate': certFile, 'client-key': keyFile }))).toContain(
    'holdfast',
  );
});

test('a credential program is run once, not for each request', async () => {
  const path = await directory();
  const file = await kubeconfig(exec(await program(path, `echo '${credential(access.holdfastToken)}'`)), path);
  expect(await whoAmI(file)).toContain('holdfast');
  expect(await readFile(join(path, 'runs'), 'utf8')).toBe('run\n');
});

test.each([
  ['fails', 'echo CANARY; echo CANARY >&2; exit 3', 'it ended with 3'],
  ['prints something else', 'echo CANARY', 'it did not print JSON'],
  ['prints another object', 'echo {}', 'it did not print an ExecCredential'],
])('a credential program that %s is a clear error without what it printed', async (_title, script, reason) => {
  const path = await directory();
  const file = await kubeconfig(exec(await program(path, script)), path);
  const connection = await kubeconfigConnection(realEnv(), { path: file, trusted: true });
  const failure = await connection.credentials({ renew: false }).catch(error => error);
  expect(failure).toMatchObject({ code: 'KUBECONFIG_EXEC_FAILED', message: expect.stringContaining(reason) });
  expect(JSON.stringify([failure, String(failure)])).not.toContain('CANARY');
});

test.each([
  ['exec', exec('/bin/true')],
  ['a token file', { tokenFile: '/etc/passwd' }],
  ['a certificate file', { 'client-certificate': '/etc/passwd' }],
])('%s in a kubeconfig that is not our own is refused', async (_title, user) => {
  const path = await kubeconfig(user);
  await expect(kubeconfigConnection(realEnv(), { path, trusted: false })).rejects.toMatchObject({
    code: 'KUBECONFIG_INVALID',
  });
});

test.each([
  ['no YAML', '{', 'KUBECONFIG_INVALID'],
  ['another shape', 'clusters: 3', 'KUBECONFIG_INVALID'],
  ['no context', '{}', 'KUBECONFIG_CONTEXT_UNKNOWN'],
])('a kubeconfig with %s is a clear error', async (_title, text, code) => {
  const path = join(await directory(), 'config');
  await writeFile(path, text);
  await expect(kubeconfigConnection(realEnv(), { path, trusted: true })).rejects.toMatchObject({ code });
});

test('wrong credentials end the start with a clear error', async () => {
  const connection = await kubeconfigConnection(realEnv(), {
    path: await kubeconfig({ token: 'CANARY' }),
    trusted: true,
  });
  await expect(startTarget(access, { connection })).rejects.toMatchObject({ code: 'K8S_UNAUTHORIZED' });
});

test('in a cluster: the account of the pod', async () => {
  const path = await directory();
  const { hostname, port } = new URL(access.server);
  for (const [name, text] of Object.entries({ token: access.holdfastToken, 'ca.crt': ca, namespace: 'here' }))
    await writeFile(join(path, name), text);
  const env = realEnv();
  const variables: Record<string, string> = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  const processes = { ...env.processes, variable: (name: string) => variables[name] };
  const connection = await inClusterConnection({ ...env, processes }, path);
  expect(connection.namespace).toBe('here');
  await using world = await startTarget(access, { connection });
  await world.apply([configMap('in-cluster')]);
});

test('a missing permission for one kind is a problem of its resources alone, until it is granted', async () => {
  await using admin = new KubeClient(access);
  await using setup = await startTarget(access);
  const everything = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  const rules = [{ apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments'], verbs: everything }];
  const account = await createServiceAccount(admin, setup.namespace, { clusterRules: rules });
  await using world = await startTarget(access, { token: account.token });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden' } };
  const manifests = [configMap('visible'), secret].map(manifest => render(manifest, world.application));
  const { desired, problems } = await world.target.identify(manifests, world.context(), signal);
  expect(desired.map(({ id }) => id.kind)).toEqual(['ConfigMap']);
  expect(problems).toMatchObject([{ id: { kind: 'Secret' }, message: expect.stringMatching(/cannot see.*secrets/) }]);
  await world.target.apply(desired[0]!, undefined, world.context(), signal);
  expect(world.target.observe(world.application, [desired[0]!.key]).complete).toBe(true);

  const checks = await world.target.check(signal);
  expect(checks.find(({ name }) => name === 'permissions: secrets')).toMatchObject({
    ok: false,
    message: 'it may not list, watch, get, create, patch, delete them',
  });
  expect(checks.find(({ name }) => name === 'permissions: configmaps')).toBeUndefined();

  const name = `${setup.namespace}-${account.name}`;
  const more = [...rules, { apiGroups: [''], resources: ['secrets'], verbs: everything }];
  await admin.patch({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name }, { rules: more });
  await waitFor(
    'the secret',
    async () => {
      const again = await world.target.identify(manifests, world.context(), signal);
      return again.problems.length === 0;
    },
    { everyMs: 250 },
  );
});

test('a busy API server is given the time that it asks for', async () => {
  const refused: number[] = [];
  const env = tampered(request => {
    if (request.method !== 'PATCH' || refused.length >= 3) return request;
    refused.push(performance.now());
    return answer(429, '{"kind":"Status","reason":"TooManyRequests","code":429}', { 'retry-after': '1' });
  });
  await using world = await startTarget(access, { env });
  const started = performance.now();
  await world.apply([configMap('patient')]);
  expect(refused).toHaveLength(3);
  expect(performance.now() - started).toBeGreaterThan(2_900);
});

test.each([
  ['502 with HTML', answer(502, '<html>bad gateway</html>')],
  ['503', answer(503, '{"kind":"Status","reason":"ServiceUnavailable","code":503}')],
  ['504', answer(504, '')],
])('%s is tried again', async (_title, failure) => {
  let failures = 0;
  const env = tampered(request => (request.method === 'PATCH' && failures++ < 2 ? failure : request));
  await using world = await startTarget(access, { env });
  await world.apply([configMap('again')]);
  expect(failures).toBe(3);
});

test('an answer that is not Kubernetes is a clear error', async () => {
  const env = tampered(request => (request.method === 'PATCH' ? answer(200, '<html>CANARY</html>') : request));
  await using world = await startTarget(access, { env });
  const failure = await world.apply([configMap('html')]).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: 'K8S_ANSWER_INVALID' });
  expect(String(failure)).not.toContain('CANARY');
});

test('an API group whose server is down is unknown, and hurts nothing else', async () => {
  await using admin = new KubeClient(access);
  const reference = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: 'v1.down.test.dev' };
  await using world = await startTarget(access);
  const spec = {
    group: 'down.test.dev',
    version: 'v1',
    service: { name: 'none', namespace: world.namespace },
    groupPriorityMinimum: 1,
    versionPriority: 1,
    insecureSkipTLSVerify: true,
  };
  await admin.create({ ...reference, metadata: { name: reference.name }, spec });
  try {
    const thing = { apiVersion: 'down.test.dev/v1', kind: 'Thing', metadata: { name: 'x' } };
    const message = await waitFor('the group to be unknown', async () => {
      const { problems } = await world.target.identify([render(thing, 'x')], world.context(), signal);
      return problems[0]?.message.includes('does not answer') && problems[0].message;
    });
    expect(message).toContain('down.test.dev');
    expect(world.target.observe('x', [`down.test.dev/Thing/${world.namespace}/x`])).toMatchObject({ complete: false });
    await world.apply([configMap('fine')]);
    expect(world.target.observe(world.application, [`/ConfigMap/${world.namespace}/fine`]).complete).toBe(true);
  } finally {
    await admin.delete(reference);
  }
});
