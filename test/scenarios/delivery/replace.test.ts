import { expect, test } from 'vitest';
import { reader, syncOptions } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test('what others added stays beside what is applied, and goes where Git asks to replace', async () => {
  const files = (color: string) => ({
    'app/applied.json': configMap('applied', { color }),
    'app/replaced.json': configMap('replaced', { color }, syncOptions('Replace=true')),
  });
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    ...files('red'),
  }));
  const { test: holdfast, kube, name, repo } = delivery;
  const get = reader(kube, name);
  await holdfast.untilSynced(name);
  const before = await get('ConfigMap', 'replaced');
  for (const one of ['applied', 'replaced'])
    await kube.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: one },
      { data: { extra: 'by hand' } },
    );

  const commit = await repo.commit(files('green'));
  await holdfast.untilSynced(name, commit);
  expect((await get('ConfigMap', 'applied'))?.data).toEqual({ color: 'green', extra: 'by hand' });
  const after = await get('ConfigMap', 'replaced');
  expect(after?.data).toEqual({ color: 'green' });
  expect(after?.metadata.uid).toBe(before?.metadata.uid);

  // It goes on to be ours: drift is seen and healed.
  await kube.patch(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'replaced' },
    { data: { color: 'grey' } },
  );
  await holdfast.until(
    name,
    ({ operation }) => operation?.startedBy === 'self-heal' && operation.result === 'succeeded',
  );
  await holdfast.untilSynced(name, commit);
  expect((await get('ConfigMap', 'replaced'))?.data).toEqual({ color: 'green' });
});
