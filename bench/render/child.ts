// Holdfast's renderer in a process of its own, as the operator has it. Arguments: the renderer program, the kind of input, how many
// there are, how many of them are rendered. Says that it is ready, begins at the first message, answers how long it took with the first
// few results, and then waits to be ended: it is measured from outside.

import { once } from 'node:events';
import { realEnv } from '../../src/env/real.ts';
import { createRenderer } from '../../src/render/create.ts';
import { memoryTree } from '../../src/sources/memory-tree.ts';
import { manifestsOf, never, noRemote, requestFor } from '../../test/scenarios/render/renderer.ts';
import { temporaryDirectory } from '../../test/world/directory.ts';
import { namespace, type RenderKind, renderInput } from './inputs.ts';

/** As many as the operator has under way when a commit changes everything, or more. */
const concurrency = 32;
const shown = 5;

export interface RenderAnswer {
  seconds: number;
  resources: number;
  /** Manifests of the first few. */
  results: Record<string, unknown>[][];
}

async function renderAll(program: string, kind: RenderKind, count: number, renders: number): Promise<RenderAnswer> {
  const input = await renderInput(kind, count);
  const tree = memoryTree(input.files);
  await using cache = await temporaryDirectory('render');
  const budgets = { milliseconds: 600_000 };
  const options = { env: realEnv(), program, cacheDirectory: cache.path, remote: noRemote, budgets };
  const renderer = await createRenderer(options);
  const answer: RenderAnswer = { seconds: 0, resources: 0, results: [] };
  process.send?.({ ready: true });
  await once(process, 'message');

  let next = 0;
  const began = performance.now();
  const work = async () => {
    while (next < renders) {
      const index = next++;
      const application = { name: input.application(index), project: 'default' };
      const result = await renderer.render(requestFor(tree, input.source(index), { application, namespace }), never);
      answer.resources += result.resources.length;
      if (index < shown) answer.results[index] = await manifestsOf(result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  answer.seconds = (performance.now() - began) / 1_000;
  await renderer.close();
  return answer;
}

const [program = '', kind = '', count = '', renders = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(1));
process.send?.(
  await renderAll(program, kind as RenderKind, Number(count), Number(renders)).catch(error => ({
    error: String(error),
  })),
);
