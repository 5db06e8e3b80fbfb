import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { deployment, type Fixture, type Manifest, startTarget } from './fixture.ts';

let world: Fixture;

beforeAll(async () => {
  world = await startTarget(await sharedControlPlane());
});
afterAll(async () => await world[Symbol.asyncDispose]());

async function healthOf(manifest: Manifest, wanted: string) {
  const [applied] = await world.apply([manifest]);
  return await waitFor(`${manifest.kind} to be ${wanted}`, () => {
    const live = world.target.observe(world.application, []).live.get(applied!.key);
    return live?.health.status === wanted && live;
  });
}

test('a Deployment is healthy when its controller has seen it, and says what it waits for', async () => {
  const idle = await healthOf(deployment('idle'), 'Healthy');
  expect(idle.summary).toBe('web:1, 0/0 ready');
  const busy = await healthOf(deployment('busy', 2), 'Progressing');
  await waitFor(
    'the reason',
    () =>
      world.target.observe(world.application, []).live.get(busy.key)?.health.message ===
      '0 of 2 replicas are available',
  );
});

test('a Job runs until its pod ends', async () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'run', image: 'run:1' }] } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { backoffLimit: 0, template } };
  const live = await healthOf(job, 'Progressing');
  expect(live.completion).toBe('running');
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace };
  const pod = await waitFor('its pod', async () => (await world.admin.list(pods, 'job-name=once'))[0]);
  await world.admin.patchStatus({ ...pods, name: pod.metadata.name }, { phase: 'Failed' });
  await waitFor(
    'its failure',
    () => world.target.observe(world.application, []).live.get(live.key)?.completion === 'failed',
  );
  expect(world.target.observe(world.application, []).live.get(live.key)?.health).toMatchObject({
    status: 'Degraded',
    message: expect.stringContaining('backoff limit'),
  });
});
