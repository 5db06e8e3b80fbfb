import { expect, test } from 'vitest';
import { manifest } from './manifests.ts';
import { environmentOf, startDelivery } from './setup.ts';

const canary = 'canary-51d0aa';
const encoded = Buffer.from(canary).toString('base64');
const head = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: one\n';

test.each([
  { what: 'a map in the place of a value', path: 'app/one.yaml', text: `${head}data:\n  key: {inner: ${encoded}}\n` },
  { what: 'a list in the place of the values', path: 'app/one.yaml', text: `${head}data: [${encoded}]\n` },
  { what: 'text in the place of the values', path: 'app/one.yaml', text: `${head}data: ${encoded}\n` },
  { what: 'a value that is not base64', path: 'app/one.yaml', text: `${head}data:\n  key: "%${canary}"\n` },
  { what: 'broken YAML', path: 'app/one.yaml', text: `${head}stringData:\n  key: ${canary}: : [\n   ${canary}\n` },
  { what: 'broken JSON', path: 'app/one.json', text: `{"kind": "Secret", "stringData": {"key": "${canary}" "x"}}` },
  { what: 'an unknown field', path: 'app/one.yaml', text: `${head}stringDate:\n  ${canary}: ${canary}\n` },
  {
    what: 'another type',
    path: 'app/one.yaml',
    text: `${head}type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: ${canary}\n`,
  },
  {
    what: 'a broken template',
    path: 'app/templates/one.yaml',
    text: `${head}stringData:\n  key: {{ required "it is missing" .Values.absent }} ${canary}\n`,
    chart: true,
  },
])('a Secret with $what fails without a word of its values', async ({ path, text, chart }) => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    [path]: text,
    ...(chart ? { 'app/Chart.yaml': manifest({ apiVersion: 'v2', name: 'shop', version: '1.0.0' }) } : {}),
  }));
  const { test: holdfast, name } = delivery;
  await holdfast.refresh();
  await holdfast.until(
    name,
    ({ operation, conditions }) => operation?.result === 'failed' || conditions.some(({ level }) => level === 'error'),
  );
  const signal = AbortSignal.timeout(10_000);
  const said = JSON.stringify([
    holdfast.log,
    holdfast.operator.applications(),
    holdfast.operator.events({ limit: 10_000 }),
    holdfast.operator.history(name),
    await holdfast.operator.diff(name, {}, signal).catch(String),
    await holdfast.operator.sync(name, {}, 'appdev').catch(String),
  ]);
  expect(said).toContain(name);
  expect(said).not.toContain(canary);
  expect(said).not.toContain(encoded);
});
