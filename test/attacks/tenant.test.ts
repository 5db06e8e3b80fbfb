import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMap, type Delivery, startDelivery } from '../scenarios/delivery/setup.ts';
import { type ControlPlane, startControlPlane } from '../world/control-plane.ts';
import { KubeClient } from '../world/kube-client.ts';
import { waitFor } from '../world/wait.ts';

// Cases 43, 45 and 49: a tenant who may commit to the directory of an application, and tries to get at what is another's.

interface Attack {
  /** Of the application's directory. */
  files: Record<string, string>;
  /** Of its declaration. */
  more?: Record<string, unknown>;
}

type Attacks = Record<string, (own: string, victim: string) => Attack>;

const named = (name: string, namespace: string | undefined, more: object = {}) => ({
  ...JSON.parse(configMap(name, { by: 'attacker' })),
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...more },
});
const file = (body: unknown): Attack => ({ files: { 'evil.json': JSON.stringify(body) } });
const hook = (phase: string, victim: string) =>
  file(named('evil', victim, { annotations: { 'argocd.argoproj.io/hook': phase } }));
const list = (items: unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });
const chart = (template: string): Attack => ({
  files: { 'Chart.yaml': 'apiVersion: v2\nname: evil\nversion: 1.0.0\n', 'templates/evil.yaml': template },
});
const asYaml = (namespace: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: evil, namespace: ${namespace}}\ndata: {by: attacker}\n`;
const steering = (kind: string, group: string, spec: object): Attack =>
  file({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name: 'evil' }, spec });
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'holdfast-test-evil' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', name: 'attacker' }],
};

const attacks: Attacks = {
  'names the namespace of another': (_, victim) => file(named('evil', victim)),
  'names it in a list': (_, victim) => file(list([named('fine', undefined), named('evil', victim)])),
  'names it in a list of lists': (_, victim) => file(list([list([named('evil', victim)])])),
  'lets the server choose the name': (_, victim) =>
    file({ ...named('evil', victim), metadata: { generateName: 'evil-', namespace: victim } }),
  'names it in a hook before the sync': (_, victim) => hook('PreSync', victim),
  'names it in a hook of the sync': (_, victim) => hook('Sync', victim),
  'names it in a hook after the sync': (_, victim) => hook('PostSync', victim),
  'names it in a hook for failures': (_, victim) => hook('SyncFail', victim),
  'names it in a hook before a deletion': (_, victim) => hook('PreDelete', victim),
  'names it in a hook after a deletion': (_, victim) => hook('PostDelete', victim),
  'has Kustomize put it there': (_, victim) => ({
    files: {
      'kustomization.yaml': JSON.stringify({ namespace: victim, resources: ['evil.json'] }),
      'evil.json': JSON.stringify(named('evil', undefined)),
    },
  }),
  'has a chart put it there': (_, victim) => chart(asYaml(victim)),
  'has a chart’s hook put it there': (_, victim) =>
    chart(asYaml(victim).replace('name: evil', 'name: evil, annotations: {helm.sh/hook: pre-install}')),
  'gives itself rights to all of the cluster': () => file(binding),
  'gives them in a hook': () =>
    file({ ...binding, metadata: { ...binding.metadata, annotations: { 'argocd.argoproj.io/hook': 'PreSync' } } }),
  'makes a namespace': own => file({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${own}-evil` } }),
  'has a namespace made': (_, victim) => ({
    files: { 'fine.json': configMap('fine', {}) },
    more: { namespace: `${victim}-evil` },
  }),
  'is declared to go there': (_, victim) => ({
    files: { 'evil.json': configMap('evil', {}) },
    more: { namespace: victim },
  }),
  'declares an application of its own': () =>
    steering('Application', 'argoproj.io', {
      project: 'default',
      source: { repoURL: 'https://evil.example/x', path: '.' },
    }),
  'declares a project of its own': () => steering('AppProject', 'argoproj.io', { sourceRepos: ['*'] }),
  'declares a set of applications': () => steering('ApplicationSet', 'argoproj.io', { generators: [] }),
};

const names = Object.keys(attacks);
const applicationOf = (i: number) => `a${i}`;
/** Argo CD's kinds, as somebody may have them installed. */
const definition = (plural: string, kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.argoproj.io` },
  spec: {
    ...{
      group: 'argoproj.io',
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    },
    versions: [
      {
        ...{ name: 'v1alpha1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
const kinds = [
  ['applications', 'Application'],
  ['appprojects', 'AppProject'],
  ['applicationsets', 'ApplicationSet'],
] as const;

let access: ControlPlane;
let delivery: Delivery;
let own = '';
let victim = '';

beforeAll(async () => {
  access = await startControlPlane();
  const admin = new KubeClient(access);
  for (const [plural, kind] of kinds) {
    await admin.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition(plural, kind));
    await waitFor(`the kind ${kind}`, async () => {
      const { status } = await admin.request('GET', `/apis/argoproj.io/v1alpha1/${plural}`);
      return status === 200;
    });
  }
  const empty = (name: string) => ({
    'holdfast.yaml': JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
      spec: {},
    }),
  });
  delivery = await startDelivery(empty, {}, { access });
  const { repo, kube, name, test: holdfast } = delivery;
  [own, victim] = [name, `${name}-victim`];
  for (const namespace of [own, victim])
    await kube.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await kube.request('POST', `/api/v1/namespaces/${victim}/configmaps`, named('theirs', victim));
  const made = names.map(what => attacks[what]!(own, victim));
  // What a project says nothing of, it does not allow; and everything in its own namespace is allowed.
  const project = { name: 'team', sourceRepos: ['*'], destinations: [{ server: '*', namespace: own }] };
  const one = (i: number) => ({ name: `${own}-${applicationOf(i)}`, project: 'team', namespace: own });
  const applications = made.map(({ more = {} }, i) => ({ ...one(i), path: `attacks/${applicationOf(i)}`, ...more }));
  const sound = { ...one(0), name: `${own}-sound`, path: 'sound' };
  const files = made.flatMap(({ files: all }, i) =>
    Object.entries(all).map(([path, text]) => [`attacks/${applicationOf(i)}/${path}`, text]),
  );
  await repo.commit({
    'holdfast.yaml': JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
      spec: { projects: [project], applications: [...applications, sound] },
    }),
    'sound/a.json': configMap('sound', { a: '1' }),
    ...Object.fromEntries(files),
  });
  await holdfast.refresh();
  expect(holdfast.operator.environment().problems).toEqual([]);
});
afterAll(async () => {
  await delivery[Symbol.asyncDispose]();
  await access.stop();
});

async function namesIn(path: string): Promise<string[]> {
  const { body } = await delivery.kube.request('GET', path);
  return (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

/** Nothing came of it. */
async function expectUnharmed(): Promise<void> {
  const maps = await namesIn(`/api/v1/namespaces/${victim}/configmaps`);
  expect(maps.filter(name => name !== 'kube-root-ca.crt')).toEqual(['theirs']);
  expect((await namesIn('/api/v1/namespaces')).filter(name => name.endsWith('-evil'))).toEqual([]);
  const bindings = await namesIn('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings');
  expect(bindings).not.toContain('holdfast-test-evil');
  for (const [plural] of kinds)
    expect(await namesIn(`/apis/argoproj.io/v1alpha1/namespaces/${own}/${plural}`)).toEqual([]);
}

test.each(names.map((what, i) => [what, i] as const))('who %s is refused, and told so', async (_, i) => {
  const name = `${own}-${applicationOf(i)}`;
  const { test: holdfast } = delivery;
  const status = await holdfast.until(
    name,
    ({ conditions, operation }) => {
      return conditions.some(({ level }) => level === 'error') || operation?.result === 'failed';
    },
    { deadlineMs: 10_000 },
  );
  const said = JSON.stringify([status.conditions, status.operation?.results]);
  expect(said).toMatch(/does not allow/);
  await expectUnharmed();
});

test('nobody else is held up', async () => {
  await delivery.test.untilSynced(`${own}-sound`);
});

test('taken out of Git, those with hooks for deletions run none of them there', async () => {
  const { repo, name, test: holdfast } = delivery;
  await repo.commit({
    'holdfast.yaml': JSON.stringify({
      ...{ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name } },
      spec: {
        projects: [{ name: 'team', sourceRepos: ['*'], destinations: [{ server: '*', namespace: own }] }],
        applications: [{ name: `${own}-sound`, project: 'team', namespace: own, path: 'sound' }],
      },
    }),
  });
  await holdfast.refresh();
  for (const phase of ['before', 'after']) {
    const app = `${own}-${applicationOf(names.indexOf(`names it in a hook ${phase} a deletion`))}`;
    await holdfast.operator.remove(app, { orphan: false }, 'test').catch(() => {});
  }
  await holdfast.untilSynced(`${own}-sound`);
  await expectUnharmed();
});
