import type { Fault } from '../faults/plan.ts';
import type { History } from './history.ts';
import { runHistory } from './run.ts';

/** What is left of a failing history: fewer actions and faults, and the same promise broken. */
export interface Shrunk {
  /** Numbers of the actions that are left. */
  actions: number[];
  faults: Fault[];
  history: History;
  runs: number;
}

type Piece = { action: number } | { fault: Fault };

/** Delta debugging over the actions and the faults that were really carried out. */
export async function shrink(
  history: History,
  faults: readonly Fault[],
  monitor: string,
  mostRuns = 200,
): Promise<Shrunk> {
  let runs = 0;
  const build = (pieces: readonly Piece[]) => {
    const chosen = new Set(pieces.flatMap(piece => ('action' in piece ? [piece.action] : [])));
    const left = history.actions.flatMap((action, i) => (chosen.has(i) || action.kept ? [i] : []));
    return {
      actions: left,
      faults: pieces.flatMap(piece => ('fault' in piece ? [piece.fault] : [])),
      history: withActions(history, left),
    };
  };
  const fails = async (pieces: readonly Piece[]) => {
    runs++;
    const one = build(pieces);
    const { violations } = await runHistory(one.history, { kind: 'list', faults: one.faults });
    return violations.some(violation => violation.monitor === monitor);
  };
  let pieces: Piece[] = [
    ...history.actions.flatMap((action, i) => (action.kept ? [] : [{ action: i }])),
    ...faults.map(fault => ({ fault })),
  ];
  for (let size = Math.ceil(pieces.length / 2); size >= 1 && pieces.length > 0 && runs < mostRuns; ) {
    let cut = false;
    for (let from = 0; from < pieces.length && runs < mostRuns; ) {
      const rest = [...pieces.slice(0, from), ...pieces.slice(from + size)];
      if (await fails(rest)) {
        pieces = rest;
        cut = true;
      } else from += size;
    }
    if (!cut || size > pieces.length) {
      if (size === 1) break;
      size = Math.ceil(Math.min(size, pieces.length) / 2);
    }
  }
  const last = build(pieces);
  const simpler = { ...last.history, encores: [] };
  runs++;
  const { violations } = await runHistory(simpler, { kind: 'list', faults: last.faults });
  if (violations.some(violation => violation.monitor === monitor)) last.history = simpler;
  return { ...last, runs };
}

export function withActions(history: History, numbers: readonly number[]): History {
  return { ...history, actions: history.actions.filter((_, i) => numbers.includes(i)) };
}
