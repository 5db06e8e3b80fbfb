import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IgnoreDifference } from '../../../src/model/application.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { deployment, type Fixture, signal, startTarget } from './fixture.ts';

let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane(), {
    // What jq would answer for the one expression that is used here.
    jqPaths: async (_document, expressions) => (expressions.includes('.spec.replicas') ? [['spec', 'replicas']] : []),
  });
});
afterAll(async () => await world[Symbol.asyncDispose]());

const reference = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: world.namespace, name });

/** An autoscaler's work. */
async function scale(name: string): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${world.namespace}/deployments/${name}?fieldManager=autoscaler`;
  await world.admin.request(
    'PATCH',
    path,
    { spec: { replicas: 0, revisionHistoryLimit: 7 } },
    'application/merge-patch+json',
  );
  await world.admin.request('PATCH', path, { spec: { replicas: 4 } }, 'application/merge-patch+json');
}

const rules: [string, Partial<IgnoreDifference>][] = [
  ['a JSON pointer', { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }],
  ['a jq path', { kind: 'Deployment', jqPathExpressions: ['.spec.replicas'] }],
  ['a manager', { managedFieldsManagers: ['autoscaler'] }],
];

test.each(rules)('what %s names is no difference, others still are', async (title, rule) => {
  const name = `ignored-${rules.findIndex(([other]) => other === title)}`;
  await world.apply([deployment(name)]);
  await scale(name);
  const context = world.context({ ignore: [rule] });
  const [desired] = await world.identify([deployment(name)], context);
  const preview = await world.target.preview(desired!, undefined, context, signal);
  expect(preview.changes).toEqual([]);
  const strict = await world.target.preview(desired!, undefined, world.context(), signal);
  expect(strict.changes).toEqual([{ path: '/spec/replicas', live: '4', declared: '0' }]);
  const other = world.context({ ignore: [{ ...rule, name: 'another' }] });
  expect((await world.target.preview(desired!, undefined, other, signal)).changes).toEqual(strict.changes);

  await world.admin.patch(reference(name), { metadata: { labels: { 'holdfast.dev/application': 'x' } } });
  const both = await world.target.preview(desired!, undefined, context, signal);
  expect(both.changes.map(({ path }) => path)).toEqual(['/metadata/labels/holdfast.dev~1application']);
});

test.each(rules)('RespectIgnoreDifferences: what %s names is not written either', async (title, rule) => {
  const name = `respected-${rules.findIndex(([other]) => other === title)}`;
  await world.apply([deployment(name)]);
  await scale(name);
  const context = world.context({ ignore: [rule], sync: { respectIgnoreDifferences: true } });
  const changed = deployment(name);
  (changed.spec as { minReadySeconds?: number }).minReadySeconds = 3;
  await world.apply([changed], context);
  expect((await world.admin.get(reference(name)))!.spec).toMatchObject({ replicas: 4, minReadySeconds: 3 });
  await world.apply([changed], world.context({ ignore: [rule] }));
  expect((await world.admin.get(reference(name)))!.spec.replicas).toBe(0);
});
