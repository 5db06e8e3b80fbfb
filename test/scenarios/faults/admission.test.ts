import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniqueName } from '../../world/cluster.ts';
import { startHttpServer, type TestHttpServer } from '../../world/http-server.ts';
import type { KubeObject } from '../../world/kube-client.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf } from '../delivery/setup.ts';
import { type Proxied, soon, startProxied } from './api-world.ts';

// A webhook server that is told what to say; it is asked about ConfigMaps of this test's namespace alone.

type Review = { uid: string; object: { metadata: { name: string }; data: Record<string, string> } };
type Verdict = { allowed: boolean; patch?: object[]; status?: object };

let world: Proxied;
let webhook: TestHttpServer;
let judge: (review: Review) => Verdict | 'silent' = () => ({ allowed: true });
const webhookName = uniqueName('faults');

beforeAll(async () => {
  webhook = await startHttpServer(
    async request => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece);
      const { request: review } = JSON.parse(Buffer.concat(pieces).toString());
      const verdict = judge(review);
      if (verdict === 'silent') return await new Promise(() => {});
      const { patch, ...rest } = verdict;
      const patched = patch && { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
      const response = { uid: review.uid, ...rest, ...patched };
      const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });
      return { status: 200, headers: { 'content-type': 'application/json' }, body };
    },
    { tls: true },
  );
  world = await startProxied(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, sync: soon }]),
    'app/a.json': configMap('a', { color: 'red' }),
    'app/b.json': configMap('b', { color: 'red' }),
  }));
  await world.test.untilSynced(world.name);
  await world.kube.create(configuration(world.name));
  // It works from when it was asked once.
  await waitFor('the webhook to be asked', async () => {
    await world.kube.patch(map('a'), { metadata: { annotations: { asked: String(performance.now()) } } });
    return webhook.log.length > 0;
  });
});
afterAll(async () => {
  await world?.kube.delete({ ...configurationKind, name: webhookName });
  await world?.[Symbol.asyncDispose]();
  await webhook?.stop();
});

const configurationKind = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' };

function configuration(namespace: string): KubeObject {
  return {
    ...configurationKind,
    metadata: { name: webhookName },
    webhooks: [
      {
        name: 'faults.holdfast.test',
        ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', timeoutSeconds: 1, failurePolicy: 'Fail' },
        reinvocationPolicy: 'Never',
        clientConfig: { url: webhook.url, caBundle: Buffer.from(webhook.ca!).toString('base64') },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] }],
      },
    ],
  };
}

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: world.name, name });
const dataOf = async (name: string) => (await world.kube.get(map(name)))?.data;
const both = (color: string) => ({
  'app/a.json': configMap('a', { color }),
  'app/b.json': configMap('b', { color }),
});
const applies = (since: number) => world.asked(since).filter(({ verb }) => verb === 'apply').length;

test('a webhook that denies one of two: it is said which, why and whose fault; the other is applied; tries are few', async () => {
  const { test: holdfast, repo, name } = world;
  judge = ({ object }) =>
    object.metadata.name === 'a' ? { allowed: false, status: { message: 'no green here' } } : { allowed: true };
  const since = world.mark();
  const commit = await repo.commit(both('green'));
  await holdfast.refresh();
  const failed = await holdfast.until(name, ({ operation }) => operation?.result === 'failed');
  expect(failed.operation?.message).toContain('no green here');
  expect(failed.operation?.message).toContain(`ConfigMap ${name}/a`);
  expect(failed.conditions.map(({ type }) => type)).toContain('SyncError');
  expect(failed.sync.status).toBe('OutOfSync');
  expect([await dataOf('a'), await dataOf('b')]).toEqual([{ color: 'red' }, { color: 'green' }]);
  // One request a sync and no more: a no is an answer.
  const syncs = holdfast.operator.history(name).filter(({ revision }) => revision === commit).length;
  expect(applies(since)).toBeLessThanOrEqual(syncs + 2);
  judge = () => ({ allowed: true });
  await holdfast.untilSynced(name, commit);
  expect(world.writes(since)).toEqual(['apply configmaps/b', 'apply configmaps/a']);
});

test('a webhook that changes a field of ours at each write: it is applied once, and no one fights', async () => {
  const { test: holdfast, repo, name } = world;
  judge = ({ object }) => ({
    allowed: true,
    patch: object.metadata.name === 'a' ? [{ op: 'replace', path: '/data/color', value: 'mutated' }] : [],
  });
  const since = world.mark();
  const commit = await repo.commit(both('blue'));
  await holdfast.refresh();
  await holdfast.until(name, ({ operation }) => operation?.revision === commit && operation.result === 'succeeded');
  // Anything that goes round and round would by now.
  await repo.commit({ 'README.md': 'nothing that is delivered' });
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced');
  expect([await dataOf('a'), await dataOf('b')]).toEqual([{ color: 'mutated' }, { color: 'blue' }]);
  expect(world.writes(since).toSorted()).toEqual(['apply configmaps/a', 'apply configmaps/b']);
  judge = () => ({ allowed: true });
});

test('a webhook that does not answer: it is said so, writes are few, and when it answers all is delivered', async () => {
  const { test: holdfast, repo, name } = world;
  judge = ({ object }) => (object.metadata.name === 'a' ? 'silent' : { allowed: true });
  const since = world.mark();
  const commit = await repo.commit(both('white'));
  await holdfast.refresh();
  await waitFor('the other', async () => (await dataOf('b'))?.color === 'white');
  expect(holdfast.status(name)?.sync.status).not.toBe('Synced');
  await waitFor('a second try', () => world.asked(since).filter(({ name: of }) => of === 'a').length >= 2);
  judge = () => ({ allowed: true });
  await holdfast.untilSynced(name, commit);
  expect(await dataOf('a')).toEqual({ color: 'white' });
  expect(world.writes(since)).toEqual(['apply configmaps/b', 'apply configmaps/a']);
  expect(applies(since)).toBeLessThan(8);
});
