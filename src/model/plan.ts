import type { Desired, Drift, Live, Phase, ResourceKey } from './resource.ts';

/** One thing to do, and why. `run` starts a hook anew. */
export type Step =
  | { action: 'create' | 'change'; key: ResourceKey; desired: Desired; live?: Live; reason: string }
  | { action: 'run'; key: ResourceKey; desired: Desired; live?: Live; reason: string }
  | { action: 'delete'; key: ResourceKey; live: Live; reason: string };

/** Steps that may go at the same time; the wave of the group has to be healthy before the next wave begins. */
export interface Group {
  phase: Phase;
  wave: number;
  rank: number;
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
  /** Set when the whole plan waits for a person: more would be deleted than the guard allows. */
  guard?: string;
}

/** One row of the comparison of what is declared with what is there. */
export interface Comparison {
  key: ResourceKey;
  desired?: Desired;
  live?: Live;
  /** `equal`; `drift`: not as we left it; `pending`: Git asks for something newer than was applied; `unseen`: we do not know how it was left, one dry-run will tell. */
  state: 'equal' | 'drift' | 'pending' | 'unseen';
  drift?: Drift;
  /** The live one is marked as another application's. */
  sharedWith?: string;
}
