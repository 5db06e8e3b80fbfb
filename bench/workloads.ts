import type { Workload } from './bench.ts';
import { ceilingWorkload } from './workloads/ceiling.ts';
import { firstSync } from './workloads/first-sync.ts';

/** In the order in which they run. */
export const workloads: readonly Workload[] = [ceilingWorkload, firstSync];
