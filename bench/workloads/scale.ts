import type { Workload } from '../bench.ts';
import { deliver, startEmpty } from '../deliver.ts';
import { applicationName } from '../fleet.ts';
import { settle } from '../measure/settle.ts';
import { percentile } from '../measure/statistics.ts';
import { row } from '../row.ts';

/** What the web UI asks for, in turn. */
const asPeopleAsk = ['', 'sort=name', 'q=shop-00', 'state=outOfSync', 'project=default&sort=changed'];

export const scale: Workload = {
  name: 'many applications',
  about: 'one commit declares 10,000 applications of one ConfigMap; then the list and single ones are asked for',
  async run(bench) {
    const fleet = { applications: bench.size(10_000, 500), objects: 1 };
    const ceiling = await bench.ceiling('configmaps');
    bench.report(row('ceiling: W, creates of ConfigMaps', ceiling.createsPerSecond, '1/s', { runs: ceiling.runs }));
    const { world, operator } = await startEmpty(bench);
    bench.progress(`delivering ${fleet.applications} applications`);
    const { objects, seconds, cpu, serverCpu, requests, inside } = await deliver(world, operator, fleet);
    const rate = objects / seconds;
    const name = 'many applications';
    bench.report(
      row(`${name}: objects a second`, rate, '1/s', {
        ...{ shareOfW: rate / ceiling.createsPerSecond, goalOfShare: { atLeast: 0.7 } },
      }),
      row(`${name}: time`, seconds, 's'),
      row(`${name}: applies an object`, requests.applies / objects, '', { goal: { atMost: 1 } }),
      row(`${name}: CPU, all processes of ours`, cpu, 's'),
      row(`${name}: CPU of the API server, to raw applies`, serverCpu / objects / ceiling.serverCpuPerCreate, '×', {
        goal: { atMost: 1.3 },
      }),
      row(`${name}: event-loop delay p99`, inside.delayMs.p99, 'ms', { goal: { atMost: 20 } }),
      row(`${name}: event-loop delay, longest`, inside.delayMs.p100, 'ms'),
    );

    await settle();
    await operator.tell('reset');
    const delivered = operator.peakBytes();
    const times = bench.size(200, 50);
    const pages = await timed(times, n =>
      operator.get(`/api/v1/list?limit=100&${asPeopleAsk[n % asPeopleAsk.length]}`),
    );
    const single = (n: number) => `/api/v1/applications/${applicationName((n * 37) % fleet.applications)}`;
    const details = await timed(times, n => operator.get(single(n)));
    const trees = await timed(times, n => operator.get(`${single(n)}/tree`));
    const paged = await operator.inside();
    let bytes = 0;
    const lists = await timed(times, async () => {
      bytes = (await operator.get('/api/v1/applications')).bytes;
    });
    bench.report(
      row(`${name}: listing 100 of them, filtered and sorted, p50`, percentile(pages, 0.5), 'ms'),
      row(`${name}: listing 100 of them, filtered and sorted, p99`, percentile(pages, 0.99), 'ms', {
        goal: bench.size({ atMost: 50 }, undefined),
      }),
      row(`${name}: listing all, p50`, percentile(lists, 0.5), 'ms'),
      row(`${name}: listing all, p99`, percentile(lists, 0.99), 'ms', { note: 'until it is parsed' }),
      row(`${name}: bytes of the list`, bytes / 1e6, 'MB'),
      row(`${name}: one application, p99`, percentile(details, 0.99), 'ms', {
        goal: bench.size({ atMost: 50 }, undefined),
      }),
      row(`${name}: its tree of resources, p99`, percentile(trees, 0.99), 'ms', {
        goal: bench.size({ atMost: 50 }, undefined),
      }),
      row(`${name}: event-loop delay p99 while listing`, paged.delayMs.p99, 'ms', {
        goal: { atMost: 20 },
      }),
      row(`${name}: peak memory, all processes`, delivered / 1e6, 'MB', {
        goal: bench.size({ atMost: 400 }, undefined),
      }),
      row(`${name}: peak memory after listing all in one piece`, operator.peakBytes() / 1e6, 'MB'),
      row(`${name}: memory at rest, all processes`, operator.bytesNow() / 1e6, 'MB'),
    );
  },
};

/** Milliseconds that each took, one after the other. */
async function timed(times: number, once: (n: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < times; n++) {
    const began = performance.now();
    await once(n);
    all.push(performance.now() - began);
  }
  return all;
}
