import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

// A cluster of our own: everything in it goes.
let controlPlane: ControlPlane;
let delivery: Delivery;

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'lamps.home.test' },
  spec: {
    group: 'home.test',
    names: { kind: 'Lamp', plural: 'lamps', singular: 'lamp' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { on: { type: 'boolean' } } } },
          },
        },
      },
    ],
  },
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { 'argocd.argoproj.io/sync-wave': '1' } },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
};

beforeAll(async () => {
  controlPlane = await startControlPlane();
  delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [
        { name: 'settings', path: 'settings', namespace: 'shop' },
        { name: 'web', path: 'web', namespace: 'shop', dependsOn: ['settings'] },
        { name: 'lights', path: 'lights', namespace: 'home' },
      ]),
      'settings/a.json': configMap('a', { color: 'red' }),
      'web/web.json': JSON.stringify(deployment),
      'lights/definition.json': JSON.stringify(definition),
      'lights/lamp.json': JSON.stringify({
        apiVersion: 'home.test/v1',
        kind: 'Lamp',
        metadata: { name: 'hall' },
        spec: { on: true },
      }),
    }),
    {},
    { access: controlPlane },
  );
});
afterAll(async () => {
  await delivery?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
  { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
  { apiVersion: 'home.test/v1', kind: 'Lamp', namespace: 'home', name: 'hall' },
];

/** Looks at the cluster first: a status is as old as what was seen last, which may be some seconds ago while the API server is away. */
async function expectEverything(): Promise<void> {
  await using kube = new KubeClient(controlPlane);
  const seen = await waitFor('everything to be there', async () => {
    const found = await Promise.all(objects.map(reference => kube.get(reference)));
    return found.every(object => object !== undefined) && found;
  });
  expect(seen).toMatchObject([{ data: { color: 'red' } }, { spec: { replicas: 0 } }, { spec: { on: true } }]);
  for (const name of ['settings', 'web', 'lights']) {
    await delivery.test.until(
      name,
      ({ sync, health, operation }) =>
        sync.status === 'Synced' && health.status === 'Healthy' && operation?.result !== 'running',
    );
  }
}

test('a cluster that is wiped under a running operator is as Git says again, and stays so', async () => {
  await expectEverything();
  await controlPlane.wipe();
  await expectEverything();
});

test('a wiped cluster and a lost disk of the operator: Git alone is enough', async () => {
  await delivery.restart(async data => {
    await controlPlane.wipe();
    await rm(data, { recursive: true });
  });
  await expectEverything();
});

test('a wiped cluster under an operator that was stopped and remembers everything', async () => {
  await expectEverything();
  await delivery.restart(() => controlPlane.wipe());
  await expectEverything();
});
