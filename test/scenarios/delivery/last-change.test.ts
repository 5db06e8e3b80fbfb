import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('an application names the commit that changed it, not the newest of its repository; also after a restart', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name, path: 'apps/shop', namespace: name },
      { name: `${name}-b`, path: 'apps/base-user', namespace: name },
    ]),
    'apps/shop/a.json': configMap('a', { color: 'red' }),
    'apps/base-user/kustomization.yaml': 'resources: [../../base]\n',
    'base/kustomization.yaml': 'resources: [b.json]\n',
    'base/b.json': configMap('b', { color: 'red' }),
  }));
  const { repo, name } = delivery;
  let { test: holdfast } = delivery;
  const subject = async (application: string) => (await holdfast.operator.inspect.commit(application))?.subject;

  await repo.commit({ 'apps/shop/a.json': configMap('a', { color: 'blue' }) }, { message: 'Paint it blue' });
  await repo.commit({ 'base/b.json': configMap('b', { color: 'blue' }) }, { message: 'Another base' });
  for (let i = 0; i < 5; i++) await repo.commit({ 'README.md': `${i}` }, { message: `Words ${i}` });
  const head = await repo.commit({ 'apps/other/x.json': '{}' }, { message: 'Somebody else' });
  await holdfast.untilSynced(name, head);
  await holdfast.untilSynced(`${name}-b`, head);
  expect(await subject(name)).toBe('Paint it blue');
  expect(await subject(`${name}-b`)).toBe('Another base');

  // What others commit changes nothing about it; what comes after goes on from what is remembered.
  const later = await repo.commit({ 'README.md': 'later' }, { message: 'More words' });
  await holdfast.untilSynced(name, later);
  expect(await subject(name)).toBe('Paint it blue');
  holdfast = await delivery.restart(() =>
    repo.commit({ 'README.md': 'while it was stopped' }, { message: 'While it was stopped' }),
  );
  await holdfast.untilSynced(name, await repo.resolve());
  expect(await subject(name)).toBe('Paint it blue');

  const merged = await repo.commit(
    { 'apps/shop/a.json': configMap('a', { color: 'green' }) },
    { message: 'Paint it green', author: 'Appdev <appdev@example.invalid>' },
  );
  await holdfast.untilSynced(name, merged);
  expect(await holdfast.operator.inspect.commit(name)).toMatchObject({ id: merged, author: 'Appdev' });
  expect(await subject(`${name}-b`)).toBe('Another base');
});

test('what a sync to another revision may name: commits of its own directory, branches and tags', async () => {
  await using delivery = await startDelivery(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
      'app/a.json': configMap('a', { color: 'red' }),
    }),
    {},
    { http: true },
  );
  const { repo, name, test: holdfast } = delivery;
  await repo.commit({ 'app/a.json': configMap('a', { color: 'blue' }) }, { message: 'Paint it blue' });
  const head = await repo.commit({ 'README.md': 'x' }, { message: 'Words' });
  await repo.git(['branch', 'try', head]);
  for (const tag of ['v1.9.0', 'v1.10.0']) await repo.git(['tag', tag, head]);
  await holdfast.untilSynced(name, head);
  const found = await waitFor('revisions', () =>
    holdfast.operator.inspect.revisions(name, AbortSignal.timeout(10_000)),
  );
  expect(found.commits.map(({ subject }) => subject)).toEqual(['Paint it blue', 'first']);
  expect(found).toMatchObject({ branches: ['main', 'try'], tags: ['v1.10.0', 'v1.9.0'], complete: true });

  const sync = await holdfast.operator.sync(name, { revision: 'v1.9.0' }, 'appdev');
  expect(sync.revision).toBe(head);
});
