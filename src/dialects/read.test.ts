import { expect, test } from 'vitest';
import { type MemoryFile, memoryTree } from '../sources/memory-tree.ts';
import { readEnvironment } from './read.ts';

function application(name: string, more = ''): string {
  return `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  source: {repoURL: https://git/r, path: a}\n${more}`;
}

const holdfast = (name: string) =>
  `apiVersion: holdfast.dev/v1\nkind: Environment\nmetadata: {name: test}\nspec: {applications: [{name: ${name}, path: ${name}}]}\n`;

async function read(files: Record<string, MemoryFile>, path = '.', servers: string[] = []) {
  const reading = await readEnvironment(memoryTree(files), path, { title: 'fleet', servers });
  return { ...reading, names: reading.applications.map(({ name }) => name) };
}

test('holdfast.yaml counts alone', async () => {
  const reading = await read({ 'holdfast.yaml': holdfast('a'), 'app.yaml': application('b'), 'c/Procfile': 'x: y' });
  expect(reading).toMatchObject({ names: ['a'], complete: true, problems: [], environment: { name: 'test' } });
});

test("Argo CD's definitions come from the files of the directory itself", async () => {
  const files = {
    'a.yaml': `${application('a')}---\n${application('b')}`,
    'c.json': '{"x": 1}',
    'sub/d.yaml': application('d'),
  };
  expect(await read(files)).toMatchObject({ names: ['a', 'b'], complete: true, problems: [] });
  expect((await read(files)).applications[1]?.origin).toEqual({ kind: 'git', path: 'a.yaml', line: 7 });
});

test('definitions in lists and in JSON', async () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n${application('a').replace(/^/gm, '  ').replace('  api', '- api')}`;
  const json = '{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"b"}}';
  expect((await read({ 'l.yaml': list, 'j.json': json })).names).toEqual(['b', 'a']);
});

test('directories become applications when there are no definitions', async () => {
  const reading = await read(
    {
      'env/My_App/Procfile': 'web: node .',
      'env/web/Chart.yaml': '',
      'env/empty/README.md': '',
      'env/code/package.json': '{}',
      'env/.hidden/Procfile': '',
      'env/deep/er/Procfile': '',
      'env/note.yaml': 'a: b',
    },
    'env',
  );
  expect(reading).toMatchObject({ names: ['my-app', 'web'], complete: true });
  expect(reading.applications[0]).toMatchObject({
    sources: [{ path: 'env/My_App' }],
    cascade: 'foreground',
    policy: { automated: { prune: true } },
  });
});

test.each<[string, Record<string, string>, string, string]>([
  ['a chart', { 'Chart.yaml': '', 'sub/Procfile': '' }, '.', 'fleet'],
  ['a chart in a directory', { 'apps/Web/Chart.yaml': '' }, 'apps/Web', 'web'],
  ['manifests and no directories', { 'x/a.yaml': 'kind: ConfigMap' }, 'x', 'x'],
  ['manifests in JSON', { 'x/a.json': '{"apiVersion": "v1", "kind": "ConfigMap"}', 'x/b.json': '{}' }, 'x', 'x'],
])('%s is one application', async (_, files, path, name) => {
  expect((await read(files, path)).names).toEqual([name]);
});

test.each<[string, Record<string, string>]>([
  ['a missing directory', { 'other/a': '' }],
  ['an empty place', { 'env/README.md': '' }],
  ['JSON that is no manifest', { 'env/package.json': '{"name": "shop"}', 'env/broken.json': '{' }],
  ['a broken holdfast.yaml', { 'env/holdfast.yaml': 'a: [' }],
  ['a broken definition', { 'env/a.yaml': `${application('a')}  x: [` }],
  [
    'an ApplicationSet',
    { 'env/a.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\n' },
  ],
  ['a definition without a name', { 'env/a.yaml': application('{}') }],
  [
    'a definition that is too large',
    { 'env/a.yaml': `# argoproj.io/\n${'#'.repeat(1_100_000)}`, 'env/b.yaml': application('b') },
  ],
])('with %s, nothing may be deleted for being absent', async (_, files) => {
  const reading = await read(files, 'env');
  expect(reading.complete).toBe(false);
  expect(reading.problems).not.toEqual([]);
});

test('one broken file leaves the others alone', async () => {
  const reading = await read({
    'a.yaml': application('a'),
    'b.yaml': `${application('b')}  source: {`,
    'c.yaml': application('c'),
  });
  expect(reading.names).toEqual(['a', 'c']);
  expect(reading.problems).toMatchObject([{ path: 'b.yaml', line: expect.any(Number) }]);
});

test('a file that is no YAML may have been a definition: it is named, and makes no application of the directory', async () => {
  const reading = await read({ 'a.yaml': application('a'), 'b.yaml': '{' });
  expect(reading).toMatchObject({ names: ['a'], complete: true, unreadable: ['b.yaml'] });
  expect(await read({ 'a.yaml': '{', 'b.yaml': 'kind: Secret' })).toMatchObject({ names: [], complete: false });
});

test('a name that is declared twice is synced by nobody', async () => {
  const reading = await read({ 'a.yaml': application('a'), 'b.yaml': application('a'), 'c.yaml': application('c') });
  expect(reading.names).toEqual(['a', 'c']);
  expect(reading.applications[0]?.conditions).toMatchObject([
    { level: 'error', message: expect.stringContaining('b.yaml:1') },
  ]);
  const directories = await read({ 'Web/Procfile': '', 'web/Procfile': '' });
  expect(directories.applications).toMatchObject([{ name: 'web', conditions: [{ level: 'error' }] }]);
});

test('other manifests beside definitions are named as not delivered', async () => {
  const reading = await read({
    'a.yaml': `${application('a')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n`,
  });
  expect(reading).toMatchObject({ names: ['a'], complete: true, problems: [{ path: 'a.yaml', line: 7 }] });
});

test('what is meant for another target is listed and left alone', async () => {
  const files = {
    'a.yaml': application('a', '  destination: {server: https://other}\n'),
    'b.yaml': application('b', '  destination: {name: in-cluster}\n'),
  };
  expect((await read(files)).applications.map(({ conditions }) => conditions.length)).toEqual([1, 0]);
  expect((await read(files, '.', ['https://other'])).applications[0]).toMatchObject({
    conditions: [],
    destination: { server: '' },
  });
});

test('a kustomization that lists definitions is not in the way, and links are not followed', async () => {
  const reading = await read({
    'kustomization.yaml': 'resources: [a.yaml]\n# argoproj.io/',
    'a.yaml': application('a'),
    'evil.yaml': { symlink: '/etc/passwd' },
  });
  expect(reading).toMatchObject({ names: ['a'], problems: [], complete: true });
});
