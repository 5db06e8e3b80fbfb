// npm run simulate: histories by seed, for as long as asked, or one of them again. See README.md.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Said } from './histories/batch.ts';
import type { Target } from './histories/cases.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    histories: { type: 'string' },
    seed: { type: 'string' },
    workers: { type: 'string', default: '2' },
    /** kubernetes or machine; both where it is not said. */
    target: { type: 'string' },
    /** Every single fault at every place of the reference histories, and nothing else. */
    singles: { type: 'boolean', default: false },
    /** Run this one again: a reference by its name, with these faults and only these actions. */
    reference: { type: 'string' },
    faults: { type: 'string' },
    actions: { type: 'string' },
    bare: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
    /** Of a worker: which of them, of how many. */
    worker: { type: 'string' },
  },
});

/** Histories make much that is thrown away at once, and errors whose stacks nobody reads: a replay has them whole. */
const lean = ['--max-semi-space-size=64', '--stack-trace-limit=1'];

/** A second of each worker is spent on reading TypeScript: what is the same since last time is kept. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

const isBatch = values.minutes !== undefined || values.histories !== undefined || values.singles;
if (values.worker !== undefined) await runWorker();
else if (isBatch || (values.seed === undefined && values.reference === undefined)) await runBatch();
else await runAgain();

async function runAgain(): Promise<void> {
  const { replay } = await import('./histories/replay.ts');
  process.exitCode = await replay({ ...values, target: targetOf(values.target) }, line => console.log(line));
}

function targetOf(text: string | undefined): Target | undefined {
  if (text === undefined || text === 'kubernetes' || text === 'machine') return text;
  throw new Error(`there is no target "${text}": it is kubernetes or machine`);
}

/** Progress and results go to the parent, a line of JSON each. */
async function runWorker(): Promise<void> {
  // Not loaded where only workers are started.
  const { work } = await import('./histories/batch.ts');
  await work({
    worker: Number(values.worker),
    workers: Number(values.workers),
    seed: Number(values.seed ?? 1),
    target: targetOf(values.target),
    singles: values.singles,
    histories: Number(values.histories ?? Number.POSITIVE_INFINITY),
    milliseconds: Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000,
    tell: said => process.stdout.write(`${JSON.stringify(said)}\n`),
  });
}

async function runBatch(): Promise<void> {
  const workers = Number(values.workers);
  const sum = { histories: 0, faults: 0, steps: 0, violations: 0, seeds: [] as string[] };
  const began = performance.now();
  let toldAt = began;
  const take = ({ histories, faults, steps, failed }: Said) => {
    sum.histories += histories;
    sum.faults += faults;
    sum.steps += steps;
    if (failed !== undefined) {
      sum.violations += failed.violations.length;
      if (sum.seeds.length < 100) sum.seeds.push(failed.replay);
      for (const { monitor, words } of failed.violations) console.error(`VIOLATION ${monitor}: ${words}`);
      console.error(`  npm run simulate -- ${failed.replay}`);
    }
    if (performance.now() - toldAt < 5_000) return;
    toldAt = performance.now();
    const rate = (sum.histories / (toldAt - began)) * 1_000;
    console.error(
      `${sum.histories} histories, ${rate.toFixed(0)}/s, ${sum.faults} faults, ${sum.violations} violations`,
    );
  };
  const each = Math.ceil(Number(values.histories ?? (values.singles ? 1e9 : 1_000)) / workers);
  const limits = values.minutes === undefined ? ['--histories', `${each}`] : ['--minutes', values.minutes];
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, i) =>
      runChild([...limits, '--worker', `${i}`, '--workers', `${workers}`], take),
    ),
  );
  console.log(JSON.stringify(sum));
  process.exitCode = sum.violations > 0 || codes.some(code => code !== 0) ? 1 : 0;
}

async function runChild(args: string[], take: (said: Said) => void): Promise<number> {
  const seed = values.seed === undefined ? [] : ['--seed', values.seed];
  const target = values.target === undefined ? [] : ['--target', values.target];
  const singles = values.singles ? ['--singles'] : [];
  const child = spawn(
    process.execPath,
    [...lean, fileURLToPath(import.meta.url), ...args, ...seed, ...target, ...singles],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { NODE_COMPILE_CACHE: compiled, ...process.env },
    },
  );
  const stop = () => child.kill();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const ended = new Promise<number>(resolve => child.once('close', code => resolve(code ?? 1)));
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as Said);
  return await ended;
}
