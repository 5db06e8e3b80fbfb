import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Files } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';

let delivery: Delivery;

const chart = (template: string) => ({
  'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
  'chart/values.yaml': 'color: red\n',
  'chart/templates/cm.yaml': template,
});
const template = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart}\ndata: {color: ${value}}\n`;

beforeAll(async () => {
  delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [
      { name: `${name}-plain`, path: 'app', namespace: name },
      { name: `${name}-chart`, path: 'chart', namespace: name, helm: { valueFiles: ['prod.yaml'] } },
    ]),
    'chart/prod.yaml': 'size: large\n',
    'app/a.json': configMap('a', { color: 'red' }),
    ...chart(template('{{ .Values.color }}')),
  }));
  await delivery.test.untilSynced(`${delivery.name}-plain`);
  await delivery.test.untilSynced(`${delivery.name}-chart`);
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

const broken: {
  title: string;
  application: 'plain' | 'chart';
  object: string;
  commit(): Files;
  reason: RegExp;
}[] = [
  {
    title: 'YAML that is none',
    application: 'plain',
    object: 'a',
    commit: () => ({ 'app/a.json': '{"apiVersion": "v1", "kind: [}' }),
    reason: /app\/a\.json/,
  },
  {
    title: 'a manifest without a kind',
    application: 'plain',
    object: 'a',
    commit: () => ({ 'app/a.json': '{"apiVersion": "v1", "metadata": {"name": "a"}}' }),
    reason: /app\/a\.json/,
  },
  {
    title: 'a template that does not end',
    application: 'chart',
    object: 'chart',
    commit: () => chart(template('{{ if .Values.color }}blue')),
    reason: /cm\.yaml/,
  },
  {
    title: 'a template that fails',
    application: 'chart',
    object: 'chart',
    commit: () => chart(template('{{ required "a weight is needed" .Values.weight }}')),
    reason: /a weight is needed/,
  },
  {
    title: 'a values file that is not there',
    application: 'chart',
    object: 'chart',
    commit: () => ({ 'chart/prod.yaml': null }),
    reason: /prod\.yaml/,
  },
];

test.each(broken)('$title: what was in force stays so, and the next good commit is delivered', async entry => {
  const { test: holdfast, repo, kube, name } = delivery;
  const application = `${name}-${entry.application}`;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: entry.object };
  const before = (await kube.get(reference))?.data;
  const good = holdfast.operator.application(application).sync.revision;

  const bad = await repo.commit(entry.commit());
  await holdfast.refresh();
  const status = await holdfast.until(application, ({ sync }) => sync.status === 'Unknown');
  expect(status.sync.message).toMatch(entry.reason);
  expect(status.conditions).toContainEqual(
    expect.objectContaining({ type: 'ComparisonError', message: expect.stringMatching(entry.reason) }),
  );
  // Truthful: what runs is the last that could be rendered.
  expect(status.sync.revision).toBe(good);

  await kube.patch(reference, { data: { color: 'by hand' } });
  await waitFor('the repair', async () => (await kube.get(reference))?.data.color === before.color);
  await kube.delete(reference);
  await waitFor('its return', async () => (await kube.get(reference))?.data.color === before.color);
  expect(holdfast.operator.application(application).sync.status).toBe('Unknown');

  const fixed = await repo.revert(bad);
  await holdfast.untilSynced(application, fixed);
  expect(holdfast.operator.application(application).conditions.filter(({ type }) => type !== 'Fight')).toEqual([]);
  expect((await kube.get(reference))?.data).toEqual(before);
});

test('a broken commit, and a restart: the last good revision is kept as it was', async () => {
  const { repo, kube, name } = delivery;
  const application = `${name}-plain`;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'a' };
  const bad = await repo.commit({ 'app/a.json': '{' });
  const holdfast = await delivery.restart(() => kube.patch(reference, { data: { color: 'by hand' } }));
  await waitFor('the repair', async () => (await kube.get(reference))?.data.color === 'red');
  await holdfast.until(application, ({ sync }) => sync.status === 'Unknown');
  await holdfast.untilSynced(application, await repo.revert(bad));
});

test('a kind that the cluster does not know is its own problem: the rest of the commit is delivered', async () => {
  const { test: holdfast, repo, kube, name } = delivery;
  const application = `${name}-plain`;
  const strange = JSON.stringify({ apiVersion: 'none.test/v1', kind: 'Strange', metadata: { name: 's' } });
  const bad = await repo.commit({ 'app/strange.json': strange, 'app/b.json': configMap('b', { color: 'blue' }) });
  await holdfast.refresh();
  const status = await holdfast.until(
    application,
    ({ sync, operation }) => sync.revision === bad && operation?.result !== 'running' && sync.status === 'OutOfSync',
  );
  expect(status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'ResourceError',
      message: expect.stringMatching(/does not know the kind Strange/),
    }),
  );
  const b = { apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: 'b' };
  await waitFor('the rest', async () => (await kube.get(b)) !== undefined);
  await holdfast.untilSynced(application, await repo.revert(bad));
  expect(await kube.get(b)).toBeUndefined();
});
