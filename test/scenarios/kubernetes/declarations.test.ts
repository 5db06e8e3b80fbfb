import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../world/control-plane.ts';
import { waitFor } from '../../world/wait.ts';
import { startTarget } from './fixture.ts';

let access: ControlPlane;

beforeAll(async () => {
  access = await startControlPlane({ controllers: [] });
});
afterAll(async () => await access.stop());

function definition(kind: string, plural: string) {
  const group = 'argoproj.io';
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const spec = {
    group,
    scope: 'Namespaced',
    names: { kind, plural },
    versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec,
  };
}

test("Argo CD's objects are found as they come and go, also when their definitions come later", async () => {
  await using world = await startTarget(access, { declarations: '' });
  const declarations = world.target.declarations!;
  expect(declarations.list()).toEqual({ objects: [], complete: true, reason: '' });
  let told = 0;
  declarations.onChange(() => told++);

  await world.admin.create(definition('Application', 'applications'));
  await world.admin.create(definition('AppProject', 'appprojects'));
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: world.namespace },
    spec: { project: 'default', source: { repoURL: 'https://h/r', path: 'shop' } },
  };
  await waitFor('the definition', () => world.admin.create(application));
  const { objects } = await waitFor(
    'the object',
    () => declarations.list().objects.length === 1 && declarations.list(),
  );
  expect(objects[0]).toMatchObject({
    path: `Application/${world.namespace}/shop`,
    object: { kind: 'Application', metadata: { name: 'shop' }, spec: application.spec },
  });
  expect(declarations.list().complete).toBe(true);

  const before = told;
  const reference = {
    apiVersion: application.apiVersion,
    kind: 'Application',
    namespace: world.namespace,
    name: 'shop',
  };
  await world.admin.patch(reference, { status: { reconciledAt: 'now' } });
  await world.admin.patch(reference, { spec: { project: 'other' } });
  await waitFor('the change', () => JSON.stringify(declarations.list()).includes('"other"'));
  // Status is others' news.
  expect(told).toBe(before + 1);
  await world.admin.delete(reference);
  await waitFor('the absence', () => declarations.list().objects.length === 0);
});
