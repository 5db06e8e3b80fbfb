// npm test: everything. When the quick part fails, the rest would only hide it: it is left out.

import { command } from './checks/command.ts';
import { goTest, goVet } from './checks/go.ts';
import { quickSteps } from './checks/quick.ts';
import { conclude, runSteps, untilStopped } from './checks/run.ts';
import type { Step } from './checks/step.ts';
import { vitest } from './checks/vitest.ts';

const fullSteps: Step[] = [
  command('builds (about ten minutes on two cores, once)', 'node scripts/build-go.ts all'),
  goVet('renderer'),
  goTest('renderer', 'renderer'),
  vitest('scenarios'),
  vitest('ui'),
];

const began = performance.now();
const signal = untilStopped();
const sum = await runSteps(quickSteps, signal);
if (sum.failed === 0) {
  const rest = await runSteps(fullSteps, signal);
  sum.passed += rest.passed;
  sum.failed += rest.failed;
  sum.remarks.push(...rest.remarks);
}
process.exitCode = conclude(sum, began, signal);
