import { setTimeout as delay } from 'node:timers/promises';
import type { Workload } from '../bench.ts';
import { startSynced } from '../deliver.ts';
import { createForeign, foreignChanges } from '../foreign.ts';
import { median } from '../measure/statistics.ts';
import { paceRaw } from '../raw/raw.ts';
import { row } from '../row.ts';
import { openWindow, type WindowCost } from '../window.ts';

const changesPerSecond = 50;

export const foreignChangesWorkload: Workload = {
  name: 'foreign changes',
  about:
    '100 applications in a cluster where others change their own objects 50 times a second, and where nobody does, in turn',
  async run(bench) {
    const foreign = bench.size(20_000, 2_000);
    const windowMs = bench.size(60_000, 5_000);
    const { world, operator } = await startSynced(bench, { applications: 100, objects: 4 });
    bench.progress(`making ${foreign} foreign objects`);
    const bytesBefore = operator.bytesNow();
    await createForeign(world, foreign);
    const grown = operator.bytesNow() - bytesBefore;
    await operator.tell('pause');

    const quiet: WindowCost[] = [];
    const busy: WindowCost[] = [];
    const changes: number[] = [];
    for (let turn = 0; turn < bench.size(5, 2); turn++) {
      bench.progress(`turn ${turn + 1}`);
      const closeQuiet = await openWindow(world, operator);
      await delay(windowMs);
      quiet.push(await closeQuiet());

      await using others = paceRaw({
        ...world.raw,
        ...{ concurrency: 4, http2: false, perSecond: changesPerSecond, requests: foreignChanges(foreign) },
      });
      const closeBusy = await openWindow(world, operator);
      await delay(windowMs);
      busy.push(await closeBusy());
      const { sent, seconds, failed, failure } = await others.stop();
      if (failed > 0) throw new Error(`${failed} foreign changes were refused; ${failure}`);
      changes.push(sent / seconds);
    }

    const name = 'foreign changes';
    const perSecond = (of: (cost: WindowCost) => number) => (cost: WindowCost) => of(cost) / cost.seconds;
    const cpu = perSecond(({ mainCpu }) => mainCpu * 1e3);
    const more = busy.map((cost, turn) => cpu(cost) - cpu(quiet[turn] ?? cost));
    const base = median(quiet.map(cpu));
    bench.report(
      row(`${name}: changes a second`, median(changes), '1/s', { goal: { atLeast: changesPerSecond * 0.95 } }),
      row(
        `${name}: bytes received for them`,
        median(busy.map(({ received }) => received)) - median(quiet.map(({ received }) => received)),
        'B',
        {
          goal: { atMost: 0 },
        },
      ),
      row(`${name}: CPU more, main process`, (median(more) / base) * 100, '%', {
        goal: bench.size({ atMost: 5 }, undefined),
        runs: more.map(one => (one / base) * 100),
        note: `of ${base.toPrecision(3)} ms a second`,
      }),
      row(
        `${name}: requests for them`,
        busy.reduce((sum, { requests }) => sum + requests.total - requests.watches, 0),
        '',
        {
          goal: { atMost: 0 },
        },
      ),
      row(`${name}: memory more, with the objects there`, grown / 1e6, 'MB'),
    );
  },
};
