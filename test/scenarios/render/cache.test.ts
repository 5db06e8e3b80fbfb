import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryTree } from '../../../src/sources/memory-tree.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { manifestsOf, never, requestFor, testRenderer } from './renderer.ts';
import { watchedEnv } from './watched-env.ts';

const tree = memoryTree({
  'app/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: plain}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: CANARY-1234}\n',
});

async function filesIn(directory: string): Promise<{ path: string; content: Buffer; mode: number }[]> {
  const names = (await readdir(directory, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
  return await Promise.all(
    names.map(async entry => {
      const path = join(entry.parentPath, entry.name);
      return { path, content: await readFile(path), mode: (await stat(path)).mode & 0o777 };
    }),
  );
}

test('another Holdfast with the same cache renders nothing, and starts no program before a secret is wanted', async () => {
  await using directory = await temporaryDirectory('cache');
  const cacheDirectory = join(directory.path, 'cache');
  const first = await testRenderer({ cacheDirectory });
  const rendered = await first.render(requestFor(tree, {}), never);
  await first[Symbol.asyncDispose]();

  const { env, children } = watchedEnv();
  await using second = await testRenderer({ cacheDirectory, env });
  const again = await second.render(requestFor(tree, {}), never);
  expect(again.cached).toBe(true);
  expect(again.resources.map(({ id, body }) => [id, body.hash])).toEqual(
    rendered.resources.map(({ id, body }) => [id, body.hash]),
  );
  const configMap = again.resources.find(resource => resource.id.kind === 'ConfigMap');
  expect(JSON.parse(await configMap!.body.reveal()).data).toEqual({ x: 'plain' });
  expect(children.length).toBe(0);
  const secret = again.resources.find(resource => resource.id.kind === 'Secret');
  expect(JSON.parse(await secret!.body.reveal()).stringData).toEqual({ password: 'CANARY-1234' });
  expect(children.length).toBe(1);
});

test('no secret is on disk, in no form that allows to guess it, and only the owner may read the rest', async () => {
  await using directory = await temporaryDirectory('cache');
  const cacheDirectory = join(directory.path, 'cache');
  const renderer = await testRenderer({ cacheDirectory });
  const { resources } = await renderer.render(requestFor(tree, {}), never);
  const secret = resources.find(resource => resource.id.kind === 'Secret');
  const body = await secret!.body.reveal();
  await renderer[Symbol.asyncDispose]();

  const { createHash } = await import('node:crypto');
  const plainHash = createHash('sha256').update(body).digest('hex');
  expect(secret!.body.hash).not.toBe(plainHash);
  const files = await filesIn(cacheDirectory);
  expect(files.length).toBe(2);
  for (const { content, mode } of files) {
    expect(mode).toBe(0o600);
    expect(content.includes('CANARY')).toBe(false);
    expect(content.includes(plainHash)).toBe(false);
  }
});

test.for([
  ['cut short', (content: Buffer) => content.subarray(0, content.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['changed in its head', (content: Buffer) => Buffer.from(content.toString().replace('"ConfigMap"', '"ConfigMop"'))],
  ['changed in a body', (content: Buffer) => Buffer.from(content.toString().replace('"plain"', '"pl4in"'))],
  ['something else', () => Buffer.from('hello\n')],
] as const)('a file of the cache that is %s does no harm', async ([, damage]) => {
  await using directory = await temporaryDirectory('cache');
  const cacheDirectory = join(directory.path, 'cache');
  const first = await testRenderer({ cacheDirectory });
  await first.render(requestFor(tree, {}), never);
  await first[Symbol.asyncDispose]();
  const [entry] = (await filesIn(cacheDirectory)).filter(({ path }) => path.endsWith('.results'));
  await writeFile(entry!.path, damage(entry!.content));

  await using second = await testRenderer({ cacheDirectory });
  const manifests = await manifestsOf(await second.render(requestFor(tree, {}), never));
  expect(manifests.map(manifest => manifest.data ?? manifest.stringData)).toEqual([
    { x: 'plain' },
    { password: 'CANARY-1234' },
  ]);
});

test('what a power cut left of a write costs that result alone', async () => {
  await using directory = await temporaryDirectory('cache');
  const cacheDirectory = join(directory.path, 'cache');
  const requests = [1, 2, 3].map(i => requestFor(tree, {}, { application: { name: `app-${i}`, project: 'default' } }));
  const rendered = async (few: typeof requests): Promise<boolean[]> => {
    const renderer = await testRenderer({ cacheDirectory });
    try {
      const cached: boolean[] = [];
      for (const request of few) cached.push((await renderer.render(request, never)).cached);
      return cached;
    } finally {
      await renderer[Symbol.asyncDispose]();
    }
  };
  const results = async () => (await filesIn(cacheDirectory)).filter(({ path }) => path.endsWith('.results'));
  expect(await rendered(requests.slice(0, 2))).toEqual([false, false]);
  const [only, ...others] = await results();
  expect(others).toEqual([]);
  await writeFile(only!.path, only!.content.subarray(0, -10));

  expect(await rendered(requests)).toEqual([true, false, false]);
  expect((await results()).length, 'nothing is written behind what is torn').toBe(2);
  expect(await rendered(requests)).toEqual([true, true, true]);
});

test('what makes a difference is part of the key, and what makes none is not', async () => {
  await using renderer = await testRenderer();
  const chart = memoryTree({
    'app/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'app/templates/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {v: {{ .Capabilities.KubeVersion.Version }}}\n',
  });
  const capabilities = { kubeVersion: 'v1.36.0', apiVersions: ['v1'], hash: 'a' };
  const newer = { kubeVersion: 'v1.37.0', apiVersions: ['v1'], hash: 'b' };
  const cached = async (...args: Parameters<typeof requestFor>) =>
    (await renderer.render(requestFor(...args), never)).cached;

  expect(await cached(chart, {}, { capabilities })).toBe(false);
  expect(await cached(chart, {}, { capabilities, revision: 'another' })).toBe(true);
  expect(await cached(chart, {}, { capabilities: newer })).toBe(false);
  expect(await cached(chart, {}, { capabilities, namespace: 'another' })).toBe(false);
  expect(await cached(chart, {}, { capabilities, application: { name: 'another', project: 'default' } })).toBe(false);
  expect(await cached(chart, { helm: { values: 'a: 1' } }, { capabilities })).toBe(false);

  expect(await cached(tree, {}, { capabilities })).toBe(false);
  expect(await cached(tree, {}, { capabilities: newer }), 'plain manifests do not depend on the target').toBe(true);
});

test('a cache that is full forgets what was not used for longest', async () => {
  await using renderer = await testRenderer({ budgets: { cacheBytes: 20_000 } });
  const big = (i: number) =>
    requestFor(
      memoryTree({
        'app/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "${String(i).padEnd(3000, 'x')}"}\n`,
      }),
      {},
      { application: { name: `app-${i}`, project: 'default' } },
    );
  for (let i = 0; i < 10; i++) await renderer.render(big(i), never);
  expect((await renderer.render(big(9), never)).cached).toBe(true);
  await renderer.close();
  const sizes = (await filesIn(renderer.cacheDirectory)).map(({ content }) => content.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20_100);
});
