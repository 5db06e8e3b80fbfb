import { join, relative } from 'node:path';

/** Everything that the demo makes, below the operator's data directory. Absolute. */
export interface DemoPlace {
  dataDirectory: string;
  /** Bare: what should run is declared in it. */
  repository: string;
  /** Where people are invited to clone it to. */
  clone: string;
  /** What runs on the "machine" goes below it. */
  machine: string;
  /** Files of the application `settings`. */
  settings: string;
  /** What the worker writes. */
  state: string;
}

export const root = join(import.meta.dirname, '../..');

export function demoPlace(dataDirectory: string): DemoPlace {
  const demo = join(dataDirectory, 'demo');
  const machine = join(demo, 'machine');
  return {
    dataDirectory,
    repository: join(demo, 'fleet.git'),
    clone: join(demo, 'fleet'),
    machine,
    settings: join(machine, 'settings'),
    state: join(machine, 'state'),
  };
}

/** As one types it in the directory of this repository. */
export function typed(path: string): string {
  const below = relative(root, path);
  return below.startsWith('..') ? path : below;
}
