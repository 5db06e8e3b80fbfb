import { expect, test } from 'vitest';
import { commitFleet, configMapManifest, environmentName, namespacesOf } from '../../../bench/fleet.ts';
import { mark, requests } from '../../world/audit.ts';
import { startControlPlane } from '../../world/control-plane.ts';
import { environmentOf, startDelivery } from '../delivery/setup.ts';

const fleet = { applications: 50, objects: 4 };
/** Discovery, and the watches of kinds that nobody has used yet. */
const fixedRequests = 40;

// A cluster of its own: here every request counts.
test('a first sync is one apply an object, one write a namespace, one render an application; a commit to one of them is one of each', async () => {
  await using access = await startControlPlane();
  await using delivery = await startDelivery(
    () => ({ 'holdfast.yaml': environmentOf(environmentName, []) }),
    {},
    { access, http: true },
  );
  const { test: holdfast, repo, git } = delivery;
  const rendered = () => rendersIn(holdfast.operator.metrics());

  const since = await mark(access);
  const commit = await commitFleet(repo, fleet);
  await holdfast.refresh();
  await holdfast.until('shop-00000', () => allSynced(commit));
  const asked = await requests(access, { since, user: 'holdfast' });
  const writes = asked.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
  const objects = writes.filter(({ resource }) => resource !== 'namespaces');
  expect(objects.filter(({ verb }) => verb !== 'patch')).toEqual([]);
  expect(objects).toHaveLength(200);
  expect(new Set(objects.map(({ uri }) => uri.replace(/\?.*/, ''))).size).toBe(200);
  expect(writes.filter(({ dryRun }) => dryRun)).toEqual([]);
  // Applications of one namespace all find that it is not there.
  const namespaces = writes.filter(({ resource }) => resource === 'namespaces').map(({ name }) => name);
  expect(namespaces.toSorted()).toEqual(namespacesOf(fleet));
  const ofOurs = asked.filter(({ verb, name }) => verb === 'get' && name.startsWith('shop-'));
  expect(ofOurs).toEqual([]);
  expect(asked.length - writes.length).toBeLessThanOrEqual(fixedRequests);
  expect(rendered()).toBe(50);

  const before = { since: await mark(access), git: git?.log.length ?? 0, rendered: rendered() };
  const one = configMapManifest('shop-00007', { app: 'shop-00007', version: '1' }, { change: 'one' });
  const next = await repo.commit({ 'apps/shop-00007/configmaps-0.yaml': JSON.stringify(one) });
  await holdfast.refresh();
  await holdfast.until('shop-00007', () => allSynced(next));
  const made = await requests(access, { since: before.since, user: 'holdfast' });
  expect(made.filter(({ verb }) => verb !== 'watch').map(({ verb, name }) => `${verb} ${name}`)).toEqual([
    'patch shop-00007',
  ]);
  expect(rendered() - before.rendered).toBe(1);
  // However many applications come from the repository.
  expect((git?.log.length ?? 0) - before.git).toBeLessThanOrEqual(6);

  function allSynced(revision: string): boolean {
    const found = holdfast.operator.applications();
    return (
      found.length === fleet.applications &&
      found.every(({ sync }) => sync.status === 'Synced' && sync.revision === revision)
    );
  }
});

/** Renders that the cache did not answer, from now on. */

/** As the operator counts them for everybody: those that the cache did not answer. */
function rendersIn(metrics: string): number {
  return Number(/^holdfast_renders_total\{result="rendered"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
