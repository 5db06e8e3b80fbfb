import { expect, test } from 'vitest';
import { memoryTree } from '../../../src/sources/memory-tree.ts';
import type { Tree } from '../../../src/sources/tree.ts';
import { endOf, never, requestFor, testRenderer } from './renderer.ts';
import { watchedEnv } from './watched-env.ts';

const cm = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

/** A tree whose first read of `path` tells and then waits until it is let go. */
function held(tree: Tree, path: string): { tree: Tree; reached: Promise<void>; release(): void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const read = async (at: string, max: number) => {
    if (at === path) {
      reached.resolve();
      await gate.promise;
    }
    return await tree.read(at, max);
  };
  return { tree: { ...tree, read }, reached: reached.promise, release: () => gate.resolve() };
}

test('renders in flight when the renderer is killed are tried again, and all of them succeed', async () => {
  const { env, children } = watchedEnv();
  await using renderer = await testRenderer({ env });
  const waiting = held(memoryTree({ 'app/a.yaml': cm('a') }), 'app/a.yaml');
  const other = held(memoryTree({ 'app/b.yaml': cm('b') }), 'app/b.yaml');
  const renders = [waiting, other].map(({ tree }) => renderer.render(requestFor(tree, {}), never));
  await Promise.all([waiting.reached, other.reached]);

  children[0]!.kill('SIGKILL');
  await children[0]!.exited;
  waiting.release();
  other.release();

  const results = await Promise.all(renders);
  expect(results.map(result => result.resources.map(resource => resource.id.name))).toEqual([['a'], ['b']]);
  expect(children.length).toBe(2);
});

test('a render that ends the renderer each time fails by itself; others succeed', async () => {
  const { env, children } = watchedEnv();
  await using renderer = await testRenderer({ env, budgets: { memoryBytes: 128 * 1024 * 1024 } });
  const bomb = memoryTree({
    'app/Chart.yaml': 'apiVersion: v2\nname: bomb\nversion: 1.0.0\n',
    'app/templates/x.yaml':
      '{{ $s := repeat 1000000 "x" }}{{ range until 40 }}{{ $s = printf "%s%s%s%s" $s $s $s $s }}{{ end }}',
  });
  const good = Array.from({ length: 10 }, (_, i) => memoryTree({ 'app/a.yaml': cm(`a${i}`) }));

  const [end, ...results] = await Promise.all([
    endOf(renderer.render(requestFor(bomb, {}), never)),
    ...good.map(tree => renderer.render(requestFor(tree, {}), never)),
  ]);

  expect(end?.code).toMatch(/^RENDER_(OUT_OF_MEMORY|CRASHED)$/);
  for (const result of results) expect(result).toHaveProperty('resources.length', 1);
  expect(children.length).toBeLessThanOrEqual(4);
});

test('a render that cannot be stopped ends at its deadline, and those beside it succeed', async () => {
  const { env, children } = watchedEnv();
  await using renderer = await testRenderer({ env, budgets: { milliseconds: 1_000 } });
  const endless = memoryTree({
    'app/Chart.yaml': 'apiVersion: v2\nname: endless\nversion: 1.0.0\n',
    'app/templates/x.yaml': '{{ range 100000000000 }}{{ end }}',
  });
  const stuck = [1, 2].map(i =>
    endOf(renderer.render(requestFor(endless, {}, { application: { name: `stuck-${i}`, project: 'default' } }), never)),
  );
  const good = Array.from({ length: 50 }, (_, i) =>
    renderer.render(requestFor(memoryTree({ 'app/a.yaml': cm(`a${i}`) }), {}), never),
  );

  expect((await Promise.all(good)).map(result => result.resources.length)).toEqual(Array(50).fill(1));
  for (const end of await Promise.all(stuck)) expect(end.code).toBe('RENDER_TIMEOUT');
  await renderer.render(requestFor(memoryTree({ 'app/b.yaml': cm('b') }), {}), never);
  expect(children.length, 'one process for the two, one after').toBeLessThanOrEqual(3);
  await children[0]!.exited;
});

test('a renderer that is killed while idle is started again without anybody noticing', async () => {
  const { env, children } = watchedEnv();
  await using renderer = await testRenderer({ env });
  await renderer.render(requestFor(memoryTree({ 'app/a.yaml': cm('a') }), {}), never);
  children[0]!.kill('SIGKILL');
  await children[0]!.exited;
  const result = await renderer.render(requestFor(memoryTree({ 'app/b.yaml': cm('b') }), {}), never);
  expect(result.resources.length).toBe(1);
});

test('a program that is no renderer is said to be none', async () => {
  await using renderer = await testRenderer();
  const { createRenderer } = await import('../../../src/render/create.ts');
  const { realEnv } = await import('../../../src/env/real.ts');
  const { noRemote } = await import('./renderer.ts');
  const wrong = await createRenderer({
    env: realEnv(),
    program: '/bin/cat',
    cacheDirectory: `${renderer.cacheDirectory}-other`,
    remote: noRemote,
  });
  const end = await endOf(wrong.render(requestFor(memoryTree({ 'app/a.yaml': cm('a') }), {}), never));
  expect(end.code).toBe('RENDER_UNAVAILABLE');
  await wrong.close();
});

test('a render can be cancelled, and the renderer goes on', async () => {
  const { env, children } = watchedEnv();
  await using renderer = await testRenderer({ env });
  const waiting = held(memoryTree({ 'app/a.yaml': cm('a') }), 'app/a.yaml');
  const controller = new AbortController();
  const render = renderer.render(requestFor(waiting.tree, {}), controller.signal);
  await waiting.reached;
  controller.abort(new Error('superseded'));
  await expect(render).rejects.toThrow('superseded');
  waiting.release();
  await renderer.render(requestFor(memoryTree({ 'app/b.yaml': cm('b') }), {}), never);
  expect(children.length).toBe(1);
});

test('what a tree fails with is what the render fails with', async () => {
  await using renderer = await testRenderer();
  const tree = memoryTree({ 'app/a.yaml': cm('a') });
  const broken: Tree = { ...tree, read: () => Promise.reject(new Error('the store is down')) };
  await expect(renderer.render(requestFor(broken, {}), never)).rejects.toThrow('the store is down');
});
