import type { Workload } from '../bench.ts';
import { countOf, startSynced, untilSynced } from '../deliver.ts';
import { commitFleet, countsOf, rawApplies } from '../fleet.ts';
import { settle } from '../measure/settle.ts';
import { sendRaw } from '../raw/raw.ts';
import { row } from '../row.ts';
import { openWindow } from '../window.ts';

/** Of all objects, so many are deleted by hand. */
const deletedShare = 0.1;

export const massChange: Workload = {
  name: 'mass change',
  about: 'one commit changes a label of all objects; then somebody deletes a tenth of them at once',
  async run(bench) {
    const fleet = { applications: bench.size(1_000, 100), objects: 4 };
    const objects = fleet.applications * fleet.objects;
    const ceiling = await bench.ceiling('mixed');
    const { world, operator } = await startSynced(bench, fleet);

    const commit = await commitFleet(world.repo, { ...fleet, version: '2' });
    await operator.tell('reset');
    const closeChange = await openWindow(world, operator);
    const began = performance.now();
    const refreshed = operator.refresh();
    await untilSynced(operator, fleet, commit);
    const seconds = (performance.now() - began) / 1_000;
    await refreshed;
    const change = await closeChange();
    const { delayMs } = await operator.inside();
    const labelled = await Promise.all(
      [
        ['v1', 'ConfigMap'] as const,
        ['v1', 'Service'] as const,
        ['v1', 'ServiceAccount'] as const,
        ['apps/v1', 'Deployment'] as const,
      ].map(async ([apiVersion, kind]) => (await world.admin.list({ apiVersion, kind }, 'version=2')).length),
    );
    if (labelled.some(count => count !== fleet.applications)) throw new Error(`not all are changed: ${labelled}`);
    const rate = objects / seconds;
    bench.report(
      row('mass change: objects a second', rate, '1/s', {
        ...{ shareOfW: rate / ceiling.changesPerSecond, goalOfShare: { atLeast: 0.8 } },
        note: 'of W for changes',
      }),
      row('mass change: applies an object', change.requests.applies / objects, '', { goal: { atMost: 1 } }),
      row('mass change: CPU, all processes of ours', change.cpu, 's'),
      row('mass change: event-loop delay p99', delayMs.p99, 'ms', { goal: { atMost: 20 } }),
    );
    await settle();

    const deletes = rawApplies(fleet)
      .filter((_, index) => index % (1 / deletedShare) === 0)
      .map(({ path }) => ({ method: 'DELETE' as const, path: path.replace(/\?.*/, '') }));
    const wanted = await Promise.all(
      [...countsOf(fleet)].map(async ([collection]) => ({ collection, count: await countOf(world.admin, collection) })),
    );
    const closeRepair = await openWindow(world, operator);
    const sent = await sendRaw({ ...world.raw, ...ceiling.way, requests: deletes });
    const first = performance.now() - sent.seconds * 1_000;
    for (const { collection, count } of wanted)
      while ((await countOf(world.admin, collection)) < count) await pause(first);
    const repairSeconds = (performance.now() - first) / 1_000;
    await settle();
    const repair = await closeRepair();
    bench.report(
      row('mass drift: time from the first delete until all are back', repairSeconds, 's', {
        note: `${deletes.length} objects; deleting took ${sent.seconds.toFixed(2)} s of it`,
      }),
      row('mass drift: deletes and repairs a second', (2 * deletes.length) / repairSeconds, '1/s', {
        shareOfW: (2 * deletes.length) / repairSeconds / ceiling.createsPerSecond,
      }),
      row('mass drift: applies a repair', repair.requests.applies / deletes.length, '', { goal: { atMost: 1 } }),
    );
  },
};

/** Throws when it has been long enough. */
async function pause(since: number): Promise<void> {
  if (performance.now() - since > 60_000) throw new Error('deleted objects did not come back within 60 s');
  await new Promise(resolve => setTimeout(resolve, 20));
}
