import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectl } from '../../world/cluster.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { type Fixture, type Manifest, signal, startTarget } from './fixture.ts';

const canaries = ['CANARY-declared', 'CANARY-live', 'CANARY-annotation'];
let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane());
});
afterAll(async () => await world[Symbol.asyncDispose]());

function secret(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { key: 'CANARY-declared', same: 'x' } };
}

function expectNoCanary(...shown: unknown[]): void {
  const text = JSON.stringify(shown);
  for (const canary of canaries) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain(Buffer.from(canary).toString('base64'));
  }
}

test('values of a Secret are in no preview, text or observation, in whichever field they are', async () => {
  await kubectl(world.access, ['-n', world.namespace, 'apply', '-f', '-'], { input: JSON.stringify(secret('values')) });
  const [applied] = await world.apply([secret('values')]);
  const reference = { apiVersion: 'v1', kind: 'Secret', namespace: world.namespace, name: 'values' };
  await world.admin.patch(reference, {
    stringData: { key: 'CANARY-live', added: 'CANARY-live' },
    metadata: { annotations: { copy: 'CANARY-annotation' } },
  });
  await kubectl(world.access, [
    '-n',
    world.namespace,
    'annotate',
    'secret',
    'values',
    'kubectl.kubernetes.io/last-applied-configuration=CANARY-annotation',
    '--overwrite',
  ]);
  const live = await waitFor('the drift', () => {
    const found = world.target.observe(world.application, []).live.get(applied!.key);
    return found?.fingerprint !== applied!.fingerprint && found;
  });
  const [desired] = await world.identify([secret('values')]);
  const preview = await world.target.preview(desired!, live, world.context(), signal);
  expect(preview.changes).toMatchObject([{ path: '/data/key', masked: true }]);
  const texts = [await world.target.read(desired!.id, signal), await world.target.show(desired!)];
  expect(texts[0]).toContain('"key":"(hidden)"');
  expectNoCanary(preview, live, desired, texts);

  await world.admin.delete(reference);
  expectNoCanary(await world.target.preview(desired!, undefined, world.context(), signal));
});

test('values of Secrets are not read to look for drift', async () => {
  await world.apply([secret('unread')]);
  await world.admin.patch(
    { apiVersion: 'v1', kind: 'Secret', namespace: world.namespace, name: 'unread' },
    { stringData: { key: 'other' } },
  );
  const reads = (await world.requests()).filter(({ resource, verb }) => resource === 'secrets' && verb === 'get');
  expect(reads.filter(({ name }) => name === 'unread')).toEqual([]);
});
