import { expect, test } from 'vitest';
import { applicationName, commitFleet, configMapManifest, environmentName, namespaceOf } from '../../../bench/fleet.ts';
import { type Mark, mark, requests } from '../../world/audit.ts';
import { startControlPlane } from '../../world/control-plane.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { type KubeClient, referenceOf } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { environmentOf, startDelivery } from '../delivery/setup.ts';
import { startRelay } from './relay.ts';

const fleet = { applications: 20, objects: 4 };
/** In a namespace of ours, so that only their missing mark tells them apart. */
const foreign = Array.from({ length: 300 }, (_, n) => {
  const { metadata, ...rest } = configMapManifest(`foreign-${n}`, { app: 'foreign' }, { text: 'x'.repeat(2_000) });
  return { ...rest, metadata: { ...metadata, namespace: namespaceOf(0) } };
});
const foreignBytes = JSON.stringify(foreign).length;

test('a restart writes nothing and reads what is ours, not what else is there; nor do changes to that come by', async () => {
  await using plane = await startControlPlane();
  await using directory = await temporaryDirectory('relay');
  await using relay = await startRelay(plane, directory.path);
  const { access } = relay;
  await using delivery = await startDelivery(
    () => ({ 'holdfast.yaml': environmentOf(environmentName, []) }),
    {},
    { access },
  );
  const { repo, kube } = delivery;
  const commit = await commitFleet(repo, fleet);
  await untilAllSynced();

  const alone = await restart();
  for (const object of foreign) await kube.create(object);
  const among = await restart();
  expect(among.received).toBeLessThan(alone.received + foreignBytes * 0.05);
  for (const { made } of [alone, among]) {
    expect(made.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
    expect(made.filter(({ verb, name }) => verb === 'get' && name.startsWith('shop-'))).toEqual([]);
    const byKind = Object.groupBy(
      made.filter(({ resource }) => resource !== ''),
      ({ apiGroup, resource }) => `${resource}.${apiGroup}`,
    );
    // A list that streams, or a list and a watch; one more for definitions, which are watched for their own sake.
    const often = Object.entries(byKind).filter(([, asked = []]) => asked.length > 3);
    expect(often.map(([kind, asked]) => [kind, asked?.map(({ verb, uri }) => `${verb} ${uri}`)])).toEqual([]);
  }

  const before = relay.receivedBytes();
  for (const object of foreign) await kube.patch(referenceOf(object), { data: { text: 'y'.repeat(2_000) } });
  // Whoever has seen this later change has seen all that was to be seen of the earlier ones.
  const ours = { apiVersion: 'v1', kind: 'ConfigMap', namespace: namespaceOf(0), name: applicationName(0) };
  await heal(kube, ours);
  expect(relay.receivedBytes() - before).toBeLessThan(foreignBytes * 0.05);

  async function untilAllSynced(): Promise<void> {
    await delivery.test.refresh();
    await waitFor('all to be Synced', () => {
      const found = delivery.test.operator.applications();
      const synced = found.filter(({ sync }) => sync.status === 'Synced' && sync.revision === commit);
      return synced.length === fleet.applications;
    });
  }

  async function restart() {
    const start: { bytes: number; since?: Mark } = { bytes: 0 };
    await delivery.restart(async () => {
      start.bytes = relay.receivedBytes();
      start.since = await mark(access);
    });
    await untilAllSynced();
    const received = relay.receivedBytes() - start.bytes;
    return { received, made: await requests(access, { ...start, user: 'holdfast' }) };
  }
});

async function heal(kube: KubeClient, reference: Parameters<KubeClient['patch']>[0]): Promise<void> {
  await kube.patch(reference, { data: { 'ui.color': 'by hand' } });
  await waitFor('the repair', async () => (await kube.get(reference))?.data['ui.color'] === '#34577c');
}
