import { expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { later, soon, startProxied } from './api-world.ts';

const passed = { ms: 0 };

test('somebody who writes another value ten times a second: repairs get rare, it is said who it is, and others are not held up', async () => {
  await using world = await startProxied(
    name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
      'app/a.json': configMap('a', { color: 'red' }),
      'app/b.json': configMap('b', { color: 'red' }),
    }),
    { change: later(passed) },
  );
  const { test: holdfast, repo, kube, name } = world;
  await holdfast.untilSynced(name);
  const map = (of: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: of });
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: name } };

  const since = world.mark();
  let tick = 0;
  const rival = setInterval(() => {
    kube.apply({ ...theirs, data: { color: `theirs-${tick++}` } }, 'rival').catch(() => {});
  }, 100);
  try {
    const fought = await holdfast.until(name, ({ conditions }) => conditions.some(({ type }) => type === 'Fight'));
    expect(fought.conditions.find(({ type }) => type === 'Fight')?.message).toContain('rival');
    // While that goes on, its neighbour is repaired at once, and a commit is delivered.
    await kube.patch(map('b'), { data: { color: 'by hand' } });
    await waitFor('the repair', async () => (await kube.get(map('b')))?.data.color === 'red');
    const commit = await repo.commit({ 'app/b.json': configMap('b', { color: 'green' }) });
    await holdfast.refresh();
    await waitFor('the commit', async () => (await kube.get(map('b')))?.data.color === 'green');
    await holdfast.until(name, ({ sync }) => sync.revision === commit && sync.status === 'OutOfSync');
    await waitFor('a long fight', () => tick >= 30);
  } finally {
    clearInterval(rival);
  }
  const repairs = world.writes(since).filter(write => write === 'apply configmaps/a').length;
  expect(repairs).toBeGreaterThanOrEqual(3);
  expect(repairs).toBeLessThanOrEqual(6);
  // The pause before the next repair is over.
  passed.ms += 30_000;
  await holdfast.operator.refresh(name, AbortSignal.timeout(5_000));
  await waitFor('peace', async () => (await kube.get(map('a')))?.data.color === 'red');
});
