import type { Bench } from './bench.ts';
import { median } from './measure/statistics.ts';
import { type Goal, type Row, row } from './row.ts';

/** One number of a measurement, and what it should be. */
export interface Fact<T> {
  what: string;
  unit: string;
  of: (run: T) => number;
  goal?: Goal;
  /** The goal is for the size of a full run. */
  onlyFull?: true;
  note?: string;
}

/** A row for each fact: the median of the runs. */
export function summary<T>(bench: Bench, name: string, runs: readonly T[], facts: readonly Fact<T>[]): Row[] {
  return facts.map(({ what, unit, of, goal, onlyFull, note }) => {
    const values = runs.map(of);
    return row(`${name}: ${what}`, median(values), unit, {
      runs: values,
      ...(goal === undefined || (onlyFull && bench.quick) ? {} : { goal }),
      ...(note === undefined ? {} : { note }),
    });
  });
}
