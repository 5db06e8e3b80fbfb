import { setTimeout as delay } from 'node:timers/promises';
import type { Workload } from '../bench.ts';
import { startSynced } from '../deliver.ts';
import { applicationName, namespaceOf } from '../fleet.ts';
import { percentile } from '../measure/statistics.ts';
import { type Row, row } from '../row.ts';
import { ClusterWatch } from '../watch.ts';
import { openWindow } from '../window.ts';

export const drift: Workload = {
  name: 'drift',
  about:
    'somebody deletes or changes one ConfigMap; from then until it is as declared again, both seen by the same watch',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const { world, operator } = await startSynced(bench, fleet);
    await using watch = await ClusterWatch.open(world.plane, '/api/v1/configmaps', 'holdfast.dev/application');
    const times = bench.size(100, 20);
    const reference = (n: number) => {
      const index = (n * 37) % fleet.applications;
      return { apiVersion: 'v1', kind: 'ConfigMap', namespace: namespaceOf(index), name: applicationName(index) };
    };

    async function repeat(harm: (n: number) => Promise<unknown>, harmed: string, restored: string): Promise<number[]> {
      const found: number[] = [];
      for (let n = 0; n < times; n++) {
        bench.progress(`${n + 1} of ${times}`);
        const { name } = reference(n);
        const done = harm(n);
        const before = await watch.next(
          `harm to ${name}`,
          ({ type, object }) => type === harmed && object.metadata.name === name,
        );
        await done;
        const after = await watch.next(
          `${name} to be as declared`,
          ({ type, object }) => type === restored && object.metadata.name === name,
        );
        if (after.object.data['ui.color'] !== '#34577c') throw new Error(`${name} is not as declared`);
        found.push(after.at - before.at);
        await delay(50 + Math.random() * 50);
      }
      return found;
    }

    await operator.tell('reset');
    const close = await openWindow(world, operator);
    const deleted = await repeat(n => world.admin.delete(reference(n)), 'DELETED', 'ADDED');
    const byHand = { data: { 'ui.color': 'by hand' } };
    const changed = await repeat(n => world.admin.patch(reference(n), byHand), 'MODIFIED', 'MODIFIED');
    const { requests } = await close();
    const { delayMs } = await operator.inside();
    bench.report(
      ...rows('a deleted object restored', deleted, true),
      ...rows('a changed object restored', changed, false),
      row('drift: applies a repair', requests.applies / (2 * times), '', { goal: { atMost: 1 } }),
      row('drift: other requests a repair', (requests.total - requests.applies - requests.watches) / (2 * times), ''),
      row('drift: event-loop delay p99', delayMs.p99, 'ms', { goal: { atMost: 20 } }),
    );
  },
};

function rows(what: string, values: number[], isJudged: boolean): Row[] {
  const goals = isJudged ? { p50: { atMost: 50 }, p99: { atMost: 200 } } : { p50: undefined, p99: undefined };
  return [
    row(`drift: ${what}, p50`, percentile(values, 0.5), 'ms', { goal: goals.p50, note: `of ${values.length}` }),
    row(`drift: ${what}, p99`, percentile(values, 0.99), 'ms', { goal: goals.p99 }),
  ];
}
