import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { finishJob } from '../../world/jobs.ts';
import { waitFor } from '../../world/wait.ts';
import { hook, reader, syncOptions, wave, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('an application that is no longer declared goes wave by wave in reverse, between its own hooks; nothing of it is left but what asks to stay', async () => {
  const other = (name: string) => ({ name: `${name}-other`, path: 'other', namespace: name });
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }, other(name)]),
    'other/other.json': configMap('other', {}),
    'app/early.json': configMap('early', {}, wave(-1)),
    'app/middle.json': configMap('middle', {}),
    'app/late.json': configMap('late', {}, wave(1)),
    'app/stays.json': configMap('stays', {}, syncOptions('Delete=false')),
    'app/migrate.json': hook('migrate', 'PreSync'),
    'app/farewell.json': hook('farewell', 'PreDelete'),
    'app/after.json': hook('after', 'PostDelete'),
  }));
  const { test: holdfast, access, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await holdfast.untilSynced(name);
  await holdfast.untilSynced(`${name}-other`);

  const since = await mark(access);
  await repo.commit({ 'holdfast.yaml': environmentOf(name, [other(name)]) });
  await holdfast.refresh();
  await waitFor('the PreDelete hook', () => get('Job', 'farewell'));
  for (const one of ['early', 'middle', 'late']) expect(await get('ConfigMap', one)).toBeDefined();
  await finishJob(kube, name, 'farewell', 'Succeeded');
  await finishJob(kube, name, 'after', 'Succeeded');
  await waitFor('the application to be gone', () => holdfast.status(name) === undefined);

  for (const one of ['early', 'middle', 'late']) expect(await get('ConfigMap', one)).toBeUndefined();
  expect(await get('ConfigMap', 'stays')).toBeDefined();
  expect(await get('ConfigMap', 'other')).toBeDefined();
  expect(await get('Namespace', name)).toMatchObject({ status: { phase: 'Active' } });
  await waitFor('its hooks to be gone', async () => {
    const jobs = await kube.list({ apiVersion: 'batch/v1', kind: 'Job', namespace: name });
    return jobs.length === 0;
  });
  const deletes = (await writesIn(access, since, name)).filter(write => write.startsWith('delete configmaps'));
  expect(deletes).toEqual(['delete configmaps/late', 'delete configmaps/middle', 'delete configmaps/early']);

  // Declared again, it takes what stayed as its own.
  await repo.commit({ 'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }, other(name)]) });
  await holdfast.refresh();
  await finishJob(kube, name, 'migrate', 'Succeeded');
  await holdfast.untilSynced(name);
});
