import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test.each([{ options: [] }, { options: ['ApplyOutOfSyncOnly=true'] }])(
  'with the options $options only what is not as declared is sent',
  async ({ options }) => {
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    await using delivery = await startDelivery(name => ({
      'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: { options } }]),
      ...Object.fromEntries(names.map(one => [`app/${one}.json`, configMap(one, { color: 'red' })])),
    }));
    const { test: holdfast, access, name, repo } = delivery;
    await holdfast.untilSynced(name);
    const since = await mark(access);
    const commit = await repo.commit({ 'app/c7.json': configMap('c7', { color: 'green' }) });
    await holdfast.untilSynced(name, commit);
    expect(await writesIn(access, since, name)).toEqual(['patch configmaps/c7']);
  },
);
