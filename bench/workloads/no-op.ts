import { setTimeout as delay } from 'node:timers/promises';
import type { Sync } from '../../src/model/status.ts';
import type { Workload } from '../bench.ts';
import { startSynced } from '../deliver.ts';
import { applicationName } from '../fleet.ts';
import type { Operator } from '../operator.ts';
import { type Fact, summary } from '../summary.ts';
import { openWindow, type WindowCost } from '../window.ts';

interface NoOp extends WindowCost {
  took: number;
  delayP99: number;
}

/** Requests under way: of one person with many pages open, or one pipeline. */
const callers = 16;
const deadlineMs = 120_000;

export const noOp: Workload = {
  name: 'no-op sync',
  about: 'every application is told to sync what is already so',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const { world, operator } = await startSynced(bench, fleet);
    const runs: NoOp[] = [];
    for (let run = 0; run < bench.size(3, 2); run++) {
      const close = await openWindow(world, operator);
      await operator.tell('reset');
      const took = await syncAll(operator, fleet.applications);
      const { delayMs } = await operator.inside();
      runs.push({ ...(await close()), took, delayP99: delayMs.p99 });
    }
    bench.report(...summary(bench, 'no-op sync', runs, facts));
  },
};

/** Seconds from the first word until the last sync has ended. */
async function syncAll(operator: Operator, applications: number): Promise<number> {
  const began = performance.now();
  const ids = new Set<string>();
  let next = 0;
  const call = async () => {
    while (next < applications) {
      const answer = await operator.post(`/api/v1/applications/${applicationName(next++)}/sync`);
      ids.add((JSON.parse(String(answer)) as Sync).id);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  for (;;) {
    const rows = await operator.applications();
    const now = performance.now();
    const ended = rows.filter(({ operation }) => operation !== undefined && ids.has(operation.id));
    const failed = ended.find(({ operation }) => !['running', 'succeeded'].includes(operation?.result ?? ''));
    if (failed) throw new Error(`${failed.name}: ${JSON.stringify(failed.operation)}`);
    if (ended.filter(({ operation }) => operation?.result === 'succeeded').length === applications)
      return (now - began) / 1_000;
    if (now - began > deadlineMs) throw new Error(`only ${ended.length} of ${applications} syncs ended`);
    await delay(20);
  }
}

const facts: Fact<NoOp>[] = [
  { what: 'time for all', unit: 's', of: ({ took }) => took, goal: { atMost: 2 }, onlyFull: true },
  { what: 'applies', unit: '', of: ({ requests }) => requests.applies, goal: { atMost: 0 } },
  { what: 'all requests to the API server', unit: '', of: ({ requests }) => requests.total, goal: { atMost: 0 } },
  { what: 'requests to Git', unit: '', of: ({ git }) => git.requests },
  { what: 'renders', unit: '', of: ({ renders }) => renders, goal: { atMost: 0 } },
  { what: 'CPU, all processes of ours', unit: 's', of: ({ cpu }) => cpu },
  { what: 'event-loop delay p99', unit: 'ms', of: ({ delayP99 }) => delayP99, goal: { atMost: 20 } },
];
