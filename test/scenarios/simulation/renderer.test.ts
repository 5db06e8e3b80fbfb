import { expect, test } from 'vitest';
import { buildGo, programs } from '../../../scripts/build-go.ts';
import type { Env } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import { answerQuestion } from '../../../src/render/answers.ts';
import { defaultBudgets } from '../../../src/render/budgets.ts';
import { renderMessage } from '../../../src/render/message.ts';
import { RendererProcess } from '../../../src/render/process.ts';
import type { Question } from '../../../src/render/protocol.ts';
import { type MemoryFile, memoryTree } from '../../../src/sources/memory-tree.ts';
import { SimWorld } from '../../simulation/world.ts';
import { never, requestFor } from '../render/renderer.ts';

// The model renderer has to say what the real one says: the same questions, the same result to the byte.

const map = (name: string, more: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data: { b: '1', a: '<2>' } });

const bytes = (text: string) => Buffer.from(text);

const cases: [string, Record<string, string | MemoryFile>, object?][] = [
  ['JSON', { 'app/a.json': map('a') }],
  [
    'YAML of several documents',
    { 'app/a.yaml': `${map('a')}\n---\nkind: Job\napiVersion: batch/v1\nmetadata: {name: b}\n` },
  ],
  ['a List', { 'app/a.yaml': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [JSON.parse(map('a'))] }) }],
  [
    'annotations that steer',
    { 'app/a.json': map('a', { annotations: { 'argocd.argoproj.io/hook': 'PreSync', x: 'y' } }) },
  ],
  ['what only a server writes', { 'app/a.json': map('a', { uid: '1', resourceVersion: '2', generation: 3 }) }],
  ['a generated name', { 'app/a.json': map('', { name: undefined, generateName: 'a-' }) }],
  ['a name that is there twice', { 'app/a.json': map('a'), 'app/b.json': map('a', { labels: { x: 'y' } }) }],
  [
    'a definition',
    {
      'app/a.json': JSON.stringify({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'as.example.org' },
        spec: { group: 'example.org', names: { kind: 'A', plural: 'as' }, scope: 'Cluster' },
      }),
    },
  ],
  ['other files beside', { 'app/a.json': map('a'), 'app/README.md': '#', 'app/below/b.json': map('b') }],
  ['directories below', { 'app/a.json': map('a'), 'app/below/b.json': map('b') }, { recurse: true }],
  ['filters', { 'app/a.json': map('a'), 'app/b.json': map('b') }, { include: '{a,c}*.json' }],
  ['nothing', { 'app/README.md': '#' }],
  ['no directory', { 'README.md': '#' }],
  ['no object', { 'app/a.yaml': '- 1\n' }],
  ['no kind', { 'app/a.yaml': 'apiVersion: v1\n' }],
  ['no name', { 'app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }],
  ['a label that is no text', { 'app/a.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a, labels: {n: 1}}\n' }],
];

async function ask(env: Env, program: string, index: number, settle: <T>(work: Promise<T>) => Promise<T>) {
  const [, files, directory] = cases[index] ?? cases[0]!;
  const tree = memoryTree(
    Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? bytes(text) : text]),
    ),
  );
  const request = requestFor(tree, directory === undefined ? {} : { directory });
  const head = renderMessage(request, 'directory', defaultBudgets);
  const questions: Question[] = [];
  const answer = async (question: Question) => {
    questions.push(question);
    return await answerQuestion(question, new Map([['main', tree]]));
  };
  const process = await settle(RendererProcess.start(env, program, 2 ** 30));
  const reply = await settle(process.exchange({ head, tails: [], answer }, 10_000, never));
  process.kill('the test is done');
  await settle(process.ended);
  const { type } = reply.head;
  // Reasons are said in the words of each; the code counts.
  if (reply.head.type === 'error') return { type, code: reply.head.code, questions };
  return { type, head: reply.head, tail: Buffer.from(reply.tail).toString('utf8'), questions };
}

test.each(cases.map(([name], index) => [name, index] as const))('%s', async (_, index) => {
  const real = await ask(realEnv(), await buildGo(programs.renderer), index, work => work);
  await using world = new SimWorld({ seed: 1, target: 'machine' });
  const { env } = await world.start();
  const simulated = await ask(env, env.processes.variable('HOLDFAST_RENDERER') ?? '', index, async work => {
    let over = false;
    const done = () => {
      over = true;
    };
    work.then(done, done);
    await world.runUntil(() => over, 60_000);
    return await work;
  });
  expect(simulated).toEqual(real);
});
