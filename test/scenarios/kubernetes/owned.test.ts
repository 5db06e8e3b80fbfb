import { expect, test } from 'vitest';
import { resourceKey } from '../../../src/model/resource.ts';
import type { LogLine, Owned } from '../../../src/targets/target.ts';
import { startKubelet } from '../../world/kubelet.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { waitFor } from '../../world/wait.ts';
import { answer, deployment, type Fixture, type Manifest, signal, startTarget, tampered } from './fixture.ts';

const container = { name: 'web', image: 'web:1' };
const labels = { run: 'set' };
const statefulSet: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'set' },
  spec: {
    serviceName: 'set',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
};
const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'set' },
  spec: { selector: labels, ports: [{ port: 80 }] },
};
const cronJob: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: {
    schedule: '* * * * *',
    suspend: true,
    jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
  },
};

/** Until it is as wanted; each look is one of its own. */
async function ownedWhen(world: Fixture, wanted: (owned: Owned) => boolean): Promise<Owned> {
  return await waitFor('what is made', async () => {
    const owned = await world.target.owned(world.application, signal);
    return wanted(owned) ? owned : undefined;
  });
}

/** `Pod < ReplicaSet`, with names that somebody chose. */
function lines({ resources }: Owned): string[] {
  const kindOf = (key: string) => key.split('/')[1];
  return resources.map(({ id, parents }) => `${id.kind} < ${parents.map(kindOf).join(', ')}`).toSorted();
}

test('what resources have made is found, with how it is; what others made, and secrets, are not', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  const { namespace, admin } = world;
  await world.apply([deployment('web', 2), statefulSet, service, cronJob]);
  const other = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'other', namespace },
    spec: { containers: [container] },
  };
  await admin.create(other);
  const uid = (await admin.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' }))?.metadata.uid;
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid };
  await admin.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'made', namespace, ownerReferences: [owner] },
    stringData: { password: 'hunter2' },
  } as never);
  const cron = await admin.get({ apiVersion: 'batch/v1', kind: 'CronJob', namespace, name: 'nightly' });
  await admin.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'nightly-1',
      namespace,
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: cron?.metadata.uid }],
    },
    spec: cron?.spec.jobTemplate.spec,
  } as never);

  const owned = await ownedWhen(world, ({ resources }) => resources.length === 8);
  expect(lines(owned)).toEqual([
    'EndpointSlice < Service',
    'Job < CronJob',
    'PersistentVolumeClaim < StatefulSet',
    'Pod < Job',
    'Pod < ReplicaSet',
    'Pod < ReplicaSet',
    'Pod < StatefulSet',
    'ReplicaSet < Deployment',
  ]);
  expect([owned.complete, owned.reason]).toEqual([true, '']);
  const pod = owned.resources.find(({ parents }) => parents[0]?.startsWith('apps/ReplicaSet/'));
  expect(pod).toMatchObject({ containers: ['web'], health: { status: 'Progressing' }, summary: 'web:1, Pending' });
  const set = owned.resources.find(({ id }) => id.kind === 'ReplicaSet');
  expect(set).toMatchObject({ summary: 'web:1, 0/2 ready', createdAt: expect.any(Number) });
  expect(owned.prints(pod!.id)).toBe(true);
  expect(owned.prints({ group: '', kind: 'Service', namespace, name: 'set' })).toBe(false);
  expect(JSON.stringify(owned)).not.toContain('hunter2');
});

test('those who look at the same time share the requests, and only what may be there is asked for', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  await world.apply([deployment('web', 1)]);
  await ownedWhen(world, ({ resources }) => resources.length === 2);
  const asked = await waitFor('a look that is not of a moment ago', async () => {
    await world.requests();
    await Promise.all([1, 2, 3].map(() => world.target.owned(world.application, signal)));
    // What others delete in the same cluster is looked after by a get.
    const sent = (await world.requests()).filter(({ verb }) => verb === 'list');
    return sent.length > 0 ? sent : undefined;
  });
  expect(asked.map(({ verb, resource }) => `${verb} ${resource}`).toSorted()).toEqual([
    'list pods',
    'list replicasets',
  ]);
});

test('what may not be listed is said, and hides nothing else', async () => {
  const access = await sharedControlPlane();
  const forbidden = JSON.stringify({
    kind: 'Status',
    status: 'Failure',
    reason: 'Forbidden',
    message: 'no',
    code: 403,
  });
  const env = tampered(request => (/\/endpointslices\?limit/.test(request.path) ? answer(403, forbidden) : request));
  await using world = await startTarget(access, { env });
  await world.apply([deployment('web', 1), service]);
  const owned = await ownedWhen(world, ({ resources }) => resources.length === 2);
  expect(lines(owned)).toEqual(['Pod < ReplicaSet', 'ReplicaSet < Deployment']);
  expect([owned.complete, owned.reason]).toEqual([false, expect.stringContaining('list endpointslices')]);
});

test('events about one object come newest first, and none of others', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  await world.apply([deployment('web', 1), deployment('silent')]);
  const id = { group: 'apps', kind: 'Deployment', namespace: world.namespace, name: 'web' };
  const found = await waitFor('the event', async () => {
    const events = await world.target.events(world.application, id, signal);
    return events.length > 0 ? events : undefined;
  });
  expect(found[0]).toMatchObject({
    ...{ level: 'info', reason: 'ScalingReplicaSet', source: 'deployment-controller', count: 1 },
    message: expect.stringMatching(/^Scaled up replica set web-\w+ /),
  });
  expect(found[0]!.lastAt).toBeGreaterThan(Date.now() - 120_000);
  const event = (n: number) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web.${n}`, namespace: world.namespace },
    involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: world.namespace },
    ...{ type: 'Warning', reason: 'Broken', message: `time ${n}`, count: n },
    lastTimestamp: new Date(Date.now() + n * 60_000).toISOString(),
  });
  for (let n = 1; n <= 3; n++) await world.admin.create(event(n) as never);
  const now = await world.target.events(world.application, id, signal);
  expect(now.slice(0, 3).map(({ level, message, count }) => [level, message, count])).toEqual([
    ['warning', 'time 3', 3],
    ['warning', 'time 2', 2],
    ['warning', 'time 1', 1],
  ]);
  const silent = await world.target.events(world.application, { ...id, name: 'nothing' }, signal);
  expect(silent).toEqual([]);
});

test('logs of one pod, of one of its containers, and since a time', async () => {
  const access = await sharedControlPlane();
  await using world = await startTarget(access);
  await using kubelet = await startKubelet(access);
  await world.apply([deployment('talker', 2)]);
  await waitFor('both pods', async () => {
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace: world.namespace };
    return (await world.admin.list(pods, 'run=talker')).length === 2 || undefined;
  });
  const [pod = ''] = await kubelet.run(world.namespace, 'run=talker');
  const key = resourceKey({ group: '', kind: 'Pod', namespace: world.namespace, name: pod });
  const read = async (resource: string, options: object = {}) => {
    const lines: LogLine[] = [];
    for await (const line of world.target.logs!(world.application, resource, options, signal)) lines.push(line);
    return lines;
  };
  expect((await read(key)).map(({ source, text }) => [source, text])).toEqual([
    [`${pod}/web`, 'web first'],
    [`${pod}/web`, 'web second'],
  ]);
  expect(await read(key, { container: 'web' })).toHaveLength(2);
  await expect(read(key, { container: 'none' })).rejects.toMatchObject({ code: 'K8S_NOT_FOUND' });
  await world.requests();
  await read(key, { since: 2_000 });
  const [log] = (await world.requests()).filter(({ subresource }) => subresource === 'log');
  expect(log?.uri).toContain('sinceTime=1970-01-01T00%3A00%3A02');
  const foreign = resourceKey({ group: '', kind: 'Pod', namespace: world.namespace, name: 'foreign' });
  await expect(read(foreign)).rejects.toMatchObject({ code: 'K8S_NOT_FOUND' });
});
