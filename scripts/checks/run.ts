import type { Outcome, Step } from './step.ts';

const title = (text: string) => (process.stdout.isTTY ? `\n\x1b[1m${text}\x1b[22m\n` : `\n${text}\n`);

/** Runs all steps, whichever fail, and answers the sum. Ends early only when it is stopped. */
export async function runSteps(steps: readonly Step[], signal: AbortSignal): Promise<Outcome> {
  const sum: Outcome = { passed: 0, failed: 0, remarks: [] };
  for (const step of steps) {
    if (signal.aborted) break;
    const began = performance.now();
    process.stdout.write(title(`▶ ${step.name}`));
    const outcome = await step.run(signal);
    add(sum, step.name, outcome);
    process.stdout.write(`${step.name}: ${outcome.failed === 0 ? 'ok' : 'FAILED'} in ${seconds(began)}\n`);
  }
  return sum;
}

/** Steps that say little, at the same time: most programs leave a core idle now and then. */
export function sideBySide(steps: readonly Step[]): Step {
  return {
    name: steps.map(({ name }) => name).join(', '),
    async run(signal) {
      const outcomes = await Promise.all(
        steps.map(async step => ({ name: step.name, outcome: await step.run(signal) })),
      );
      const sum: Outcome = { passed: 0, failed: 0, remarks: [] };
      for (const { name, outcome } of outcomes) add(sum, name, outcome);
      return sum;
    },
  };
}

function add(sum: Outcome, name: string, { passed, failed, remarks }: Outcome): void {
  sum.passed += passed;
  sum.failed += failed;
  sum.remarks.push(...remarks, ...(failed > 0 ? [`failed: ${name}`] : []));
}

export function seconds(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** Says how it ended; the very last line is the sum. */
export function conclude({ passed, failed, remarks }: Outcome, began: number, signal: AbortSignal): number {
  process.stdout.write(title(`${signal.aborted ? 'stopped after' : 'all of it took'} ${seconds(began)}`));
  for (const remark of remarks) process.stdout.write(`  ${remark}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (signal.aborted) return 130;
  return failed === 0 ? 0 : 1;
}

/** Aborted by Ctrl-C and its like; the steps end their own children. */
export function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  return stopping.signal;
}
