import type { Ceiling } from './ceiling.ts';
import type { Row } from './row.ts';
import type { World } from './world.ts';

/** What a workload gets. */
export interface Bench {
  quick: boolean;
  /** The first in a full run, the second with --quick. Goals that are for a size hold in a full run only. */
  size<T>(full: T, quick: T): T;
  /** A fresh one, gone when the workload is. */
  world(): Promise<World>;
  /** What the API server takes of these objects from a minimal client, measured once a run. */
  ceiling(kind: CeilingKind): Promise<Ceiling>;
  /** Adds results; they are printed at once. */
  report(...rows: Row[]): void;
  progress(what: string): void;
  /** Closed when the workload ends, however it does. */
  stack: AsyncDisposableStack;
}

/** One of each of four kinds in turn, or ConfigMaps only. */
export type CeilingKind = 'mixed' | 'configmaps';

export interface Workload {
  name: string;
  /** For people: what it does. */
  about: string;
  run(bench: Bench): Promise<void>;
}
