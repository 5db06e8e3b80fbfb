import { expect, test } from 'vitest';
import type { PlanPreview } from '../../../src/reconcile/plan-preview.ts';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, deploymentManifest, hook, manifest, wave, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

const deadline = () => AbortSignal.timeout(30_000);

function secret(name: string, password: string): string {
  return manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { password } });
}

/** `Sync 0: change ConfigMap a /data/color` */
function lines({ waves }: PlanPreview): string[] {
  return waves.flatMap(({ phase, wave: number, prune, steps }) =>
    steps.map(({ action, id, changes }) => {
      const paths = changes.map(({ path }) => path).join(' ');
      return `${phase} ${number}${prune ? ' prune' : ''}: ${action} ${id.kind} ${id.name} ${paths}`.trim();
    }),
  );
}

test('a plan says exactly what the sync then does, and changes nothing itself', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/b.json': configMap('b', { color: 'red' }, wave(1)),
    'app/c.json': configMap('c', { color: 'red' }),
    'app/same.json': configMap('same', { color: 'red' }),
    'app/secret.json': secret('secret', 'hunter2'),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const { inspect } = holdfast.operator;
  await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  const first = await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.untilSynced(name);
  const commit = await repo.commit(
    {
      'app/a.json': configMap('a', { color: 'green' }),
      'app/b.json': configMap('b', { color: 'green' }, wave(1)),
      'app/c.json': null,
      'app/new.json': configMap('new', { color: 'green' }),
      'app/secret.json': secret('secret', 'hunter3'),
      'app/hook.json': hook('migrate', 'PreSync', 'HookSucceeded'),
    },
    { message: 'Paint it green' },
  );
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === commit && sync.status === 'OutOfSync');

  const since = await mark(access);
  const kept = await inspect.plan(name, {}, deadline());
  const preview = await inspect.plan(name, { prune: true }, deadline());
  expect(await writesIn(access, since, name)).toEqual([]);
  const applied = [
    'PreSync 0: run Job migrate',
    'Sync 0: change Secret secret /data/password',
    'Sync 0: change ConfigMap a /data/color',
    'Sync 0: create ConfigMap new',
    'Sync 1: change ConfigMap b /data/color',
  ];
  expect(lines(kept).toSorted()).toEqual(applied.toSorted());
  expect(kept.heldBack).toMatchObject([{ id: { name: 'c' }, reason: 'pruning is not asked for', confirmable: true }]);
  expect(lines(preview).toSorted()).toEqual([...applied, 'Sync 0 prune: delete ConfigMap c'].toSorted());
  expect(preview).toMatchObject({
    ...{ revision: commit, heldBack: [], unchanged: 2 },
    commit: { subject: 'Paint it green' },
    present: { revision: first.revision, commit: { subject: 'first' } },
  });
  const steps = preview.waves.flatMap(one => one.steps);
  const change = steps.find(({ id }) => id.name === 'a');
  expect(change).toMatchObject({ cause: 'git', changes: [{ live: '"red"', declared: '"green"' }] });
  expect(steps.find(({ id }) => id.name === 'secret')?.changes).toMatchObject([{ masked: true }]);
  expect(JSON.stringify(preview)).not.toMatch(/hunter|aHVudGVy/);

  // Only what was shown is done.
  const stale = holdfast.operator.sync(name, { prune: true, expect: kept.id }, 'appdev');
  await expect(stale).rejects.toMatchObject({ code: 'APP_PLAN_CHANGED' });
  expect(await writesIn(access, since, name)).toEqual([]);
  const { id } = await holdfast.operator.sync(name, { prune: true, expect: preview.id }, 'appdev');
  const running = await holdfast.until(name, ({ operation }) =>
    operation?.results.some(({ action }) => action === 'run'),
  );
  expect(running.operation?.waves).toEqual([
    { phase: 'PreSync', wave: 0, steps: 1 },
    { phase: 'Sync', wave: 0, steps: 3 },
    { phase: 'Sync', wave: 1, steps: 1 },
    { phase: 'Sync', wave: 0, steps: 1 },
  ]);
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await holdfast.untilSynced(name, commit);
  const done = holdfast.operator.history(name).find(sync => sync.id === id);
  expect(done?.results.map(({ action, key }) => `${action} ${key.split('/').at(-1)}`).toSorted()).toEqual(
    steps.map(step => `${step.action} ${step.id.name}`).toSorted(),
  );

  // What differed between the two.
  const between = await inspect.contrast(name, id, undefined, deadline());
  expect(between).toMatchObject({ from: { kind: 'sync', id: first.id }, to: { id, revision: commit }, unchanged: 2 });
  const told = between.resources.map(one =>
    `${one.action} ${one.id.name} ${one.changes.map(({ path }) => path)}`.trim(),
  );
  expect(told.toSorted()).toEqual([
    'change a /data/color',
    'change b /data/color',
    'change secret /data/password',
    'create migrate',
    'create new',
    'delete c',
  ]);
  expect(JSON.stringify(between)).not.toMatch(/hunter|aHVudGVy/);
  const same = await inspect.contrast(name, id, 'declared', deadline());
  expect([same.resources, same.from?.kind]).toEqual([[], 'declared']);
  const back = await inspect.contrast(name, first.id, 'live', deadline());
  expect(back.resources.map(one => `${one.action} ${one.id.name}`)).toContain('create c');
  await expect(inspect.contrast(name, 'none', undefined, deadline())).rejects.toMatchObject({ code: 'SYNC_NOT_FOUND' });

  // A rollback, before it is asked for.
  const rollback = await inspect.plan(name, { rollbackTo: first.id }, deadline());
  expect([rollback.revision, rollback.rollback?.id]).toEqual([first.revision, first.id]);
  expect(lines(rollback)).toContain('Sync 0: create ConfigMap c');
  const wrong = holdfast.operator.rollback(name, { to: first.id, expect: preview.id }, 'appdev');
  await expect(wrong).rejects.toMatchObject({ code: 'APP_PLAN_CHANGED' });
  const pinned = await holdfast.operator.rollback(name, { to: first.id, expect: rollback.id }, 'appdev');
  await holdfast.until(name, ({ operation }) => operation?.id === pinned.id && operation.result === 'succeeded');
  await expect(inspect.plan(name, { rollbackTo: 'none' }, deadline())).rejects.toMatchObject({
    code: 'APP_NO_ROLLBACK',
  });
});

test('what cannot be changed is said before it fails, and what Force does instead', async () => {
  const selecting = (label: string) => {
    const { spec, ...rest } = deploymentManifest('one');
    const labels = { run: 'one', label };
    return manifest({
      ...rest,
      spec: { ...spec, selector: { matchLabels: labels }, template: { ...spec.template, metadata: { labels } } },
    });
  };
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/one.json': selecting('a'),
  }));
  const { test: holdfast, name, repo } = delivery;
  const { inspect } = holdfast.operator;
  await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  await holdfast.operator.sync(name, {}, 'appdev');
  await holdfast.untilSynced(name);
  const commit = await repo.commit({ 'app/one.json': selecting('b') });
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.revision === commit);
  const [refused] = (await inspect.plan(name, { resources: ['Deployment/one'] }, deadline())).waves.flatMap(
    one => one.steps,
  );
  expect(refused).toMatchObject({ action: 'change', refused: { message: expect.stringContaining('selector') } });
  const forced = await inspect.plan(name, { resources: ['Deployment/one'], force: true }, deadline());
  expect(lines(forced)).toEqual(['Sync 0: recreate Deployment one']);
});

test('the tree has what was declared and what that has made; each can be looked at, and nothing else', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { automated: false } }]),
    'app/web.json': deployment('web', 1),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, kube, name } = delivery;
  const { inspect } = holdfast.operator;
  await holdfast.until(name, ({ sync }) => sync.status === 'OutOfSync');
  await holdfast.operator.sync(name, {}, 'appdev');
  const tree = await waitFor('the pod', async () => {
    const found = await inspect.tree(name, deadline());
    return found.nodes.some(({ id }) => id.kind === 'Pod') ? found : undefined;
  });
  const parents = tree.nodes.map(({ id, parents: of }) => [id.kind, of.map(key => key.split('/')[1]).join()]);
  expect(Object.fromEntries(parents)).toMatchObject({
    Deployment: '',
    ConfigMap: '',
    ReplicaSet: 'Deployment',
    Pod: 'ReplicaSet',
  });
  const pod = tree.nodes.find(({ id }) => id.kind === 'Pod')!;
  expect(pod).toMatchObject({ declared: false, logs: true, containers: ['web'] });
  const shown = await inspect.resource(name, pod.key, deadline());
  expect([shown.declared, shown.difference]).toEqual([undefined, undefined]);
  expect(JSON.parse(shown.live ?? '')).toMatchObject({ kind: 'Pod', metadata: { name: pod.id.name } });

  // Of the cluster's other things, nothing: they are not the application's.
  const other = '/ConfigMap/kube-system/extension-apiserver-authentication';
  for (const ask of [inspect.resource(name, other, deadline()), inspect.events(name, other, deadline())])
    await expect(ask).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });

  const web = `apps/Deployment/${name}/web`;
  const events = await waitFor('the events', async () => {
    const found = await inspect.events(name, web, deadline());
    return new Set(found.map(({ key }) => key.split('/')[1])).size > 1 ? found : undefined;
  });
  expect(events.map(({ key, reason }) => `${key.split('/')[1]} ${reason}`)).toEqual(
    expect.arrayContaining(['Deployment ScalingReplicaSet', 'ReplicaSet SuccessfulCreate']),
  );
  expect(await inspect.events(name, `/ConfigMap/${name}/a`, deadline())).toEqual([]);

  const a = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' };
  await kube.patch(a, { data: { color: 'grey' } });
  await holdfast.until(name, ({ sync }) => /changed in the target/.test(sync.message));
  const drifted = await inspect.resource(name, `/ConfigMap/${name}/a`, deadline());
  expect(drifted.difference).toMatchObject({
    ...{ action: 'change', cause: 'drift', by: { name: 'world-test', at: expect.any(Number) } },
    changes: [{ path: '/data/color', live: '"grey"', declared: '"red"' }],
  });
  expect(drifted.declaredIn?.revision).toMatch(/^[0-9a-f]{40}$/);
  const same = await inspect.resource(name, web, deadline());
  expect(same.difference).toEqual({ action: 'none', changes: [] });
  const since = holdfast.operator.application(name).healthSince;
  expect(since).toBeGreaterThan(Date.now() - 60_000);
});
