import { afterAll, beforeAll, expect, test } from 'vitest';
import { unrestricted } from '../../../src/targets/contract.ts';
import { kubectl, uniqueName } from '../../world/cluster.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, deployment, type Fixture, type Manifest, signal, startTarget } from './fixture.ts';

let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane());
});
afterAll(async () => await world[Symbol.asyncDispose]());

const secret = (name: string, values: object): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  ...values,
});

function definition(group: string, kind: string, scope = 'Namespaced'): Manifest {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope, names: { kind, plural }, versions: [{ name: 'v1', served: true, storage: true, schema }] },
  };
}

test('a definition and its resources go in one sync', async () => {
  const group = `${uniqueName('g')}.test.dev`;
  const applied = await world.apply([
    { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'one' }, spec: { size: 1 } },
    definition(group, 'Widget'),
  ]);
  expect(applied.map(({ key }) => key)).toEqual([
    `apiextensions.k8s.io/CustomResourceDefinition//widgets.${group}`,
    `${group}/Widget/${world.namespace}/one`,
  ]);
  expect(
    world.target.observe(
      world.application,
      applied.map(({ key }) => key),
    ).complete,
  ).toBe(true);
  const capabilities = await world.target.capabilities(signal);
  expect(capabilities.apiVersions).toContain('apps/v1/Deployment');
  await waitFor('the kind among the capabilities', async () =>
    (await world.target.capabilities(signal)).apiVersions.includes(`${group}/v1/Widget`),
  );
  await world.admin.delete({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: `widgets.${group}`,
  });
  await waitFor(
    'the kind to be gone',
    async () => !(await world.target.capabilities(signal)).apiVersions.includes(`${group}/v1/Widget`),
  );
  await waitFor(
    'the resource to be gone',
    () => !world.target.observe(world.application, []).live.has(applied[1]!.key),
  );
});

test('kinds that somebody else defines are known when they are there', async () => {
  const group = `${uniqueName('g')}.test.dev`;
  const widget = { apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name: 'one' } };
  await expect(world.identify([widget])).rejects.toThrow(/does not know the kind Gadget/);
  const foreign = definition(group, 'Gadget', 'Cluster');
  await world.admin.create({ ...foreign, metadata: { name: foreign.metadata.name! } });
  const [desired] = await waitFor('the kind', () => world.identify([widget]));
  expect(desired!.id.namespace).toBe('');
  await world.target.apply(desired!, undefined, world.context(), signal);
});

test('CreateNamespace makes it once, also when another application does the same, and for hooks that come first', async () => {
  const context = world.context({ sync: { createNamespace: true }, namespace: uniqueName('made') });
  const manifests = [configMap('inside')];
  const applied = await world.apply(manifests, context);
  expect(applied.map(({ key }) => key)).toEqual([
    `/Namespace//${context.namespace}`,
    `/ConfigMap/${context.namespace}/inside`,
  ]);
  expect(world.target.observe(world.application, [applied[0]!.key]).live.get(applied[0]!.key)).toMatchObject({
    owner: '',
  });

  const other = { ...context, namespace: uniqueName('made') };
  const inside = (await world.identify(manifests, other)).find(({ id }) => id.kind === 'ConfigMap');
  await world.target.apply(inside!, undefined, other, signal);
  expect(await world.admin.get({ apiVersion: 'v1', kind: 'Namespace', name: other.namespace })).toBeDefined();
});

test('without it, a missing namespace is a clear error', async () => {
  const context = world.context({ namespace: 'nowhere' });
  await expect(world.apply([configMap('inside')], context)).rejects.toMatchObject({ code: 'K8S_NAMESPACE_MISSING' });
});

test('values of stringData are owned: one that Git drops goes away', async () => {
  await world.apply([secret('strings', { stringData: { a: '1', b: '2' } })]);
  await world.apply([secret('strings', { stringData: { a: '1' } })]);
  const live = await world.admin.get({ apiVersion: 'v1', kind: 'Secret', namespace: world.namespace, name: 'strings' });
  expect(live!.data).toEqual({ a: 'MQ==' });
});

const canary = 'CANARY-VALUE';

test.each([
  ['bad base64', { data: { key: canary } }],
  ['an unknown field', { stringData: { key: canary }, nonsense: canary }],
  ['an unknown type of value', { data: { key: { [canary]: canary } } }],
])('a refused Secret (%s) does not show its values', async (_title, values) => {
  const failure = await world.apply([secret('refused', values)]).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: 'K8S_INVALID' });
  expect(JSON.stringify([failure, String(failure), (failure as Error).cause, (failure as Error).stack])).not.toContain(
    canary,
  );
});

test('an immutable field is refused with its name, and replaced only where that is asked for', async () => {
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: world.namespace, name: 'fixed' };
  await world.apply([deployment('fixed')]);
  const before = await world.admin.get(reference);
  const changed = deployment('fixed');
  Object.assign(changed, JSON.parse(JSON.stringify(changed).replaceAll('"run":"fixed"', '"run":"other"')));
  await expect(world.apply([changed])).rejects.toMatchObject({
    code: 'K8S_IMMUTABLE',
    message: expect.stringContaining('spec.selector'),
  });
  expect((await world.admin.get(reference))!.metadata.uid).toBe(before!.metadata.uid);
  const [applied] = await world.apply([changed], world.context({ sync: { force: true } }));
  const after = await world.admin.get(reference);
  expect(after!.metadata.uid).not.toBe(before!.metadata.uid);
  expect(applied!.uid).toBe(after!.metadata.uid);
  await waitFor(
    'the new one in the cache',
    () => world.target.observe(world.application, []).live.get(applied!.key)?.uid === applied!.uid,
  );
});

test('Replace=true makes the whole object as declared, and its drift shows too', async () => {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'whole' };
  const context = world.context({ sync: { replace: true } });
  await world.apply([configMap('whole')], context);
  await world.admin.patch(reference, { data: { extra: 'x' } });
  const [applied] = await world.apply([configMap('whole', { color: 'red' })], context);
  expect((await world.admin.get(reference))!.data).toEqual({ color: 'red' });
  await world.admin.patch(reference, { data: { color: 'green' } });
  await waitFor(
    'the drift',
    () => world.target.observe(world.application, []).live.get(applied!.key)?.fingerprint !== applied!.fingerprint,
  );
  const [desired] = await world.identify([configMap('whole', { color: 'red' })], context);
  const { changes } = await world.target.preview(desired!, undefined, context, signal);
  expect(changes).toEqual([{ path: '/data/color', live: '"green"', declared: '"red"' }]);
});

test('a hook with generateName is made anew each time, and where it is can be seen', async () => {
  const hook: Manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'migrate-', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'run:1' }] } } },
  };
  const [desired] = await world.identify([hook]);
  expect(desired).toMatchObject({ phases: ['PreSync'], generateName: true });
  const first = await world.target.apply(desired!, undefined, world.context(), signal);
  const second = await world.target.apply(desired!, undefined, world.context(), signal);
  expect(second.uid).not.toBe(first.uid);
  const live = () => world.target.observe(world.application, []).live.get(first.key);
  expect(live()).toMatchObject({ owner: world.application, hook: { phases: ['PreSync'] }, completion: 'running' });
  const name = live()!.id.name;
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace };
  const pod = await waitFor('its pod', async () => (await world.admin.list(pods, `job-name=${name}`))[0]);
  await world.admin.patchStatus({ ...pods, name: pod.metadata.name }, { phase: 'Succeeded' });
  await waitFor('its completion', () => live()?.completion === 'succeeded');
});

test('only this very object is deleted', async () => {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'again' };
  const [applied] = await world.apply([configMap('again')]);
  const old = world.target.observe(world.application, []).live.get(applied!.key)!;
  await world.admin.delete(reference);
  await world.admin.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'again', namespace: world.namespace },
  });
  await world.target.remove(old, { propagation: 'background', permit: unrestricted }, signal);
  expect(await world.admin.get(reference)).toBeDefined();
});

test('a copy that a controller made of our marks is not ours', async () => {
  const [applied] = await world.apply([configMap('source')]);
  const source = await world.admin.get({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: world.namespace,
    name: 'source',
  });
  const { labels, annotations } = source!.metadata;
  await world.admin.create({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name: 'copy', namespace: world.namespace, labels: labels!, annotations: annotations! },
  });
  const key = applied!.key.replace('/source', '/copy');
  const copy = await waitFor('the copy', () => world.target.observe(world.application, [key]).live.get(key));
  expect(copy.owner).toBe('');
  await expect(
    world.target.remove(
      { ...copy, owner: world.application },
      { propagation: 'background', permit: unrestricted },
      signal,
    ),
  ).rejects.toMatchObject({ code: 'K8S_CONFLICT' });
});

test('foreign owners, finalizers of the server and status in Git are not sent', async () => {
  const manifest = configMap('clean');
  Object.assign(manifest.metadata, {
    uid: 'x',
    resourceVersion: '1',
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'x' }],
    managedFields: [],
  });
  Object.assign(manifest, { status: { x: 1 } });
  await world.apply([manifest]);
  const live = await world.admin.get({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: world.namespace,
    name: 'clean',
  });
  expect(live!.metadata.ownerReferences).toBeUndefined();
});

test('after kubectl apply: taken over without a change, and what Git drops later goes away', async () => {
  const manifest = deployment('former');
  await kubectl(world.access, ['-n', world.namespace, 'apply', '-f', '-'], { input: JSON.stringify(manifest) });
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: world.namespace, name: 'former' };
  const before = await world.admin.get(reference);
  const [desired] = await world.identify([manifest]);
  const { changes } = await world.target.preview(desired!, undefined, world.context(), signal);
  for (const { path } of changes) expect(path).toMatch(/^\/metadata\/(labels|annotations)/);
  const [applied] = await world.apply([manifest]);
  const after = await world.admin.get(reference);
  expect(after!.spec).toEqual(before!.spec);
  expect(
    after!.metadata.managedFields!.filter(({ subresource }) => subresource !== 'status').map(({ manager }) => manager),
  ).toEqual(['holdfast']);
  expect(world.target.observe(world.application, []).live.get(applied!.key)?.fingerprint).toBe(applied!.fingerprint);

  const { spec } = deployment('former') as unknown as {
    spec: { template: { spec: { containers: { env?: unknown }[] } } };
  };
  delete spec.template.spec.containers[0]!.env;
  await world.apply([{ ...manifest, spec }]);
  expect((await world.admin.get(reference))!.spec.template.spec.containers[0].env).toBeUndefined();
});

test.each(['argocd-controller', 'kustomize-controller', 'helm'])(
  'after %s: what it applied is taken over, what only it declared goes, what others set stays',
  async manager => {
    const name = `former-${manager}`;
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name };
    const metadata = { name, namespace: world.namespace, labels: { 'its-mark': manager } };
    await world.admin.apply(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'blue', old: 'x' } },
      manager,
    );
    await world.admin.patch(reference, { data: { foreign: 'stays' } });
    const [applied] = await world.apply([configMap(name)]);
    const live = await world.admin.get(reference);
    expect(live!.data).toEqual({ color: 'blue', foreign: 'stays' });
    expect(live!.metadata.labels).not.toHaveProperty('its-mark');
    expect(live!.metadata.managedFields!.map(entry => entry.manager).toSorted()).toEqual(['holdfast', 'world-test']);
    // From now on it costs one request a change, like any other.
    await world.requests();
    await world.apply([configMap(name, { color: 'red' })]);
    const about = (await world.requests()).filter(request => request.name === name);
    expect(about.map(({ verb }) => verb)).toEqual(['patch']);
    expect(applied!.uid).toBe(live!.metadata.uid);
  },
);

test('in a namespace that is being deleted nothing can be made, and the error says what holds it', async () => {
  const namespace = uniqueName('going');
  const reference = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  await world.admin.create({ ...reference, metadata: { name: namespace } });
  await world.admin.create({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: { name: 'held', namespace, finalizers: ['test.dev/held'] },
  });
  await world.admin.delete(reference);
  await expect(world.apply([configMap('late')], world.context({ namespace }))).rejects.toMatchObject({
    code: 'K8S_NAMESPACE_TERMINATING',
  });
  const held = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'held' };
  await world.admin.patch(held, { metadata: { finalizers: null } });
});

test('what a finalizer holds is seen as being deleted, until it is gone', async () => {
  const manifest = configMap('held');
  Object.assign(manifest.metadata, { finalizers: ['test.dev/held'] });
  const [applied] = await world.apply([manifest]);
  const live = () => world.target.observe(world.application, []).live.get(applied!.key);
  await world.target.remove(live()!, { propagation: 'background', permit: unrestricted }, signal);
  await waitFor('the deletion', () => live()?.deleting);
  const held = { apiVersion: 'v1', kind: 'ConfigMap', namespace: world.namespace, name: 'held' };
  await world.admin.patch(held, { metadata: { finalizers: null } });
  await waitFor('its end', () => live() === undefined);
});
