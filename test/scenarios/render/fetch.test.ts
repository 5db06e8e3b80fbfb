import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Remote } from '../../../src/render/remote.ts';
import { memoryTree } from '../../../src/sources/memory-tree.ts';
import { endOf, manifestsOf, never, noRemote, requestFor, testRenderer } from './renderer.ts';

const dependency = memoryTree({
  'Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 4.5.6\n',
  'values.yaml': 'size: small\n',
  'templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cache}\ndata: {size: {{ .Values.size }}}\n',
});

function chart(version: string, repository = 'https://charts.example.com'): ReturnType<typeof memoryTree> {
  return memoryTree({
    'app/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n  - {name: cache, version: "${version}", repository: "${repository}"}\n`,
    'app/values.yaml': 'cache: {size: large}\n',
    'app/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n',
  });
}

/** Remembers what was fetched. */
function recording(parts: Partial<Remote>): { remote: Remote; calls: string[] } {
  const calls: string[] = [];
  const remote: Remote = {
    chart: (reference, signal) => {
      calls.push(`chart ${reference.repoURL} ${reference.name} ${reference.version}`);
      return (parts.chart ?? noRemote.chart)(reference, signal);
    },
    repository: (url, revision, signal) => {
      calls.push(`repository ${url} ${revision}`);
      return (parts.repository ?? noRemote.repository)(url, revision, signal);
    },
    file: (url, max, signal) => {
      calls.push(`file ${url}`);
      return (parts.file ?? noRemote.file)(url, max, signal);
    },
  };
  return { remote, calls };
}

const cacheChart: Partial<Remote> = {
  chart: () => Promise.resolve({ tree: dependency, digest: 'sha256:0', version: '4.5.6' }),
};
const allowed = { allowsRemote: () => true };

test('a dependency of a chart is fetched, and gets its values', async () => {
  const { remote, calls } = recording(cacheChart);
  await using renderer = await testRenderer({ remote });
  const result = await renderer.render(requestFor(chart('4.5.6'), {}, allowed), never);
  const manifests = await manifestsOf(result);
  expect(calls).toEqual(['chart https://charts.example.com cache 4.5.6']);
  expect(manifests.map(manifest => manifest.data)).toContainEqual({ size: 'large' });
});

test('a dependency in an OCI registry is fetched too', async () => {
  const { remote, calls } = recording(cacheChart);
  await using renderer = await testRenderer({ remote });
  await renderer.render(requestFor(chart('^4.0.0', 'oci://registry.example.com/charts'), {}, allowed), never);
  expect(calls).toEqual(['chart oci://registry.example.com/charts cache ^4.0.0']);
});

test('Chart.lock says which version of a range is fetched', async () => {
  const { remote, calls } = recording(cacheChart);
  await using renderer = await testRenderer({ remote });
  const tree = memoryTree({
    'app/Chart.yaml':
      'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n  - {name: cache, version: ^4.0.0, repository: "https://charts.example.com"}\n',
    'app/Chart.lock':
      'dependencies:\n  - {name: cache, version: 4.5.6, repository: "https://charts.example.com"}\ndigest: x\ngenerated: "2024-01-01T00:00:00Z"\n',
  });
  await renderer.render(requestFor(tree, {}, allowed), never);
  expect(calls).toEqual(['chart https://charts.example.com cache 4.5.6']);
});

test('what the project does not allow is not fetched, nor used from the cache', async () => {
  const { remote, calls } = recording(cacheChart);
  await using renderer = await testRenderer({ remote });
  const tree = chart('4.5.6');
  expect(await endOf(renderer.render(requestFor(tree, {}), never))).toMatchObject({ code: 'RENDER_REMOTE_DENIED' });
  expect(calls).toEqual([]);
  await renderer.render(requestFor(tree, {}, allowed), never);
  expect(await endOf(renderer.render(requestFor(tree, {}), never))).toMatchObject({ code: 'RENDER_REMOTE_DENIED' });
});

test('a remote base is fetched from its repository, and sees nothing outside of it', async () => {
  const base = memoryTree({
    'deploy/kustomization.yaml': 'resources: [cm.yaml, ../shared]\n',
    'deploy/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\n',
    'shared/kustomization.yaml': 'resources: [cm.yaml]\n',
    'shared/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\n',
  });
  const { remote, calls } = recording({ repository: () => Promise.resolve({ tree: base, commit: 'c' }) });
  await using renderer = await testRenderer({ remote });
  const tree = memoryTree({
    'app/kustomization.yaml':
      'resources: ["https://git.example.com/team/repo//deploy?ref=v1.0.0"]\nnamePrefix: near-\n',
  });
  const result = await renderer.render(requestFor(tree, {}, allowed), never);
  expect(calls).toEqual(['repository https://git.example.com/team/repo v1.0.0']);
  expect(result.resources.map(resource => resource.id.name).sort()).toEqual(['near-far', 'near-shared']);
});

test('what is secret in a URL is fetched with, and neither shown to policy nor kept', async () => {
  const base = memoryTree({
    'kustomization.yaml': 'resources: [cm.yaml]',
    'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\n',
  });
  const { remote, calls } = recording({ repository: () => Promise.resolve({ tree: base, commit: 'c' }) });
  await using renderer = await testRenderer({ remote });
  const tree = memoryTree({
    'app/kustomization.yaml': 'resources: ["https://me:CANARY@git.example.com/team/repo?ref=v1"]\n',
  });
  const asked: string[] = [];
  const allowsRemote = (url: string) => asked.push(url) > 0;
  await renderer.render(requestFor(tree, {}, { allowsRemote }), never);
  await renderer.render(requestFor(tree, {}, { allowsRemote }), never);
  expect(calls).toEqual(['repository https://me:CANARY@git.example.com/team/repo v1']);
  expect(asked).toEqual(['https://git.example.com/team/repo', 'https://git.example.com/team/repo']);
  const denied = await endOf(renderer.render(requestFor(tree, {}), never));
  expect(denied.message).not.toContain('CANARY');
  await renderer.close();
  for (const name of await readdir(renderer.cacheDirectory))
    expect(await readFile(join(renderer.cacheDirectory, name), 'latin1')).not.toContain('CANARY');
});

test('a resource at a URL, and a values file at one, are fetched', async () => {
  const { remote, calls } = recording({
    file: url =>
      Promise.resolve(
        Buffer.from(
          url.endsWith('values.yaml')
            ? 'word: fetched\n'
            : 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: single}\n',
        ),
      ),
  });
  await using renderer = await testRenderer({ remote });
  const tree = memoryTree({
    'app/kustomization.yaml': 'resources: ["https://example.com/release.yaml"]\n',
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/templates/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {word: {{ .Values.word }}}\n',
  });
  const single = await renderer.render(requestFor(tree, {}, allowed), never);
  expect(single.resources.map(resource => resource.id.name)).toEqual(['single']);
  const helm = { valueFiles: ['https://example.com/values.yaml'] };
  const [manifest] = await manifestsOf(
    await renderer.render(requestFor(tree, { path: 'chart', helm }, allowed), never),
  );
  expect(manifest?.data).toEqual({ word: 'fetched' });
  expect(calls).toEqual(['file https://example.com/release.yaml', 'file https://example.com/values.yaml']);
});

test('what was fetched under a name that may move holds for one revision only; an exact version holds for all', async () => {
  const { remote, calls } = recording(cacheChart);
  await using renderer = await testRenderer({ remote });
  for (const [version, again] of [
    ['4.5.6', 0],
    ['^4.0.0', 1],
  ] as const) {
    const files = {
      'app/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n  - {name: cache, version: "${version}", repository: "https://charts.example.com"}\n`,
    };
    await renderer.render(requestFor(memoryTree(files), {}, allowed), never);
    const before = calls.length;
    const same = await renderer.render(requestFor(memoryTree(files), {}, allowed), never);
    expect(same.cached).toBe(true);
    await renderer.render(requestFor(memoryTree({ ...files, 'elsewhere.txt': version }), {}, allowed), never);
    expect(calls.length - before).toBe(again);
  }
});

test('a dependency that always needs another ends', async () => {
  let n = 0;
  const { remote } = recording({
    chart: reference => {
      n++;
      const tree = memoryTree({
        'Chart.yaml': `apiVersion: v2\nname: ${reference.name}\nversion: 1.0.0\ndependencies: [{name: next-${n}, version: 1.0.0, repository: "https://charts.example.com"}]\n`,
      });
      return Promise.resolve({ tree, digest: 'sha256:0', version: '1.0.0' });
    },
  });
  await using renderer = await testRenderer({ remote });
  const end = await endOf(renderer.render(requestFor(chart('1.0.0'), {}, allowed), never));
  expect(end.code).toBe('RENDER_TOO_LARGE');
  expect(n).toBeLessThan(20);
});
