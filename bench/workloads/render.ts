import { isDeepStrictEqual } from 'node:util';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { asDelivered, byKey, documentsOf } from '../../test/scenarios/render/meaning.ts';
import { temporaryDirectory } from '../../test/world/directory.ts';
import { runProgram } from '../../test/world/process.ts';
import type { Bench, Workload } from '../bench.ts';
import { startChild } from '../child.ts';
import { watchMemory } from '../measure/memory.ts';
import { endedChildrenCpu, treeCpu } from '../measure/processes.ts';
import type { RenderAnswer } from '../render/child.ts';
import { type RenderInput, type RenderKind, renderInput, writeFiles } from '../render/inputs.ts';
import { type Goal, row } from '../row.ts';

interface Case {
  kind: RenderKind;
  what: string;
  program: string;
  /** Inputs there are, how many of them are rendered by us, and by the program: each of its runs costs the same. */
  sizes: (bench: Bench) => { count: number; ours: number; theirs: number };
  goal?: Goal;
}

const cases: readonly Case[] = [
  {
    kind: 'chart',
    what: 'one chart, other values each time',
    program: 'helm template',
    sizes: bench => ({ count: bench.size(1_000, 100), ours: bench.size(1_000, 100), theirs: bench.size(50, 10) }),
    goal: { atLeast: 20 },
  },
  {
    kind: 'overlays',
    what: 'one base, an overlay each time',
    program: 'kustomize build',
    sizes: bench => ({ count: bench.size(500, 50), ours: bench.size(500, 50), theirs: bench.size(50, 10) }),
    goal: { atLeast: 10 },
  },
  {
    kind: 'large',
    what: 'many objects in one kustomization',
    program: 'kustomize build',
    sizes: bench => ({ count: bench.size(4_000, 400), ours: 1, theirs: 1 }),
  },
];

export const render: Workload = {
  name: 'render',
  about: 'rendering alone, next to the programs that people use; results are compared in meaning',
  async run(bench) {
    for (const one of cases) await compare(bench, one);
  },
};

async function compare(bench: Bench, { kind, what, program, sizes, goal }: Case): Promise<void> {
  const { count, ours, theirs } = sizes(bench);
  const name = `render, ${what}`;
  const size = kind === 'large' ? `${count} objects` : `${ours} renders`;
  const input = await renderInput(kind, count);

  bench.progress(`${what}: ${program}`);
  const directory = bench.stack.use(await temporaryDirectory('render'));
  await writeFiles(directory.path, input.files);
  const external = await runAll(directory.path, input, theirs);

  bench.progress(`${what}: Holdfast`);
  const renderer = await buildGo(programs.renderer);
  const child = bench.stack.use(startChild('render/child.ts', [renderer, kind, String(count), String(ours)]));
  await child.answer(60_000);
  const memory = watchMemory(child.pid);
  const before = treeCpu(child.pid);
  child.tell('begin');
  const answer = await child.answer<RenderAnswer>(600_000);
  const cpu = (treeCpu(child.pid) - before) / ours;
  memory.stop();
  checkEqual(input, answer, external.outputs);

  bench.report(
    row(`${name}: CPU of ${program}, each`, external.cpu * 1e3, 'ms', { note: `mean of ${theirs}` }),
    row(`${name}: CPU of Holdfast, each`, cpu * 1e3, 'ms', { note: `${size}, the start of the renderer included` }),
    row(`${name}: times less CPU`, external.cpu / cpu, '×', {
      goal: bench.size(goal, undefined),
    }),
    row(`${name}: renders a second`, ours / answer.seconds, '1/s', { note: `${answer.resources} resources` }),
    row(`${name}: peak memory, all processes`, memory.peakBytes() / 1e6, 'MB'),
  );
}

/** Processor seconds of one run. The first one, which reads the program from the disk, does not count. */
async function runAll(cwd: string, input: RenderInput, times: number): Promise<{ cpu: number; outputs: string[] }> {
  const outputs: string[] = [];
  const built = { helm: await buildGo(programs.helm), kustomize: await buildGo(programs.kustomize) };
  const run = async (index: number) => {
    const { program, args } = input.command(index);
    const env = { PATH: process.env.PATH, HOME: cwd };
    return (await runProgram(built[program], args, { cwd, env })).toString();
  };
  if (times > 1) await run(0);
  let cpu = 0;
  for (let index = 0; index < times; index++) {
    const before = endedChildrenCpu();
    outputs.push(await run(index));
    cpu += endedChildrenCpu() - before;
  }
  return { cpu: cpu / times, outputs };
}

/** A fast renderer that renders something else would be of no use. */
function checkEqual(input: RenderInput, { results }: RenderAnswer, outputs: readonly string[]): void {
  for (const [index, manifests] of results.entries()) {
    const application = input.application(index);
    const expected = documentsOf(outputs[index] ?? '').map(manifest => asDelivered(manifest, application));
    if (isDeepStrictEqual(byKey(manifests), byKey(expected))) continue;
    throw new Error(`${application} is not rendered as ${input.command(index).program} does it`);
  }
}
