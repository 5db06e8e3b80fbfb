import { expect, test } from 'vitest';
import type { Source } from '../model/application.ts';
import { memoryTree } from '../sources/memory-tree.ts';
import { withOverrides } from './overrides.ts';
import type { RenderRequest } from './renderer.ts';

function request(files: Record<string, string>, source: Partial<Source> = {}): RenderRequest {
  return {
    environment: '',
    application: { name: 'shop', project: 'team' },
    namespace: 'store',
    source: { repoURL: '', path: 'app', targetRevision: '', ...source },
    revision: '',
    tree: memoryTree({ 'app/a.yaml': '', ...files }),
    refs: new Map(),
    capabilities: { kubeVersion: '', apiVersions: [], hash: '' },
    allowsRemote: () => false,
  };
}

test('without files the source stays as it is', async () => {
  const plain = request({});
  expect(await withOverrides(plain)).toBe(plain.source);
});

test('options are merged, lists replaced, nulls removed; the file for the application comes last', async () => {
  const source = await withOverrides(
    request(
      {
        'app/.argocd-source.yaml': 'kustomize: {images: [web:2], namePrefix: null, commonLabels: {b: two}}\n',
        'app/.argocd-source-shop.yaml': 'kustomize: {images: [web:3]}\n',
        'app/.argocd-source-other.yaml': 'kustomize: {images: [web:4]}\n',
        '.argocd-source.yaml': 'kustomize: {images: [web:5]}\n',
      },
      { kustomize: { images: ['web:1', 'side:1'], namePrefix: 'x-', commonLabels: { a: 'one' } } },
    ),
  );
  expect(source.kustomize).toEqual({ images: ['web:3'], commonLabels: { a: 'one', b: 'two' } });
});

test('a file with nothing in it changes nothing', async () => {
  const helm = { releaseName: 'x' };
  expect((await withOverrides(request({ 'app/.argocd-source.yaml': '# nothing\n' }, { helm }))).helm).toEqual(helm);
});

test('a source without options gets those of the file', async () => {
  const helm = { parameters: [{ name: 'image.tag', value: 'v2', forceString: true }] };
  const files = { 'app/.argocd-source-shop.yaml': `helm: ${JSON.stringify(helm)}` };
  expect((await withOverrides(request(files))).helm).toEqual(helm);
});

test.for([
  ['a field that is none', 'repoURL: https://elsewhere.example.com\n'],
  ['a wrong type', 'helm: {parameters: yes}\n'],
  ['no YAML', 'helm: {{\n'],
  ['a list', '- helm\n'],
  [
    'an alias bomb',
    `${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(i ? `*a${i}` : 'x')}]`).join('\n')}\n`,
  ],
] as const)('%s is refused, with the name of the file', async ([, text]) => {
  await expect(withOverrides(request({ 'app/.argocd-source.yaml': text }))).rejects.toMatchObject({
    code: 'RENDER_INVALID',
    message: expect.stringContaining('app/.argocd-source.yaml'),
  });
});
