import type { Bench, Workload } from '../bench.ts';
import type { Ceiling, Way } from '../ceiling.ts';
import { type Delivered, deliver, startEmpty } from '../deliver.ts';
import { type Fleet, namespacesOf, rawApplies } from '../fleet.ts';
import { kubectlApply } from '../kubectl.ts';
import { settle } from '../measure/settle.ts';
import { median } from '../measure/statistics.ts';
import { sendRaw } from '../raw/raw.ts';
import { row } from '../row.ts';
import { type Fact, summary } from '../summary.ts';
import { createNamespaces, type World } from '../world.ts';

/** Requests of a sync that do not grow with it: discovery, watches of kinds that are new. */
const fixedRequests = 200;

interface Run extends Delivered {
  /** Raw applies a second of as many objects, in the same world just before. */
  rawPerSecond: number;
  namespaces: number;
}

export const firstSync: Workload = {
  name: 'first sync',
  about: 'one commit declares all applications of 4 objects; until all objects are there and all are Synced',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const ceiling = await bench.ceiling('mixed');
    const runs: Run[] = [];
    for (let run = 0; run < bench.size(3, 1); run++) {
      bench.progress(`run ${run + 1}`);
      runs.push(await once(bench, fleet, ceiling));
    }
    const rates = runs.map(({ objects, seconds }) => objects / seconds);
    const shareOfW = median(rates) / ceiling.createsPerSecond;
    const paired = runs.map(({ objects, seconds, rawPerSecond }) => objects / seconds / rawPerSecond);
    bench.report(
      row('first sync: objects a second', median(rates), '1/s', {
        ...{ runs: rates, shareOfW, goalOfShare: { atLeast: 0.7 } },
      }),
      row('first sync: to raw applies just before, pair by pair', median(paired) * 100, '%', {
        runs: paired.map(one => one * 100),
        goal: { atLeast: 70 },
      }),
      ...summary(bench, 'first sync', runs, factsOf(ceiling)),
    );
    bench.progress('kubectl');
    const kubectl = await kubectlApply(await bench.world(), fleet);
    const objects = fleet.applications * fleet.objects;
    bench.report(
      row('first sync: kubectl apply --server-side, time', kubectl.seconds, 's'),
      row('first sync: kubectl, CPU', kubectl.cpu, 's'),
      row('first sync: kubectl, CPU of the API server', kubectl.serverCpu, 's'),
      row('first sync: times as fast as kubectl', median(rates) / (objects / kubectl.seconds), '×', {
        goal: { atLeast: 3 },
      }),
    );
  },
};

async function once(bench: Bench, fleet: Fleet, ceiling: Ceiling): Promise<Run> {
  const { world, operator } = await startEmpty(bench);
  const rawPerSecond = await rawRate(world, fleet, ceiling.way);
  const delivered = await deliver(world, operator, fleet);
  await operator.kill();
  await world[Symbol.asyncDispose]();
  return { ...delivered, rawPerSecond, namespaces: namespacesOf(fleet).length };
}

/** The machine's speed drifts: what counts most is the ratio to raw applies of the same minute. */
async function rawRate(world: World, fleet: Fleet, way: Way): Promise<number> {
  const prefix = 'raw-';
  await createNamespaces(
    world.admin,
    namespacesOf(fleet).map(name => prefix + name),
  );
  const { sent, seconds } = await sendRaw({ ...world.raw, ...way, requests: rawApplies(fleet, prefix) });
  await settle();
  return sent / seconds;
}

function factsOf(ceiling: Ceiling): Fact<Run>[] {
  return [
    { what: 'time', unit: 's', of: ({ seconds }) => seconds },
    { what: 'CPU, all processes of ours', unit: 's', of: ({ cpu }) => cpu, goal: { atMost: 12 }, onlyFull: true },
    {
      what: 'CPU of the API server, to raw applies',
      unit: '×',
      of: ({ serverCpu, objects }) => serverCpu / objects / ceiling.serverCpuPerCreate,
      goal: { atMost: 1.3 },
    },
    { what: 'CPU of the API server', unit: 's', of: ({ serverCpu }) => serverCpu },
    {
      what: 'peak memory, all processes',
      unit: 'MB',
      of: ({ peakBytes }) => peakBytes / 1e6,
      goal: { atMost: 200 },
      onlyFull: true,
    },
    {
      what: 'applies an object',
      unit: '',
      of: ({ requests, objects }) => requests.applies / objects,
      goal: { atMost: 1 },
    },
    {
      what: 'writes for namespaces, each',
      unit: '',
      of: ({ requests, namespaces }) => requests.namespaces / namespaces,
      goal: { atMost: 1 },
    },
    { what: 'other writes', unit: '', of: run => otherWrites(run), goal: { atMost: 0 } },
    { what: 'reads, lists and watches', unit: '', of: run => readsOf(run), goal: { atMost: fixedRequests } },
    { what: 'requests refused', unit: '', of: ({ requests }) => requests.failed },
    { what: 'renders', unit: '', of: ({ inside }) => inside.renders },
    { what: 'event-loop delay p99', unit: 'ms', of: ({ inside }) => inside.delayMs.p99, goal: { atMost: 20 } },
    { what: 'event-loop delay, longest', unit: 'ms', of: ({ inside }) => inside.delayMs.p100 },
    { what: 'heap at the end', unit: 'MB', of: ({ inside }) => inside.heapBytes / 1e6 },
  ];
}

function otherWrites({ requests }: Delivered): number {
  return requests.writes - requests.applies - requests.namespaces;
}

function readsOf({ requests }: Delivered): number {
  return requests.total - requests.writes;
}
