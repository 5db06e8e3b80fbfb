import type { Target } from '../histories/cases.ts';

/** A mistake that somebody could make in the engine, as a change of its source. */
export interface Bug {
  name: string;
  /** From the root of the repository. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  /** Monitors that may be the first to see it. */
  caughtBy: readonly string[];
  /** A reference history in which a single fault shows it, where chance would take long. */
  where?: string;
  /** Where it was seen the last time: what `npm run simulate --` takes. Seeds and faults move when other things change. */
  seen: { seed: string; target?: Target } | { reference: string; faults?: string };
}

export function patched({ name, file, find, replace }: Bug, source: string): string {
  const pieces = source.split(find);
  if (pieces.length !== 2) throw new Error(`${name}: what is to be replaced is ${pieces.length - 1} times in ${file}`);
  return pieces.join(replace);
}
