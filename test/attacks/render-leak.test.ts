import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../../src/sources/memory-tree.ts';
import {
  endOf,
  manifestsOf,
  never,
  requestFor,
  type TestRenderer,
  testRenderer,
} from '../scenarios/render/renderer.ts';

// Neighbours of cases 53, 58 and 68: secret values in errors, and fields that only a server may write.

const canary = 'CANARY-5f2d';
let renderer: TestRenderer;
beforeAll(async () => {
  renderer = await testRenderer();
}, 900_000);
afterAll(async () => await renderer[Symbol.asyncDispose]());

describe('an error about a secret does not say it', () => {
  const chart = { 'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n' };
  const schema = (password: object) => JSON.stringify({ type: 'object', properties: { password } });
  const cases: [string, Record<string, MemoryFile>][] = [
    [
      'broken YAML',
      {
        'app/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: "${canary}\n  q: x: y: ${canary}\n`,
      },
    ],
    ['no name', { 'app/s.yaml': `apiVersion: v1\nkind: Secret\nstringData: {p: ${canary}}\n` }],
    [
      'labels of the wrong type',
      { 'app/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: {a: [${canary}]}}\n` },
    ],
    ['a literal without a name', { 'app/kustomization.yaml': `secretGenerator: [{name: s, literals: ["${canary}"]}]` }],
    [
      'a patch that cannot be read',
      { 'app/kustomization.yaml': `patches: [{patch: "kind: Secret\\nstringData: {p: ${canary}"}]` },
    ],
    [
      'a patch that fits nothing',
      {
        'app/kustomization.yaml': `patches: [{patch: "apiVersion: v1\\nkind: Secret\\nmetadata: {name: s}\\nstringData: {p: ${canary}}"}]`,
        'app/x.yaml': 'a: 1',
      },
    ],
    [
      'a schema by pattern',
      { ...chart, 'app/values.yaml': `password: ${canary}`, 'app/values.schema.json': schema({ pattern: '^x$' }) },
    ],
    [
      'a schema by choice',
      { ...chart, 'app/values.yaml': `password: ${canary}`, 'app/values.schema.json': schema({ enum: ['a', 'b'] }) },
    ],
    [
      'a schema by constant',
      { ...chart, 'app/values.yaml': `password: ${canary}`, 'app/values.schema.json': schema({ const: 'a' }) },
    ],
    [
      'a schema by length',
      { ...chart, 'app/values.yaml': `password: ${canary}`, 'app/values.schema.json': schema({ maxLength: 3 }) },
    ],
    [
      'a schema by type',
      { ...chart, 'app/values.yaml': `password: ${canary}`, 'app/values.schema.json': schema({ type: 'integer' }) },
    ],
    [
      'a template that makes no YAML',
      {
        ...chart,
        'app/values.yaml': `password: ${canary}`,
        'app/templates/s.yaml':
          'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: "{{ .Values.password }}\n  {{ .Values.password }}: : x\n',
      },
    ],
    ['values that are no YAML', { ...chart, 'app/values.yaml': `password: "${canary}\n x: [` }],
  ];

  test.for(cases)('%s', async ([, files]) => {
    const end = await endOf(renderer.render(requestFor(memoryTree(files), {}), never));
    expect(end.code).toMatch(/^RENDER_/);
    expect(end.message).not.toContain('CANARY');
  });
});

test('a rendered secret cannot be printed by accident', async () => {
  const files = { 'app/s.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: ${canary}}\n` };
  const { inspect } = await import('node:util');
  const result = await renderer.render(requestFor(memoryTree(files), {}), never);
  for (const text of [JSON.stringify(result), inspect(result, { depth: 20 }), String(result.resources[0]?.body)])
    expect(text).not.toContain('CANARY');
  expect(JSON.stringify(await manifestsOf(result))).toContain(canary);
});

test('what only a server writes does not come from Git', async () => {
  const metadata = {
    name: 'x',
    uid: 'u',
    resourceVersion: '1',
    generation: 7,
    selfLink: '/x',
    creationTimestamp: null,
    deletionTimestamp: '2020-01-01T00:00:00Z',
    managedFields: [{ manager: 'kubectl' }],
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' }],
    finalizers: ['example.com/keep'],
    labels: { 'holdfast.dev/application': 'another' },
    annotations: { 'holdfast.dev/application': 'another' },
  };
  const files = {
    'app/x.json': JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata, spec: {}, status: { a: 1 } }),
  };
  const result = await renderer.render(requestFor(memoryTree(files), {}), never);
  expect(await manifestsOf(result)).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'x',
        finalizers: ['example.com/keep'],
        labels: { 'holdfast.dev/application': 'shop' },
        annotations: { 'holdfast.dev/application': 'shop' },
      },
      spec: {},
    },
  ]);
  expect(result.warnings).toEqual(['Service x has ownerReferences; they are left out']);
});
