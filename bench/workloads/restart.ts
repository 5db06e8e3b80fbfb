import { setTimeout as delay } from 'node:timers/promises';
import { mark } from '../../test/world/audit.ts';
import type { Workload } from '../bench.ts';
import { type Running, startSynced } from '../deliver.ts';
import { createForeign } from '../foreign.ts';
import { countRequests, type RequestCounts } from '../measure/requests.ts';
import { settle } from '../measure/settle.ts';
import { type Inside, startOperator } from '../operator.ts';
import { row } from '../row.ts';
import { type Fact, summary } from '../summary.ts';

const deadlineMs = 120_000;

interface Restart {
  seconds: number;
  cpu: number;
  received: number;
  requests: RequestCounts;
  inside: Inside;
  objects: number;
}

export const restart: Workload = {
  name: 'restart',
  about: 'kill -9 of a running operator, and a new one on its data; until it has seen that every application is Synced',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const foreign = bench.size(20_000, 2_000);
    const runs = bench.size(3, 1);
    const running = await startSynced(bench, fleet);
    await running.operator.kill();
    const alone: Restart[] = [];
    for (let run = 0; run < runs; run++) alone.push(await once(running));
    bench.progress(`making ${foreign} foreign objects`);
    await createForeign(running.world, foreign);
    const among: Restart[] = [];
    for (let run = 0; run < runs; run++) among.push(await once(running));

    const bytes = (all: readonly Restart[]) => Math.min(...all.map(({ received }) => received));
    bench.report(
      ...summary(bench, 'restart among foreign objects', among, facts),
      row('restart: bytes, to those without foreign objects', bytes(among) / bytes(alone), '×', {
        goal: { atMost: 1.05 },
      }),
      row('restart: foreign objects', foreign, ''),
      row('restart: time without foreign objects', Math.min(...alone.map(({ seconds }) => seconds)), 's', {
        note: 'the best of the runs',
      }),
    );
  },
};

async function once({ world, fleet, commit }: Running): Promise<Restart> {
  const since = await mark(world.plane);
  await using operator = await startOperator(world, { interval: '10m' });
  for (const deadline = performance.now() + deadlineMs; ; await delay(10)) {
    // Asked in a word, until it says so: a list of all, a hundred times a second, would be most of what is measured.
    const rows = (await operator.ready()) ? await operator.applications() : [];
    const verified = rows.filter(
      // Not what it remembers: what it has seen since it was started.
      ({ sync, observedAt }) =>
        sync.status === 'Synced' && sync.revision === commit && observedAt >= operator.startedAt,
    );
    if (verified.length === fleet.applications) break;
    if (performance.now() > deadline) throw new Error(`only ${verified.length} applications are known to be Synced`);
  }
  const seconds = (Date.now() - operator.startedAt) / 1_000;
  const [cpu, inside] = [operator.cpu(), await operator.inside()];
  await settle();
  const { read = 0 } = inside.traffic[new URL(world.plane.server).port] ?? {};
  const requests = await countRequests(world.plane, since, world.holdfast.user);
  return { seconds, cpu, received: read, requests, inside, objects: fleet.applications * fleet.objects };
}

const facts: Fact<Restart>[] = [
  { what: 'ready in', unit: 's', of: ({ seconds }) => seconds, goal: { atMost: 3 }, onlyFull: true },
  { what: 'writes', unit: '', of: ({ requests }) => requests.writes, goal: { atMost: 0 } },
  { what: 'dry-runs', unit: '', of: ({ requests }) => requests.dryRuns, goal: { atMost: 0 } },
  { what: 'lists and watches', unit: '', of: ({ requests }) => requests.lists + requests.watches },
  { what: 'gets', unit: '', of: ({ requests }) => requests.gets },
  { what: 'bytes from the API server', unit: 'MB', of: ({ received }) => received / 1e6 },
  { what: 'bytes an object of ours', unit: 'B', of: ({ received, objects }) => received / objects },
  { what: 'renders', unit: '', of: ({ inside }) => inside.renders, goal: { atMost: 0 } },
  { what: 'CPU, all processes of ours', unit: 's', of: ({ cpu }) => cpu },
  { what: 'event-loop delay p99', unit: 'ms', of: ({ inside }) => inside.delayMs.p99, goal: { atMost: 20 } },
  { what: 'event-loop delay, longest', unit: 'ms', of: ({ inside }) => inside.delayMs.p100 },
];
