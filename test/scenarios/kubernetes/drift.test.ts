import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectl } from '../../world/cluster.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, type Fixture, signal, startTarget } from './fixture.ts';

let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane());
});
afterAll(async () => await world[Symbol.asyncDispose]());

const reference = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: world.namespace, name });
const path = (name: string) => `/apis/apps/v1/namespaces/${world.namespace}/deployments/${name}`;
const merge = 'application/merge-patch+json';
const image = '/spec/template/spec/containers/[name=web]/image';
const web = (fields: object) => ({ spec: { template: { spec: { containers: [{ name: 'web', ...fields }] } } } });

interface Case {
  title: string;
  change(name: string): Promise<unknown>;
  /** Path, value in the cluster, declared value. */
  changes: { path: string; live?: string; declared?: string }[];
  by?: string;
  /** That heal it; default 1. */
  requests?: number;
}

const handMade: Case[] = [
  {
    title: 'a strategic merge patch',
    change: name => world.admin.patch(reference(name), web({ image: 'web:2' }), 'strategic'),
    changes: [{ path: image, live: '"web:2"', declared: '"web:1"' }],
    by: 'world-test',
  },
  {
    title: 'kubectl edit',
    change: name =>
      world.admin.request('PATCH', `${path(name)}?fieldManager=kubectl-edit`, { spec: { replicas: 3 } }, merge),
    changes: [{ path: '/spec/replicas', live: '3', declared: '0' }],
    by: 'kubectl-edit',
  },
  {
    title: 'kubectl scale',
    change: name => kubectl(world.access, ['-n', world.namespace, 'scale', 'deployment', name, '--replicas=2']),
    changes: [{ path: '/spec/replicas', live: '2', declared: '0' }],
    by: 'kubectl (scale)',
  },
  {
    title: 'kubectl set image',
    change: name => kubectl(world.access, ['-n', world.namespace, 'set', 'image', `deployment/${name}`, 'web=web:3']),
    changes: [{ path: image, live: '"web:3"', declared: '"web:1"' }],
    by: 'kubectl-set',
  },
  {
    title: 'a PUT of the whole object',
    async change(name) {
      // The controller writes the status at the same time.
      await waitFor('the PUT', async () => {
        const live = await world.admin.get(reference(name));
        live!.spec.template.spec.containers[0].env[0].value = '2';
        return await world.admin.replace(live!);
      });
    },
    changes: [{ path: '/spec/template/spec/containers/[name=web]/env/[name=A]/value', live: '"2"', declared: '"1"' }],
    by: 'world-test',
  },
  {
    title: 'a forced apply by another manager',
    change: name =>
      world.admin.apply(
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name, namespace: world.namespace },
          spec: { replicas: 5 },
        },
        'somebody-else',
      ),
    changes: [{ path: '/spec/replicas', live: '5', declared: '0' }],
    by: 'somebody-else',
  },
  {
    title: 'an item removed from a list',
    change: name =>
      world.admin.patch(reference(name), [{ op: 'remove', path: '/spec/template/spec/containers/0/ports/1' }], 'json'),
    changes: [
      {
        path: '/spec/template/spec/containers/[name=web]/ports/[containerPort=443,protocol=TCP]',
        declared: '{"containerPort":443,"protocol":"TCP"}',
      },
    ],
  },
  {
    title: 'a label removed',
    change: name => world.admin.patch(reference(name), { metadata: { labels: { app: null } } }),
    changes: [{ path: '/metadata/labels/app', declared: '"shop"' }],
  },
  {
    title: 'our own label removed',
    change: name => world.admin.patch(reference(name), { metadata: { labels: { 'holdfast.dev/application': null } } }),
    changes: [{ path: '/metadata/labels/holdfast.dev~1application', declared: expect.any(String) }],
  },
  {
    title: 'managedFields cleared',
    change: name => world.admin.patch(reference(name), { metadata: { managedFields: [{}] } }),
    changes: [{ path: '/metadata/managedFields', declared: expect.stringContaining('/spec/replicas') }],
    // The second takes `before-first-apply` out, under which the server then keeps every field.
    requests: 2,
  },
  {
    title: 'a field changed and changed back',
    async change(name) {
      await world.admin.patch(reference(name), { spec: { replicas: 1 } });
      await world.admin.patch(reference(name), { spec: { replicas: 0 } });
    },
    changes: [{ path: '/metadata/managedFields', declared: '["/spec/replicas"]' }],
    by: 'world-test',
  },
];

const labelled = (name: string) => {
  const manifest = deployment(name);
  return { ...manifest, metadata: { name, labels: { app: 'shop' } } };
};

test.each(handMade)('$title shows from metadata alone, with its author, and is healed', async entry => {
  const name = `drift-${handMade.indexOf(entry)}`;
  const [applied] = await world.apply([labelled(name)]);
  const live = () => world.target.observe(world.application, [applied!.key]).live.get(applied!.key);
  expect(live()?.fingerprint).toBe(applied!.fingerprint);

  await entry.change(name);
  await waitFor('the drift', () => live()?.fingerprint !== applied!.fingerprint && live());
  expect(live()?.uid).toBe(applied!.uid);
  if (entry.by !== undefined) expect(live()?.lastChange?.name).toBe(entry.by);

  const [desired] = await world.identify([labelled(name)]);
  const preview = await world.target.preview(desired!, live(), world.context(), signal);
  expect(preview.changes).toEqual(entry.changes);
  if (entry.by !== undefined) expect(preview.by?.name).toBe(entry.by);
  expect(Math.abs((preview.by?.at ?? Date.now()) - Date.now())).toBeLessThan(60_000);

  await world.requests();
  const healed = await world.target.apply(desired!, live(), world.context(), signal);
  // The time of the repair is part of it.
  expect(healed).toEqual({ ...applied, fingerprint: live()?.fingerprint });
  // Kinds that others make in this cluster are looked at in between.
  const asked = (await world.requests()).filter(({ resource, verb }) => resource === 'deployments' && verb !== 'watch');
  expect(
    asked.map(({ verb }) => verb),
    JSON.stringify(asked),
  ).toEqual(Array(entry.requests ?? 1).fill('patch'));
});

const foreign: { title: string; change(name: string): Promise<unknown> }[] = [
  { title: 'status', change: name => world.admin.patchStatus(reference(name), { replicas: 0, observedGeneration: 1 }) },
  {
    title: 'a label of others',
    change: name => world.admin.patch(reference(name), { metadata: { labels: { team: 'x' } } }),
  },
  {
    title: 'an item that others add to a list',
    change: name => world.admin.patch(reference(name), web({ env: [{ name: 'B', value: '2' }] }), 'strategic'),
  },
  {
    title: 'an annotation of others',
    change: name => kubectl(world.access, ['-n', world.namespace, 'annotate', 'deployment', name, 'note=x']),
  },
];

test.each(foreign)('$title is no drift', async entry => {
  const name = `foreign-${foreign.indexOf(entry)}`;
  const [applied] = await world.apply([labelled(name)]);
  await entry.change(name);
  // A change of ours right after it: once that is seen, the other was seen too.
  await world.admin.patch(reference(name), { metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '7' } } });
  const live = await waitFor('the later change', () => {
    const found = world.target.observe(world.application, [applied!.key]).live.get(applied!.key);
    return found?.wave === 7 && found;
  });
  expect(live.fingerprint).toBe(applied!.fingerprint);
});

test('a deleted object is missing, and made again', async () => {
  const [applied] = await world.apply([labelled('gone')]);
  await world.admin.delete(reference('gone'));
  await waitFor('its absence', () => !world.target.observe(world.application, [applied!.key]).live.has(applied!.key));
  expect(world.target.observe(world.application, [applied!.key]).complete).toBe(true);
  const [again] = await world.apply([labelled('gone')]);
  expect(again!.uid).not.toBe(applied!.uid);
});
