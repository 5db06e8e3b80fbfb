import type { Draw } from '../draw.ts';
import { anywhere } from '../events.ts';
import type { Deed, Subject } from '../subject.ts';
import { mutateMachine, repairedMachine } from './changes.ts';
import { drawMachineFleet } from './draw.ts';
import { keysOf, type MachineFleet, machineFilesOf } from './fleet.ts';

/** Applications of a computer without a cluster. */
export const machine: Subject<MachineFleet> = {
  ...{ target: 'machine', draw: drawMachineFleet, filesOf: machineFilesOf, mutate: mutateMachine },
  ...{ repaired: repairedMachine, handiwork, mayHaveTwo: false },
  describe: ({ style, apps }) => `a machine, ${style}, ${apps.map(({ form }) => form).join(' ')}`,
  apps: ({ apps }) => apps.map(app => ({ name: app.name, keys: keysOf(app) })),
  race: key => ({ do: 'edit', key }),
  events: [...anywhere, () => ({ do: 'lose power' }), () => ({ do: 'tear inventory' })],
};

const onFiles = ['edit', 'edit', 'delete', 'delete', 'annotate', 'replace', 'copy', 'fight', 'link'] as const;
const onProcesses = ['kill', 'kill', 'kill', 'edit', 'delete', 'copy', 'wipe', 'fight'] as const;

function handiwork(fleet: MachineFleet, draw: Draw): Deed {
  const app = draw.pick(fleet.apps);
  const keys = keysOf(app);
  if (keys.length === 0) return { do: 'crash' };
  const works = app.form === 'procfile' ? onProcesses : onFiles;
  return { do: 'handiwork', work: { do: draw.pick(works), key: draw.pick(keys) } };
}
