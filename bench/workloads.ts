import type { Workload } from './bench.ts';
import { ceilingWorkload } from './workloads/ceiling.ts';
import { oneCommit } from './workloads/commit.ts';
import { drift } from './workloads/drift.ts';
import { firstSync } from './workloads/first-sync.ts';
import { foreignChangesWorkload } from './workloads/foreign-changes.ts';
import { massChange } from './workloads/mass-change.ts';
import { noOp } from './workloads/no-op.ts';
import { render } from './workloads/render.ts';
import { restart } from './workloads/restart.ts';
import { scale } from './workloads/scale.ts';
import { steady } from './workloads/steady.ts';

/** In the order in which they run. */
export const workloads: readonly Workload[] = [
  ceilingWorkload,
  firstSync,
  noOp,
  steady,
  oneCommit,
  drift,
  massChange,
  restart,
  foreignChangesWorkload,
  render,
  scale,
];
