import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, CeilingKind, Workload } from './bench.ts';
import { type Ceiling, measureCeiling } from './ceiling.ts';
import { watchOthers } from './measure/machine.ts';
import { progress } from './progress.ts';
import { failedRow, type Row, row } from './row.ts';
import { line } from './table.ts';
import { startWorld } from './world.ts';

/** Longest time for one workload; then it is a row that says so. */
const deadlineMs = { full: 45 * 60_000, quick: 240_000 };
/** More than this share of the machine for others makes a measurement doubtful. */
const quietShare = 0.1;

/** Runs the workloads one after another, prints results as they come, and answers them all, by workload. Ends early at the signal. */
export async function runWorkloads(
  workloads: readonly Workload[],
  quick: boolean,
  signal: AbortSignal,
): Promise<Map<string, Row[]>> {
  const results = new Map<string, Row[]>();
  const ceilings = new Map<CeilingKind, Promise<Ceiling>>();

  for (const workload of workloads) {
    signal.throwIfAborted();
    const shown = progress(workload.name);
    const rows: Row[] = [];
    results.set(workload.name, rows);
    shown.show(workload.about);
    const stack = new AsyncDisposableStack();
    const bench: Bench = {
      quick,
      size: (full, small) => (quick ? small : full),
      stack,
      async world() {
        const own = new AsyncDisposableStack();
        stack.use(own);
        return await startWorld(own);
      },
      ceiling(kind) {
        const known = ceilings.get(kind) ?? ceiling(kind, quick);
        ceilings.set(kind, known);
        return known;
      },
      progress: what => shown.show(what),
      report(...found) {
        rows.push(...found);
        shown.clear();
        for (const one of found) process.stdout.write(`${line(one)}\n`);
      },
    };
    const others = watchOthers();
    const limit = quick ? deadlineMs.quick : deadlineMs.full;
    try {
      await Promise.race([workload.run(bench), late(limit, signal)]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const reason = error instanceof Error ? error.message : String(error);
      bench.report(failedRow(`${workload.name}: it runs`, reason.replaceAll(/\s+/g, ' ')));
    } finally {
      // Whatever a workload that hangs waits for ends with what it started.
      await stack.disposeAsync();
      shown.clear();
    }
    const share = others();
    const note = share > quietShare ? 'other work on the machine: these numbers are doubtful' : undefined;
    bench.report(row(`${workload.name}: machine time of others`, share * 100, '%', note === undefined ? {} : { note }));
  }
  return results;
}

async function ceiling(kind: CeilingKind, quick: boolean): Promise<Ceiling> {
  await using stack = new AsyncDisposableStack();
  const world = await startWorld(stack);
  return await measureCeiling(world, kind, quick ? { objects: 800, runs: 1 } : { objects: 4_000, runs: 3 });
}

async function late(ms: number, signal: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal, ref: false });
  throw new Error(`it did not end within ${ms / 1_000} s`);
}
