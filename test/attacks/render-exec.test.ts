import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryTree } from '../../src/sources/memory-tree.ts';
import { endOf, never, requestFor, type TestRenderer, testRenderer } from '../scenarios/render/renderer.ts';

// Cases 14-16: what would run a program or fetch by itself. `noRemote` throws when something is fetched all the same.

let renderer: TestRenderer;
let canary: string;
beforeAll(async () => {
  renderer = await testRenderer();
  canary = await mkdtemp(join(tmpdir(), 'canary-'));
}, 900_000);
afterAll(async () => {
  expect(await readdir(canary), 'nothing was run').toEqual([]);
  await rm(canary, { recursive: true });
  await renderer[Symbol.asyncDispose]();
});

async function refuses(files: Record<string, string>, code = /^RENDER_(REFUSED|FAILED)$/): Promise<void> {
  const request = requestFor(memoryTree(files), {}, { allowsRemote: () => true });
  const end = await endOf(renderer.render(request, never));
  expect(end.code).toMatch(code);
}

describe('remote bases of a kustomization', () => {
  test.for([
    'git::https://h.example.com/o/r?ref=--upload-pack=x',
    'https://h.example.com/o/r?ref=-x',
    'https://h.example.com/o/r?ref=a..b',
    'https://h.example.com/o/r?version=--exec=x',
    'https://-oProxyCommand=x/o/r',
    'ssh://-oProxyCommand=touch/o/r',
    'https://h.example.com/--upload-pack=x/r',
    'https://h.example.com/o/r//../../x?ref=v1',
    'ext::sh -c touch% pwned',
    'file:///etc',
    'file://../other',
    'git@h.example.com:o/r',
    'gh:o/r',
    'http://h.example.com/o/r//x',
    'HTTPS://h.example.com/o/r?ref=-x',
    'git::file:///etc',
    'https://h.example.com/o\n/r',
  ])('%j is refused', async url => {
    for (const field of ['resources', 'bases', 'components', 'crds', 'configurations', 'generators', 'transformers'])
      await refuses({ 'app/kustomization.yaml': JSON.stringify({ [field]: [url] }) });
  });

  test.for([
    { patches: [{ path: 'https://h.example.com/p.yaml', target: { kind: 'X' } }] },
    { configMapGenerator: [{ name: 'x', files: ['https://h.example.com/p.yaml'] }] },
    { openapi: { path: 'https://h.example.com/schema.json' } },
    { replacements: [{ path: 'https://h.example.com/r.yaml' }] },
  ])('a URL where none belongs is not followed: %j', async kustomization => {
    await refuses({ 'app/kustomization.yaml': JSON.stringify(kustomization) });
  });
});

describe('plug-ins', () => {
  const run = () => `touch ${canary}/ran`;

  test('helmCharts is refused', async () => {
    const kustomization = { helmGlobals: { configHome: './evil', chartHome: './charts' }, helmCharts: [{ name: 'x' }] };
    await refuses({ 'app/kustomization.yaml': JSON.stringify(kustomization) });
    await refuses({ 'app/kustomization.yaml': JSON.stringify({ helmChartInflationGenerator: [{ chartName: 'x' }] }) });
  });

  test('a chart generator as a plug-in is refused', async () => {
    await refuses({
      'app/kustomization.yaml': 'generators: [g.yaml]',
      'app/g.yaml':
        'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\nname: x\nreleaseName: x\n',
    });
  });

  test.for(['generators', 'transformers', 'validators'])('%s that are programs are refused', async field => {
    await refuses({
      'app/kustomization.yaml': JSON.stringify({ resources: ['cm.yaml'], [field]: ['p.yaml'] }),
      'app/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
      'app/p.yaml': `apiVersion: evil.example.com/v1\nkind: Run\nmetadata: {name: x}\nargs: ["${run()}"]\n`,
    });
  });

  test.for([
    `exec: {path: "./run.sh"}`,
    `container: {image: "evil.example.com/x", network: true}`,
    `starlark: {path: ./x.star}`,
  ])('a function by annotation is refused: %s', async spec => {
    const annotations = JSON.stringify({ 'config.kubernetes.io/function': spec });
    const fn = `apiVersion: example.com/v1\nkind: Fn\nmetadata: {name: x, annotations: ${annotations}}\n`;
    for (const field of ['generators', 'transformers', 'validators']) {
      await refuses({
        'app/kustomization.yaml': JSON.stringify({ resources: ['cm.yaml'], [field]: ['fn.yaml'] }),
        'app/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
        'app/fn.yaml': fn,
        'app/run.sh': `#!/bin/sh\n${run()}\n`,
      });
    }
  });
});

describe('dependencies of a chart', () => {
  test.for([
    'ext::sh -c x',
    'git+https://h.example.com/x',
    '@alias',
    'alias:x',
    '--upload-pack=x',
    'ssh://h.example.com/x',
  ])('%j is no repository', async repository => {
    const dependencies = JSON.stringify([{ name: 'sub', version: '1.0.0', repository }]);
    await refuses({ 'app/Chart.yaml': `apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: ${dependencies}\n` });
  });
});
