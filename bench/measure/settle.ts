import { setTimeout as delay } from 'node:timers/promises';
import { processTree } from './processes.ts';

const windowMs = 500;
/** Of one processor; an idle control plane takes less. */
const quietShare = 0.12;
const quietWindows = 2;

/**
 * Waits until what this benchmark started has nothing to do any more, controllers included: what they do for the objects is
 * part of what the objects cost, whoever sent them. Returns also when that does not come: later measurements are then noisier.
 */
export async function settle(deadlineMs = 60_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let quiet = 0; quiet < quietWindows && performance.now() < deadline; ) {
    const before = childrenCpu();
    await delay(windowMs);
    quiet = (childrenCpu() - before) / (windowMs / 1_000) < quietShare ? quiet + 1 : 0;
  }
}

function childrenCpu(): number {
  return processTree(process.pid)
    .filter(({ pid }) => pid !== process.pid)
    .reduce((seconds, { cpu }) => seconds + cpu, 0);
}
