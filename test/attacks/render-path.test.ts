import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Source } from '../../src/model/application.ts';
import { type MemoryFile, memoryTree } from '../../src/sources/memory-tree.ts';
import type { Tree, TreeEntry } from '../../src/sources/tree.ts';
import {
  endOf,
  manifestsOf,
  never,
  requestFor,
  type TestRenderer,
  testRenderer,
} from '../scenarios/render/renderer.ts';

// Cases 1-4, 6, 7 of the attacks: paths that lead out of the source. Whatever they reach for, nothing of it may show.

let renderer: TestRenderer;
beforeAll(async () => {
  renderer = await testRenderer();
}, 900_000);
afterAll(async () => await renderer[Symbol.asyncDispose]());

const refused = /^RENDER_(REFUSED|FAILED|INVALID|TOO_LARGE)$/;
const chart = {
  'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'app/templates/cm.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {all: {{ toJson .Values | quote }}, file: {{ .Files.Get "leak" | quote }}}\n',
};

async function refuses(
  files: Record<string, MemoryFile>,
  source: Parameters<typeof requestFor>[1] = {},
): Promise<string> {
  const started = performance.now();
  const end = await endOf(renderer.render(requestFor(memoryTree(files), source), never));
  expect(end.code).toMatch(refused);
  expect(end.message).not.toMatch(/root:|\/bin\/|PATH=/);
  expect(performance.now() - started).toBeLessThan(5_000);
  return end.message;
}

describe('value files', () => {
  test.for([
    '../../../../proc/self/environ',
    '/etc/passwd',
    '/proc/self/environ',
    '..%2f..%2fetc%2fpasswd',
    '..\\..\\etc\\passwd',
    'values\0.yaml',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data',
    '$nothing/values.yaml',
    '../../../*',
    '/etc/pass*',
    `${'../'.repeat(2000)}etc/passwd`,
  ])('%j is refused', async file => {
    await refuses(chart, { helm: { valueFiles: [file] } });
    await refuses(chart, { helm: { fileParameters: [{ name: 'a', path: file }] } });
  });

  test.for(['/etc/passwd', '../../etc/passwd', '../../../../../../proc/self/environ'])(
    'a link to %s is refused',
    async target => {
      await refuses({ ...chart, 'app/values.yaml': { symlink: target } });
      await refuses({ ...chart, 'app/prod.yaml': { symlink: target } }, { helm: { valueFiles: ['prod.yaml'] } });
      await refuses({ ...chart, 'app/leak': { symlink: target } });
    },
  );
});

describe('links in a plain directory', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n';

  test('one that stays in the repository is followed', async () => {
    const files = { 'app/x.yaml': { symlink: '../other/secret.yaml' }, 'other/secret.yaml': secret };
    const result = await renderer.render(requestFor(memoryTree(files), {}), never);
    expect(result.resources.map(resource => resource.id.name)).toEqual(['other']);
  });

  test('one that leaves the repository is refused', async () => {
    await refuses({ 'app/x.yaml': { symlink: '../../other-repository/secret.yaml' } });
    await refuses({ 'app/x.yaml': { symlink: '/var/run/secrets/kubernetes.io/serviceaccount/token' } });
  });

  test('a chain without end is refused', async () => {
    await refuses({ 'app/a.yaml': { symlink: 'b.yaml' }, 'app/b.yaml': { symlink: 'a.yaml' } });
    await refuses({ 'app/a.yaml': { symlink: 'a.yaml' } });
    const chain = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`app/l${i}.yaml`, { symlink: `l${i + 1}.yaml` }]),
    );
    await refuses({ ...chain, 'app/l500.yaml': secret });
  });

  test('a directory that holds a link to itself does not make charts without end', async () => {
    await refuses({ ...chart, 'app/files/again': { symlink: '..' } });
    await refuses({ ...chart, 'app/templates/again': { symlink: '../templates' } });
    await refuses({
      ...chart,
      'app/one/link': { symlink: '../two' },
      'app/two/link': { symlink: '../one' },
    });
  });
});

test('directories without end are refused', async () => {
  const directory: TreeEntry = { name: 'd', type: 'directory', id: 'd', executable: false };
  const chart: TreeEntry = { name: 'Chart.yaml', type: 'file', id: 'c', executable: false };
  const tree: Tree = {
    id: 'endless',
    entry: path => Promise.resolve(path.endsWith('d') || path === 'app' ? directory : undefined),
    list: path => Promise.resolve(path === 'app' ? [chart, directory] : [directory]),
    read: () => Promise.resolve(Buffer.from('apiVersion: v2\nname: c\nversion: 1.0.0\n')),
    reference: () => Promise.reject(new Error('not here')),
  };
  for (const source of [
    { type: 'directory', directory: { recurse: true } },
    { type: 'helm', helm: { valueFiles: ['**/x.yaml'] } },
  ] satisfies Partial<Source>[]) {
    const end = await endOf(renderer.render(requestFor(tree, source), never));
    expect(end.code).toMatch(refused);
  }
});

describe('Jsonnet imports', () => {
  test.for([
    'import "/var/run/secrets/kubernetes.io/serviceaccount/token"',
    'importstr "/etc/passwd"',
    'importstr "../../../../etc/passwd"',
    'importbin "/etc/passwd"',
    'importstr "..\\\\..\\\\etc/passwd"',
  ])('%s is refused', async expression => {
    await refuses({ 'app/x.jsonnet': `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: ${expression}}}` });
  });

  test('code in variables may import no more than the file may', async () => {
    const extVars = [{ name: 'x', value: 'importstr "/etc/passwd"', code: true }];
    await refuses({ 'app/x.jsonnet': '{a: std.extVar("x")}' }, { directory: { jsonnet: { extVars } } });
    await refuses({ 'app/x.jsonnet': '{a: 1}' }, { directory: { jsonnet: { libs: ['../../..'] } } });
  });
});

describe('names of charts', () => {
  test.for(['..', '.', 'a/../../b', 'a\nb', '', '-x', 'a b'])('%j is refused', async name => {
    await refuses({ ...chart, 'app/Chart.yaml': `apiVersion: v2\nname: ${JSON.stringify(name)}\nversion: 1.0.0\n` });
  });

  test.for(['a\nb', 'a/b', '..', '../x'])('%j as an alias is refused', async alias => {
    const dependencies = JSON.stringify([{ name: 'sub', version: '1.0.0', alias }]);
    await refuses({
      ...chart,
      'app/Chart.yaml': `apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: ${dependencies}\n`,
      'app/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
    });
  });

  test('a dependency beside the chart stays in the repository', async () => {
    for (const path of ['../../../etc', '/etc', '../app']) {
      const dependencies = JSON.stringify([{ name: 'sub', version: '1.0.0', repository: `file://${path}` }]);
      await refuses({
        ...chart,
        'app/Chart.yaml': `apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: ${dependencies}\n`,
      });
    }
  });
});

describe('Kustomize', () => {
  test.for([
    { resources: ['/etc/passwd'] },
    { resources: ['../../../etc'] },
    { resources: ['../other/secret.yaml'] },
    { configMapGenerator: [{ name: 'x', files: ['/etc/passwd'] }] },
    { configMapGenerator: [{ name: 'x', files: ['../../../../../etc/passwd'] }] },
    { configMapGenerator: [{ name: 'x', envs: ['/proc/self/environ'] }] },
    { patches: [{ path: '/etc/passwd' }] },
    { patches: [{ path: '../../../../etc/passwd' }] },
    { openapi: { path: '/etc/passwd' } },
    { configurations: ['/etc/passwd'] },
    { replacements: [{ path: '/etc/passwd' }] },
    { components: ['/etc'] },
  ])('%j is refused', async kustomization => {
    await refuses({ 'app/kustomization.yaml': JSON.stringify(kustomization), 'other/secret.yaml': 'a: CANARY' });
  });

  test('a link to a file outside of the repository is refused', async () => {
    await refuses({ 'app/kustomization.yaml': 'resources: [x.yaml]', 'app/x.yaml': { symlink: '/etc/passwd' } });
  });
});

test('a source path that leads out is refused', async () => {
  for (const path of ['../..', '/etc', 'app/../../x']) {
    for (const type of ['directory', 'helm', 'kustomize'] as const)
      await refuses({ 'app/a.yaml': 'a: 1' }, { path, type });
  }
});

test('nothing of the process shows in what is rendered', async () => {
  const files = {
    'app/Chart.yaml': chart['app/Chart.yaml'],
    'app/templates/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {dns: {{ getHostByName "localhost" | quote }}, found: {{ lookup "v1" "Secret" "kube-system" "x" | toJson | quote }}, glob: {{ .Files.Glob "/etc/*" | toJson | quote }}}\n',
  };
  const [manifest] = await manifestsOf(await renderer.render(requestFor(memoryTree(files), {}), never));
  expect(manifest?.data).toEqual({ dns: '', found: '{}', glob: '{}' });
});

test.for(['env "CANARY"', 'expandenv "$CANARY"'])('%s is no function here', async call => {
  await refuses({ ...chart, 'app/templates/x.yaml': `a: {{ ${call} }}` });
});
