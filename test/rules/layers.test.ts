import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, programFiles } from './sources.ts';

/** Imports point left, or stay in the layer. */
const layers = [
  ['model', 'env', 'errors', 'version'],
  ['plan', 'health', 'dialects', 'config', 'telemetry'],
  ['git', 'sources', 'render', 'targets', 'store', 'access'],
  ['apply', 'reconcile'],
  ['api', 'cli', 'main', 'push'],
];

/** The seams between parts: pure types, which parts further left may speak about. */
const seams = ['src/sources/tree.ts', 'src/targets/target.ts', 'src/render/renderer.ts', 'src/git/repository.ts'];

/** `model` is imported by everyone, and imports nobody: it is nothing but words. */
const wordsOnly = 'model';

function folderOf(path: string): string {
  return (
    path
      .replace(/^src\//, '')
      .replace(/\.ts$/, '')
      .split('/')[0] ?? ''
  );
}

function layerOf(path: string): number {
  return layers.findIndex(layer => layer.includes(folderOf(path)));
}

const files = programFiles();

test('every folder of src has its layer', () => {
  const homeless = files.map(({ path }) => path).filter(path => layerOf(path) < 0);
  expect(homeless).toEqual([]);
});

test('imports point left', () => {
  const wrong: string[] = [];
  for (const { path, code } of files) {
    for (const { from, typeOnly } of importsOf(code)) {
      if (!from.startsWith('.')) continue;
      const target = join(dirname(path), from);
      const allowed = layerOf(target) <= layerOf(path) || (typeOnly && seams.includes(target));
      if (!allowed) wrong.push(`${path} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the model imports nothing but itself', () => {
  const model = files.filter(({ path }) => folderOf(path) === wordsOnly);
  const foreign = model.flatMap(({ path, code }) =>
    importsOf(code)
      .filter(({ from }) => folderOf(join(dirname(path), from)) !== wordsOnly)
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(foreign).toEqual([]);
});

test('seams are types only', () => {
  const seamFiles = files.filter(({ path }) => seams.includes(path));
  expect(seamFiles).toHaveLength(seams.length);
  for (const { path, code } of seamFiles) {
    expect([path, importsOf(code).filter(({ typeOnly }) => !typeOnly)]).toEqual([path, []]);
    expect([path, /\bexport (const|function|class|let)\b/.test(code)]).toEqual([path, false]);
  }
});

test('imports name a file with its ending', () => {
  const wrong = files.flatMap(({ path, code }) =>
    importsOf(code)
      .filter(({ from }) => from.startsWith('.') && !/\.(ts|json)$/.test(from))
      .map(({ from }) => `${path}: ${from}`),
  );
  expect(wrong).toEqual([]);
});

test('only what is made for a target knows it', () => {
  const wrong: string[] = [];
  for (const { path, code } of files) {
    for (const { from } of importsOf(code)) {
      const target = /^src\/targets\/(\w+)\//.exec(join(dirname(path), from))?.[1];
      const isMadeForIt = target !== undefined && path.split('/').includes(target);
      // The one table of all targets.
      if (target !== undefined && !isMadeForIt && path !== 'src/targets/create.ts')
        wrong.push(`${path} imports ${from}`);
    }
    if (/\btarget\.kind [!=]==/.test(code)) wrong.push(`${path} asks for target.kind`);
  }
  expect(wrong).toEqual([]);
});
