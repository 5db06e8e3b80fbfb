import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Workload } from '../bench.ts';
import { type Running, startSynced, untilSynced } from '../deliver.ts';
import { applicationName, configMapManifest, type Fleet } from '../fleet.ts';
import { percentile } from '../measure/statistics.ts';
import { type Operator, startOperator } from '../operator.ts';
import { row } from '../row.ts';
import { type Fact, summary } from '../summary.ts';
import { ClusterWatch } from '../watch.ts';
import { openWindow, type WindowCost } from '../window.ts';
import type { World } from '../world.ts';

const pollMs = 2_000;
const goldenRatio = (Math.sqrt(5) - 1) / 2;

interface Commits extends WindowCost {
  commits: number;
  delayP99: number;
}

export const oneCommit: Workload = {
  name: 'one commit',
  about:
    'a commit changes one ConfigMap of one application; from the end of the push until it is changed in the cluster',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const running = await startSynced(bench, fleet);
    const { world, operator } = running;
    await using watch = await ClusterWatch.open(world.plane, '/api/v1/configmaps', 'holdfast.dev/application');

    const commits = bench.size(200, 20);
    const byWebhook: number[] = [];
    await operator.tell('reset');
    const close = await openWindow(world, operator);
    for (let n = 0; n < commits; n++) {
      bench.progress(`commit ${n + 1} of ${commits}`);
      byWebhook.push(await pushOne(running, watch, n, operator));
      await delay(50 + Math.random() * 50);
    }
    const cost = await close();
    const { delayMs } = await operator.inside();
    bench.report(...latencies('by webhook', byWebhook, { p50: 100, p99: 300 }));
    bench.report(...summary(bench, 'one commit', [{ ...cost, commits, delayP99: delayMs.p99 }], facts));

    const byPolling = await poll(running, watch, bench.size(60, 5), what => bench.progress(what));
    bench.report(...latencies('by polling every 2 s', byPolling, { p50: 150 + pollMs / 2 }));
  },
};

/** Commits at moments that have nothing to do with when the operator looks. */
async function poll(
  { world, operator, fleet }: Running,
  watch: ClusterWatch,
  commits: number,
  progress: (what: string) => void,
): Promise<number[]> {
  await operator.kill();
  await using polling = await startOperator(world, { interval: `${pollMs}ms` });
  await untilSynced(polling, fleet, await head(world));
  const found: number[] = [];
  for (let n = 0; n < commits; n++) {
    progress(`commit ${n + 1} of ${commits}, by polling`);
    // Spread evenly over the interval, in an order that has nothing to do with it: chance would need thousands of commits.
    await delay(100 + ((n * goldenRatio) % 1) * pollMs);
    found.push(await pushOne({ world, fleet }, watch, 10_000 + n));
  }
  return found;
}

/** Milliseconds until the change is seen. With an operator, it is told to look. */
async function pushOne(
  { world, fleet }: { world: World; fleet: Fleet },
  watch: ClusterWatch,
  n: number,
  told?: Operator,
): Promise<number> {
  // Far apart, so that no two commits in a row are about neighbours.
  const name = applicationName((n * 37) % fleet.applications);
  const change = String(n);
  const manifest = configMapManifest(name, { app: name, version: '1' }, { change });
  await world.repo.commit({ [`apps/${name}/configmaps-0.yaml`]: stringify(manifest) });
  const pushed = performance.now();
  const refreshed = told?.refresh();
  const { at } = await watch.next(`change ${n}`, ({ object }) => object.data?.change === change);
  await refreshed;
  return at - pushed;
}

async function head({ repo }: World): Promise<string> {
  return (await repo.resolve()) ?? '';
}

function latencies(how: string, values: number[], goals: { p50: number; p99?: number }) {
  const of = (share: number, goal?: number) =>
    row(`one commit ${how}: p${share * 100}`, percentile(values, share), 'ms', {
      ...(goal === undefined ? {} : { goal: { atMost: goal } }),
      note: `of ${values.length}`,
    });
  return [of(0.5, goals.p50), of(0.99, goals.p99)];
}

const facts: Fact<Commits>[] = [
  { what: 'renders a commit', unit: '', of: ({ renders, commits }) => renders / commits, goal: { atMost: 1 } },
  {
    what: 'applies a commit',
    unit: '',
    of: ({ requests, commits }) => requests.applies / commits,
    goal: { atMost: 1 },
  },
  {
    what: 'other requests a commit',
    unit: '',
    of: ({ requests, commits }) => (requests.total - requests.applies - requests.watches) / commits,
    goal: { atMost: 0 },
  },
  {
    what: 'CPU a commit, all processes of ours',
    unit: 'ms',
    of: ({ cpu, commits }) => (cpu / commits) * 1e3,
    goal: { atMost: 100 },
  },
  { what: 'programs started a commit', unit: '', of: ({ programs, commits }) => programs / commits },
  { what: 'requests to Git a commit', unit: '', of: ({ git, commits }) => git.requests / commits },
  { what: 'bytes to and from Git a commit', unit: 'B', of: ({ git, commits }) => git.bytes / commits },
  { what: 'event-loop delay p99', unit: 'ms', of: ({ delayP99 }) => delayP99, goal: { atMost: 20 } },
];
