import { expect, test } from 'vitest';
import { mark } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { reader, writesIn } from './manifests.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

test.each([
  { options: ['FailOnSharedResource=true'], color: 'a', sync: 'OutOfSync', takes: false },
  { options: [], color: 'b', sync: 'Synced', takes: true },
])(
  'two applications that declare the same resource are told so, and do not fight ($options)',
  async ({ options, color, takes, sync }) => {
    await using delivery = await startDelivery(name => ({
      'holdfast.yaml': environmentOf(name, [
        { name: `${name}-a`, path: 'a', namespace: name },
        { name: `${name}-b`, path: 'b', namespace: name, dependsOn: [`${name}-a`], sync: { options } },
      ]),
      'a/shared.json': configMap('shared', { color: 'a' }),
      'a/own.json': configMap('a', {}),
      'b/shared.json': configMap('shared', { color: 'b' }),
      'b/own.json': configMap('b', {}),
    }));
    const { test: holdfast, access, kube, name, repo } = delivery;
    const get = reader(kube, name);
    await holdfast.refresh();
    await holdfast.until(
      `${name}-b`,
      ({ sync: now, resources, operation }) =>
        operation?.result === 'succeeded' &&
        now.status === sync &&
        resources.some(({ id, sync: own }) => id.name === 'b' && own === 'Synced'),
    );
    expect((await get('ConfigMap', 'shared'))?.data.color).toBe(color);
    expect(await get('ConfigMap', 'b')).toBeDefined();
    const loser = takes ? `${name}-a` : `${name}-b`;
    const winner = takes ? `${name}-b` : `${name}-a`;
    const { conditions } = await holdfast.until(loser, status =>
      status.conditions.some(({ type }) => type === 'SharedResourceWarning'),
    );
    expect(conditions.map(({ type, message }) => [type, message])).toContainEqual([
      'SharedResourceWarning',
      `ConfigMap ${name}/shared also belongs to the application ${winner}`,
    ]);
    // Once, whether or not it is refused.
    expect(conditions.filter(({ message }) => message.includes('shared'))).toHaveLength(1);

    // Nobody takes it back by himself.
    const since = await mark(access);
    const own = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: takes ? 'a' : 'b' };
    await kube.delete(own);
    await waitFor('what is its own alone to be back', () => kube.get(own));
    expect((await holdfast.until(loser, ({ operation }) => operation?.result !== 'running')).sync.status).toBe(
      'OutOfSync',
    );
    expect((await writesIn(access, since, name)).filter(write => write.includes('shared'))).toEqual([]);

    // One of them lets go: the other one has it, without a moment of absence.
    const before = await get('ConfigMap', 'shared');
    const path = takes ? 'a' : 'b';
    const commit = await repo.commit({ [`${path}/shared.json`]: null });
    await holdfast.untilSynced(loser, commit);
    await holdfast.untilSynced(winner, commit);
    expect((await get('ConfigMap', 'shared'))?.metadata.uid).toBe(before?.metadata.uid);
    expect(holdfast.status(winner)?.conditions.filter(({ type }) => type === 'SharedResourceWarning')).toEqual([]);
  },
);
