import type { Desired, Drift, Live, Phase, ResourceKey } from './resource.ts';

/** One thing to do, and why. `run` starts a hook anew. */
export type Step =
  | { action: 'create' | 'change'; key: ResourceKey; desired: Desired; live?: Live; reason: string }
  | { action: 'run'; key: ResourceKey; desired: Desired; live?: Live; reason: string }
  | { action: 'delete'; key: ResourceKey; live: Live; reason: string };

/** Steps that may go at the same time. Groups go in their order; a wave has to be healthy before the next wave or phase begins. */
export interface Group {
  phase: Phase;
  wave: number;
  rank: number;
  /** Holds deletes only: the next group waits until they are gone. */
  prune: boolean;
  /** All waves before it have to be healthy, even the last one (`PruneLast`). */
  last: boolean;
  steps: Step[];
}

/** Something that was left undone on purpose, and what it waits for. */
export interface HeldBack {
  key: ResourceKey;
  reason: string;
  /** Whether a person's word (a confirmed sync) would let it happen. */
  confirmable: boolean;
}

/** Pure data: what a sync would do. */
export interface Plan {
  groups: Group[];
  unchanged: ResourceKey[];
  heldBack: HeldBack[];
  /** Set when all deletes of the plan wait for a person: more would go than the guard allows. */
  guard?: string;
}

/**
 * One row of the comparison of what is declared with what is there.
 * - `equal`: as declared, and as we left it.
 * - `pending`: Git asks for something that was not applied yet.
 * - `missing`: we applied it, and it is gone. `changed`: our fields are not as we left them. `extra`: ours, no longer declared.
 * - `unseen`: it is there, and we do not remember how we left it: one dry-run will tell.
 * - `unknown`: the target cannot be seen well enough to tell.
 */
export interface Comparison {
  key: ResourceKey;
  state: 'equal' | 'pending' | 'missing' | 'changed' | 'extra' | 'unseen' | 'unknown';
  desired?: Desired;
  live?: Live;
  drift?: Drift;
  /** The live one is marked as this other application's; of an `extra` one: this other application declares it. */
  sharedWith?: string;
  /** Of an `extra` one: this other application may declare it, and cannot be read. */
  awaits?: string;
}
