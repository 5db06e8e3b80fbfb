import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, Workload } from '../bench.ts';
import type { Ceiling } from '../ceiling.ts';
import { type Delivered, deliver, startEmpty } from '../deliver.ts';
import type { Fleet } from '../fleet.ts';
import { type Panel, panelsSvg } from '../plot/svg.ts';
import { row } from '../row.ts';

const directory = join(import.meta.dirname, '../../docs/performance');

interface Sweep {
  /** Of the picture, without its ending. */
  file: string;
  xTitle: string;
  description: string;
  fleets: (bench: Bench) => Fleet[];
  x: (fleet: Fleet) => number;
}

const sweeps: readonly Sweep[] = [
  {
    file: 'applications',
    xTitle: 'applications of one ConfigMap',
    description: 'First sync: time, CPU and memory by number of applications',
    fleets: bench =>
      bench.size([100, 1_000, 10_000], [25, 50, 100]).map(applications => ({ applications, objects: 1 })),
    x: ({ applications }) => applications,
  },
  {
    file: 'objects',
    xTitle: 'ConfigMaps in each of ten applications',
    description: 'First sync: time, CPU and memory by number of objects in an application',
    fleets: bench => bench.size([1, 10, 100, 1_000], [1, 5, 20]).map(objects => ({ applications: 10, objects })),
    x: ({ objects }) => objects,
  },
];

/** Not one of the workloads of a usual run: `--grow`. */
export const growth: Workload = {
  name: 'growth',
  about: 'how the cost of a first sync grows with applications, and with objects in them',
  async run(bench) {
    const ceiling = await bench.ceiling('configmaps');
    for (const sweep of sweeps) await draw(bench, sweep, ceiling);
  },
};

async function draw(bench: Bench, { file, xTitle, description, fleets, x }: Sweep, ceiling: Ceiling): Promise<void> {
  const found: { x: number; run: Delivered }[] = [];
  for (const fleet of fleets(bench)) {
    bench.progress(`${fleet.applications} applications of ${fleet.objects}`);
    const { world, operator } = await startEmpty(bench);
    const run = await deliver(world, operator, fleet);
    await operator.kill();
    await world[Symbol.asyncDispose]();
    found.push({ x: x(fleet), run });
    const name = `growth, ${fleet.applications} applications of ${fleet.objects}`;
    const rate = run.objects / run.seconds;
    bench.report(
      row(`${name}: time`, run.seconds, 's', { shareOfW: rate / ceiling.createsPerSecond }),
      row(`${name}: CPU`, run.cpu, 's'),
      row(`${name}: peak memory`, run.peakBytes / 1e6, 'MB'),
      row(`${name}: applies an object`, run.requests.applies / run.objects, ''),
    );
  }
  const points = (y: (run: Delivered) => number) => found.map(one => ({ x: one.x, y: y(one.run) }));
  const least = points(({ objects }) => objects / ceiling.createsPerSecond);
  const panels: Panel[] = [
    {
      title: 'Time',
      unit: 's',
      series: [
        { name: 'raw applies', isReference: true, points: least },
        { name: 'Holdfast', points: points(({ seconds }) => seconds) },
      ],
    },
    { title: 'CPU of Holdfast', unit: 's', series: [{ name: 'Holdfast', points: points(({ cpu }) => cpu) }] },
    { title: 'Peak memory', unit: 'MB', series: [{ name: 'Holdfast', points: points(run => run.peakBytes / 1e6) }] },
  ];
  await mkdir(directory, { recursive: true });
  // A picture of small sizes would stand for the real one.
  const name = bench.quick ? `${file}-quick` : file;
  await writeFile(join(directory, `${name}.svg`), panelsSvg(description, xTitle, panels));
}
