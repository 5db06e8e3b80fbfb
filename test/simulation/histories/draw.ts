import { Chance } from '../env/chance.ts';

/** Chance with the words that histories are drawn with. Apart from the world's, so that a shorter history meets the same world. */
export class Draw extends Chance {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + this.index(high - low + 1);
  }

  is(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Value>(from: readonly Value[]): Value {
    const found = from[this.index(from.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }

  /** Those that chance leaves, in their order. */
  some<Value>(from: readonly Value[], probability: number): Value[] {
    return from.filter(() => this.is(probability));
  }
}
