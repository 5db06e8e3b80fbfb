import { type Reference, referenceOf, type Step } from '../compose.ts';
import type { Handiwork } from '../history.ts';
import { type Installation, type MachineApp, type MachineFleet, machineFilesOf, type Services } from './fleet.ts';

const policy = { automated: true, prune: true, selfHeal: true, cascade: true, dependsOn: [], rev: 1 };

export function services(name: string, processes: Services['processes'], more: Partial<Services> = {}): Services {
  return { ...policy, ...{ name, form: 'procfile', processes, port: 8_000 }, ...more };
}

export function installation(
  name: string,
  files: Installation['files'],
  more: Partial<Installation> = {},
): Installation {
  return { ...policy, ...{ name, form: 'appspec', files, hooks: {}, exists: 'DISALLOW' }, ...more };
}

export function machineFleet(...apps: MachineApp[]): MachineFleet {
  return { style: 'holdfast', apps, readme: 0 };
}

export function machineReference(name: string, first: MachineFleet, ...steps: Step<MachineFleet>[]): Reference {
  return referenceOf({ name, target: 'machine', filesOf: machineFilesOf }, first, ...steps);
}

export const byHand = (work: Handiwork['do'], key: string) =>
  ({ do: 'handiwork', work: { do: work, key } }) as const satisfies { do: string; work: Handiwork };

const main = { name: 'main' };
const file = (path: string, rev = 1) => ({ path, rev });
const [conf, extra, old] = [file('/srv/site/conf'), file('/srv/site/etc/extra'), file('/srv/site/etc/old')];
const hooks = {
  ApplicationStop: { rev: 1 },
  BeforeInstall: { rev: 1 },
  AfterInstall: { rev: 1 },
  ValidateService: { rev: 1 },
};
const newHooks = { ...hooks, BeforeInstall: { rev: 2 } };

/** Small histories of a machine in which every single fault is tried at every place where it can happen. */
export const machineReferences: readonly Reference[] = [
  machineReference(
    'processes of a machine',
    machineFleet(services('web', [main, { name: 'worker', also: 'stubborn' }], { probe: 'http' })),
    [15_000, byHand('kill', 'machine/Process//web/main')],
    [25_000, machineFleet(services('web', [main, { name: 'worker' }], { probe: 'http', rev: 2 }))],
    [40_000, machineFleet(services('web', [main], { probe: 'http', rev: 3 }))],
  ),
  machineReference(
    'files and hooks of a machine',
    machineFleet(installation('site', [conf, extra, old], { hooks })),
    [20_000, machineFleet(installation('site', [file(conf.path, 2), extra], { rev: 2, hooks: newHooks }))],
    [40_000, byHand('edit', `machine/File//${extra.path}`)],
    [42_000, byHand('delete', `machine/File//${conf.path}`)],
  ),
  machineReference(
    'a revision that gives way on a machine',
    machineFleet(services('web', [main], { probe: 'http' })),
    [15_000, machineFleet(services('web', [{ ...main, ails: 'status' }], { probe: 'http', rev: 2 }))],
    [60_000, machineFleet(services('web', [main], { probe: 'http', rev: 3 }))],
  ),
  machineReference(
    'a file moves, and an application goes',
    machineFleet(
      installation('site', [conf, extra]),
      installation('shop', [file('/srv/shop/a')]),
      services('web', [main]),
    ),
    [
      20_000,
      machineFleet(
        installation('site', [file(conf.path, 2)], { rev: 2 }),
        installation('shop', [file('/srv/shop/a'), { ...extra, rev: 2 }], { rev: 2 }),
      ),
    ],
  ),
  machineReference(
    'what goes was written into by somebody',
    machineFleet(installation('site', [conf, old], { selfHeal: false })),
    [8_000, byHand('edit', `machine/File//${old.path}`)],
    [12_000, machineFleet(installation('site', [conf], { selfHeal: false, rev: 2 }))],
  ),
  machineReference(
    'power that goes twice',
    machineFleet(services('web', [main], { probe: 'stable' }), installation('site', [conf, old])),
    [12_000, { do: 'lose power' }],
    [
      25_000,
      machineFleet(
        services('web', [main], { probe: 'stable', rev: 2 }),
        installation('site', [file(conf.path, 2)], { rev: 2 }),
      ),
    ],
    [26_500, { do: 'lose power' }],
  ),
];
