import type { Draw } from './draw.ts';
import type { Hindrance } from './hindrance.ts';
import type { Action, Handiwork, History } from './history.ts';

export type Deed = Action extends infer One ? (One extends Action ? Omit<One, 'at'> : never) : never;

/** What histories of one kind of target are about: how it is declared, what commits do to that, and people to what is there. */
export interface Subject<Fleet> {
  target: History['target'];
  draw(draw: Draw): Fleet;
  filesOf(fleet: Fleet): Record<string, string>;
  mutate(fleet: Fleet, draw: Draw): { fleet: Fleet; words: string };
  /** Everything as it can be delivered. */
  repaired(fleet: Fleet): Fleet;
  /** The same, with rules that no longer allow what comes with them. */
  narrowed?(before: Fleet, after: Fleet, draw: Draw): Fleet;
  /** What may stand in the way for a while. */
  hindrance?(fleet: Fleet, draw: Draw): Hindrance;
  describe(fleet: Fleet): string;
  /** Names of the applications, and the keys of what each keeps. */
  apps(fleet: Fleet): { name: string; keys: string[] }[];
  handiwork(fleet: Fleet, draw: Draw): Deed;
  /** Of something that a commit drops, what somebody may do to it just then. */
  race?(key: string): Handiwork | undefined;
  /** What else may happen. */
  events: readonly ((draw: Draw) => Deed)[];
  /** Whether two operators of it may be there at once. */
  mayHaveTwo: boolean;
}
