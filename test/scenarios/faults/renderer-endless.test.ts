import { expect, onTestFinished, test } from 'vitest';
import { startControlPlane } from '../../world/control-plane.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf, startDelivery } from '../delivery/setup.ts';

const endless = 36;
const good = 200;

test('dozens of applications that render without end delay none of 200 others, now or at any later commit', async () => {
  // Of its own: a kind that others define in a shared one is a reason to render everything anew.
  const access = await startControlPlane({ controllers: [] });
  onTestFinished(() => access.stop());
  await using delivery = await startDelivery(
    name => {
      const bad = Array.from({ length: endless }, (_, i) => `${name}-bad-${i}`);
      const fine = Array.from({ length: good }, (_, i) => `${name}-good-${i}`);
      const charts = bad.flatMap(one => [
        [`${one}/Chart.yaml`, 'apiVersion: v2\nname: endless\nversion: 1.0.0\n'],
        [`${one}/templates/x.yaml`, '{{ range 100000000000 }}{{ end }}'],
      ]);
      const maps = fine.map(one => [`${one}/a.json`, configMap(one, { color: 'red' })]);
      // The endless ones come first.
      const applications = [...bad, ...fine].map(one => ({ name: one, path: one, namespace: name }));
      return { 'holdfast.yaml': environmentOf(name, applications), ...Object.fromEntries([...charts, ...maps]) };
    },
    { budgets: { renderTime: '1s' } },
    { access },
  );
  const { test: holdfast, repo, name } = delivery;
  const counted = (
    prefix: string,
    check: (one: { sync: { status: string; message: string; revision: string } }) => boolean,
  ) => holdfast.operator.applications().filter(one => one.name.startsWith(`${name}-${prefix}-`) && check(one)).length;
  const synced = () => counted('good', ({ sync }) => sync.status === 'Synced');
  await waitFor('the good ones', () => synced() === good);
  await waitFor(
    'the bad ones to be said',
    () => counted('bad', ({ sync }) => /1000 ms|before it/.test(sync.message)) === endless,
  );

  for (const color of ['green', 'blue', 'grey']) {
    const began = performance.now();
    const fine = `${name}-good-${color.length}`;
    const commit = await repo.commit({
      [`${fine}/a.json`]: configMap(fine, { color }),
      // All of the bad ones are tried again at the same time.
      ...Object.fromEntries(
        Array.from({ length: endless }, (_, i) => [`${name}-bad-${i}/values.yaml`, `a: ${color}\n`]),
      ),
    });
    await holdfast.refresh();
    await waitFor(
      'the commit',
      () => counted('good', ({ sync }) => sync.revision === commit && sync.status === 'Synced') === good,
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  }
  expect(counted('bad', ({ sync }) => sync.status === 'Unknown')).toBe(endless);
});
