import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { uniqueName } from '../../world/cluster.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { KubeClient } from '../../world/kube-client.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { configMap } from '../delivery/setup.ts';
import { runningIn } from '../machine/harness.ts';
import { appspec, commandOf, isAlive } from './setup.ts';

// Push mode: one sync of a directory, without an operator and without Git.

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let target: string[];

beforeAll(async () => {
  process.env.HOLDFAST_RENDERER ??= await buildGo(programs.renderer);
});
beforeEach(async () => {
  directory = await temporaryDirectory('push');
  target = ['--target', 'machine', '--root', `${directory.path}/root`, '--allow-root', `${directory.path}/srv`];
});
afterEach(async () => {
  // Nobody supervises what a push has started.
  for (const pid of await runningIn(`${directory.path}/root`)) process.kill(pid, 'SIGKILL');
  await directory[Symbol.asyncDispose]();
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(`${directory.path}/${name}`), { recursive: true });
    await writeFile(`${directory.path}/${name}`, text);
  }
}

async function holdfast(...words: string[]): Promise<Outcome> {
  const local = () => import('../../../src/cli/in-process.ts');
  return await run(words, { directory: directory.path, local });
}

async function pidOf(name: string): Promise<number> {
  return Number((await readFile(`${directory.path}/${name}`, 'utf8')).trim());
}

test('render shows what would be applied, and does nothing', async () => {
  await write({ 'shop/Procfile': 'web: sleep $TIME\n', 'shop/.env': 'TIME=1001\n' });
  const { code, out, err } = await holdfast('render', 'shop', '--name', 'store');
  expect(code, err).toBe(0);
  expect(out).toContain('kind: Release');
  expect(out).toContain('name: store/web');
  expect(out).toContain('- "1001"');
  await write({ 'shop/Procfile': 'web: sleep "\n' });
  const broken = await holdfast('render', 'shop');
  expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('Procfile:1:')]);
});

test('apply makes files and processes as the directory says; nothing to do changes nothing; --prune deletes', async () => {
  const { path } = directory;
  await write({
    'site/appspec.yml': appspec([['conf', `${path}/srv`]]),
    'site/conf/a': 'one\n',
    'site/conf/b': 'one\n',
  });
  await mkdir(`${path}/srv`);
  const dry = await holdfast('apply', 'site', ...target, '--dry-run', '-o', 'json');
  expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, result: 'succeeded' });
  await expect(readFile(`${path}/srv/a`)).rejects.toThrow();
  const applied = await holdfast('apply', 'site', ...target, '-o', 'json');
  expect(applied.code, applied.err).toBe(0);
  expect(JSON.parse(applied.out).results).toHaveLength(2);
  expect(await readFile(`${path}/srv/a`, 'utf8')).toBe('one\n');
  expect((await holdfast('apply', 'site', ...target)).out).toContain('nothing had to change');

  await write({ 'site/conf/a': 'two\n' });
  await rm(`${path}/site/conf/b`);
  const second = await holdfast('apply', 'site', ...target, '-o', 'json');
  expect(JSON.parse(second.out).results).toMatchObject([{ action: 'change', result: 'succeeded' }]);
  expect(await readFile(`${path}/srv/b`, 'utf8')).toBe('one\n');
  const third = await holdfast('apply', 'site', ...target, '--prune', '--confirm', '-o', 'json');
  expect(JSON.parse(third.out).results).toMatchObject([{ action: 'delete', result: 'succeeded' }]);
  await expect(readFile(`${path}/srv/b`)).rejects.toThrow();
});

test('processes that apply starts run on, and the next apply takes them over', async () => {
  const { path } = directory;
  const procfile = (ms: number) => `web: sh -c "echo $$ > ${path}/pid; exec sleep ${ms}"\n`.replace('$$', '\\$\\$');
  await write({ 'shop/Procfile': procfile(1_001) });
  const applied = await holdfast('apply', 'shop', ...target);
  expect(applied.code, applied.err).toBe(0);
  const first = await pidOf('pid');
  expect(await commandOf(first)).toBe('sleep 1001');
  expect((await holdfast('apply', 'shop', ...target)).code).toBe(0);
  expect(await pidOf('pid')).toBe(first);
  await write({ 'shop/Procfile': procfile(2_001) });
  expect((await holdfast('apply', 'shop', ...target)).code).toBe(0);
  expect(isAlive(first)).toBe(false);
  expect(await commandOf(await pidOf('pid'))).toBe('sleep 2001');
});

test('what does not become healthy in time ends with 1 and says why', async () => {
  const { path } = directory;
  await write({
    'shop/holdfast.yaml': JSON.stringify({
      apiVersion: 'holdfast.dev/v1',
      kind: 'Environment',
      metadata: { name: 'box' },
      spec: { applications: [{ name: 'shop', path: 'app', health: { stable: '300ms', timeout: '3s' } }] },
    }),
    'shop/app/Procfile': `web: sh -c "test -f ${path}/needed && exec sleep 1001; echo no such thing"\n`,
    needed: '',
  });
  expect((await holdfast('apply', 'shop', ...target)).code).toBe(0);
  // What ran well a moment ago says nothing of what runs now.
  await write({ 'shop/app/more.txt': 'x' });
  await rm(`${path}/needed`);
  const { code, out, err } = await holdfast('apply', 'shop', ...target, '-o', 'json');
  expect(code, err).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ result: 'failed', message: expect.stringContaining('not healthy in time') });
  expect(err).toContain('[CLI_SYNC_FAILED]');
  // It may be tried again: in a pipeline, nothing is held against a revision.
  await write({ needed: '' });
  const again = await holdfast('apply', 'shop', ...target);
  expect(again.code, again.err).toBe(0);
});

test('the same to a cluster, from JSON alone', async () => {
  const access = await sharedControlPlane();
  const name = uniqueName('push');
  await using kube = new KubeClient(access);
  const cluster = ['--target', 'kubernetes', '--kubeconfig', access.kubeconfig, '--name', name, '--namespace', name];
  const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await write({ 'app/ns.json': namespace, 'app/a.json': configMap('a', { v: '1' }), 'app/b.json': configMap('b', {}) });
  const rendered = await holdfast('render', 'app', '--namespace', name);
  expect(rendered.code, rendered.err).toBe(0);
  expect(rendered.out).toContain('kind: ConfigMap');
  const applied = await holdfast('apply', 'app', ...cluster, '-o', 'json');
  expect(applied.code, applied.err).toBe(0);
  expect(JSON.parse(applied.out).results).toHaveLength(3);
  const read = async (one: string) =>
    await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: name, name: one });
  expect(await read('a')).toMatchObject({ data: { v: '1' } });
  expect((await holdfast('apply', 'app', ...cluster)).out).toContain('nothing had to change');

  await write({ 'app/a.json': configMap('a', { v: '2' }) });
  await rm(`${directory.path}/app/b.json`);
  const second = await holdfast('apply', 'app', ...cluster, '--prune', '-o', 'json');
  expect(second.code, second.err).toBe(0);
  expect(await read('a')).toMatchObject({ data: { v: '2' } });
  expect(await read('b')).toBeUndefined();

  await write({ 'app/bad.json': configMap('Not_A_Name', {}) });
  const refused = await holdfast('apply', 'app', ...cluster);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Not_A_Name')]);
});
