import { expect, test } from 'vitest';
import { memoryTree } from '../../sources/memory-tree.ts';
import { detectType } from './type.ts';

test.each<[string, string[], string]>([
  ['a chart', ['Chart.yaml', 'values.yaml', 'templates/a.yaml'], 'helm'],
  ['a chart in lower case is none', ['chart.yaml'], 'directory'],
  ['a kustomization', ['kustomization.yaml', 'a.yaml'], 'kustomize'],
  ['a kustomization, short', ['kustomization.yml'], 'kustomize'],
  ['a kustomization, old', ['Kustomization'], 'kustomize'],
  ['a chart with a kustomization beside it', ['Chart.yaml', 'kustomization.yaml'], 'helm'],
  ['an appspec', ['appspec.yml', 'bin/start.sh'], 'appspec'],
  ['an appspec, long', ['appspec.yaml'], 'appspec'],
  ['a Procfile', ['Procfile', 'server.js', 'compose.yaml'], 'procfile'],
  ['Jsonnet', ['main.jsonnet', 'a.yaml'], 'jsonnet'],
  ['a Jsonnet library', ['lib.libsonnet'], 'directory'],
  ['manifests', ['a.yaml'], 'directory'],
  ['marks below do not count', ['a.yaml', 'sub/Chart.yaml'], 'directory'],
  ['nothing', [], 'directory'],
])('%s', async (_, files, type) => {
  const tree = memoryTree({ 'other/x': '', ...Object.fromEntries(files.map(file => [`app/${file}`, ''])) });
  expect(await detectType(tree, 'app')).toBe(type);
});

test('a directory is no mark', async () => {
  expect(await detectType(memoryTree({ 'Chart.yaml/a': '', Procfile: '' }), '.')).toBe('procfile');
});
