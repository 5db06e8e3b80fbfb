// npm run bench: measures Holdfast as users run it, against what the API server of this machine takes at most.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildGo, programs } from '../scripts/build-go.ts';
import { buildWeb } from '../scripts/build-web.ts';
import { describeMachine } from './measure/machine.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { publish } from './publish.ts';
import type { Row } from './row.ts';
import { runWorkloads } from './run.ts';
import { heading } from './table.ts';
import { growth } from './workloads/growth.ts';
import { workloads } from './workloads.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

function chosen(only: readonly string[]) {
  const found = workloads.filter(({ name }) => only.length === 0 || only.some(word => name.startsWith(word)));
  if (found.length > 0) return found;
  throw new Error(`there is no such workload; there are: ${workloads.map(({ name }) => name).join(', ')}`);
}

async function main(options: Options): Promise<number> {
  const selected = options.grow ? [growth] : chosen(options.only);
  const stop = new AbortController();
  // Once: a second Ctrl-C ends at once, and what was started notices by itself.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => stop.abort(new Error(`ended by ${name}`)));

  for (const program of [programs.renderer, programs.controlplane, programs.helm, programs.kustomize])
    await buildGo(program);
  // Otherwise the first operator has it built, and its memory and time would count as the operator's.
  await buildWeb();
  say(`${describeMachine()}\n${options.quick ? 'quick: small sizes\n' : ''}\n${heading()}`);
  const results = await runWorkloads(selected, options.quick, stop.signal);
  const rows = [...results.values()].flat();
  const judged = rows.filter(({ met }) => met !== null);
  say(`\n${judged.filter(({ met }) => met).length} of ${judged.length} goals reached`);
  if (options.json !== undefined) await writeFile(resolve(options.json), json(rows));
  const names = options.grow ? [growth.name] : workloads.map(({ name }) => name);
  if (options.publish) await publish(results, options.grow ? 'growth' : 'results', names);
  return rows.some(({ value }) => value === null) ? 1 : 0;
}

function json(rows: readonly Row[]): string {
  return `[\n${rows.map(row => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`;
}

function optionsOrEnd(args: readonly string[]): Options {
  try {
    return parseOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

try {
  process.exitCode = await main(optionsOrEnd(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
