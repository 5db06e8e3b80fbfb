import { setTimeout as delay } from 'node:timers/promises';
import type { Workload } from '../bench.ts';
import { startSynced } from '../deliver.ts';
import { type Fact, summary } from '../summary.ts';
import { openWindow, type WindowCost } from '../window.ts';

/** The default. */
const interval = '15s';

interface Idle extends WindowCost {
  bytesNow: number;
  delayP99: number;
}

export const steady: Workload = {
  name: 'steady state',
  about: 'all applications are Synced, and nothing happens',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const { world, operator } = await startSynced(bench, fleet, { interval });
    // What measures the event loop wakes it up fifty times a second: not while processor time is counted.
    await operator.tell('pause');
    const seconds = bench.size(600, 16);
    const close = await openWindow(world, operator);
    for (let left = seconds; left > 0; left -= 10) {
      bench.progress(`${left} s left`);
      await delay(Math.min(left, 10) * 1_000);
    }
    const idle = await close();
    const bytesNow = operator.bytesNow();
    await operator.tell('resume');
    await delay(bench.size(30_000, 3_000));
    const { delayMs } = await operator.inside();
    bench.report(...summary(bench, 'steady state', [{ ...idle, bytesNow, delayP99: delayMs.p99 }], facts));
  },
};

const facts: Fact<Idle>[] = [
  { what: 'CPU, of a core', unit: '%', of: ({ cpu, seconds }) => (cpu / seconds) * 100, goal: { atMost: 0.5 } },
  { what: 'CPU of the main process, of a core', unit: '%', of: ({ mainCpu, seconds }) => (mainCpu / seconds) * 100 },
  { what: 'writes', unit: '', of: ({ requests }) => requests.writes, goal: { atMost: 0 } },
  {
    what: 'requests that are no watches',
    unit: '',
    of: ({ requests }) => requests.total - requests.watches,
    goal: { atMost: 0 },
  },
  { what: 'watches begun anew, a minute', unit: '', of: run => perMinute(run, run.requests.watches) },
  { what: 'bytes from the API server, a minute', unit: 'B', of: run => perMinute(run, run.received) },
  { what: 'requests to Git, a minute', unit: '', of: run => perMinute(run, run.git.requests), note: 'every 15 s' },
  { what: 'bytes to and from Git, a request', unit: 'B', of: ({ git }) => git.bytes / git.requests },
  { what: 'renders', unit: '', of: ({ renders }) => renders, goal: { atMost: 0 } },
  { what: 'programs started', unit: '', of: ({ programs }) => programs, goal: { atMost: 0 } },
  { what: 'memory, all processes', unit: 'MB', of: ({ bytesNow }) => bytesNow / 1e6 },
  { what: 'event-loop delay p99', unit: 'ms', of: ({ delayP99 }) => delayP99, goal: { atMost: 20 } },
];

function perMinute({ seconds }: WindowCost, count: number): number {
  return (count / seconds) * 60;
}
