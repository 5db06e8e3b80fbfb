import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryTree } from '../../../src/sources/memory-tree.ts';
import { never, requestFor, type TestRenderer, testRenderer } from './renderer.ts';

/** A third each of plain directories, kustomizations on one of two bases, and charts with values from one of two files. */
const count = 1_000;
const kinds = ['plain', 'kustomize', 'helm'] as const;
const kindOf = (i: number) => kinds[i % kinds.length];
const groupOf = (i: number) => (Math.floor(i / kinds.length) % 2 === 0 ? 'a' : 'b');

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
}

function repository(): Record<string, string> {
  const files: Record<string, string> = { 'README.md': 'hello' };
  for (const group of ['a', 'b']) {
    files[`bases/${group}/kustomization.yaml`] = 'resources: [cm.yaml]\n';
    files[`bases/${group}/cm.yaml`] = configMap(group);
    files[`values/${group}.yaml`] = `group: ${group}\n`;
  }
  for (let i = 0; i < count; i++) {
    const app = `apps/app-${i}`;
    files[`${app}/notes.txt`] = 'not a manifest';
    if (kindOf(i) === 'plain') files[`${app}/cm.yaml`] = configMap(`plain-${i}`);
    if (kindOf(i) === 'kustomize')
      files[`${app}/kustomization.yaml`] = `resources: [../../bases/${groupOf(i)}]\nnamePrefix: k${i}-\n`;
    if (kindOf(i) === 'helm') {
      files[`${app}/Chart.yaml`] = 'apiVersion: v2\nname: c\nversion: 1.0.0\n';
      files[`${app}/templates/cm.yaml`] = `${configMap('"{{ .Release.Name }}"')}data: {group: {{ .Values.group }}}\n`;
    }
  }
  return files;
}

let renderer: TestRenderer;
beforeAll(async () => {
  renderer = await testRenderer();
}, 900_000);
afterAll(async () => await renderer[Symbol.asyncDispose]());

/** Numbers of the applications that had to be rendered. */
async function rendered(files: Record<string, string>): Promise<number[]> {
  const tree = memoryTree(files);
  const results = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const source = {
        path: `apps/app-${i}`,
        ...(kindOf(i) === 'helm' && { helm: { valueFiles: [`/values/${groupOf(i)}.yaml`] } }),
      };
      const application = { name: `app-${i}`, project: 'default' };
      const { cached, resources } = await renderer.render(requestFor(tree, source, { application }), never);
      expect(resources.length).toBe(1);
      return cached ? -1 : i;
    }),
  );
  return results.filter(i => i >= 0);
}

test('a commit renders again exactly the applications whose inputs it touches', async () => {
  const files = repository();
  const numbers = Array.from({ length: count }, (_, i) => i);

  expect(await rendered(files), 'everything, once').toEqual(numbers);
  expect(await rendered(files), 'nothing, the second time').toEqual([]);

  files['README.md'] = 'hello again';
  files['bases/c/kustomization.yaml'] = 'resources: []\n';
  files['apps/app-0/notes.txt'] = 'still no manifest';
  expect(await rendered(files), 'nothing for what nobody reads').toEqual([]);

  files['bases/a/cm.yaml'] = `${configMap('a')}data: {changed: "yes"}\n`;
  expect(await rendered(files), 'all users of a base').toEqual(
    numbers.filter(i => kindOf(i) === 'kustomize' && groupOf(i) === 'a'),
  );

  files['values/b.yaml'] = 'group: bee\n';
  expect(await rendered(files), 'all users of a values file').toEqual(
    numbers.filter(i => kindOf(i) === 'helm' && groupOf(i) === 'b'),
  );

  files['apps/app-0/another.yaml'] = configMap('another');
  files['apps/app-0/cm.yaml'] = '# empty now\n';
  files['apps/app-3/cm.yaml'] = configMap('plain-3-changed');
  expect(await rendered(files), 'a file that came, and one that changed').toEqual([0, 3]);
});
