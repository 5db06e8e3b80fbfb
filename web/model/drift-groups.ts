import type { DriftRow } from '../api/types.ts';

/** Differences of one application, which are healed and accepted together. */
export interface DriftGroup {
  application: string;
  rows: readonly DriftRow[];
}

/** By application, in the order in which they come. */
export function driftGroups(rows: readonly DriftRow[]): DriftGroup[] {
  const groups = Map.groupBy(rows, row => row.application);
  return [...groups].map(([application, own]) => ({ application, rows: own }));
}

/** What the target does not know, and what Git dropped, have no name of their own. */
export function authorWords(author: string): string {
  if (author === 'unknown') return 'Nobody knows who';
  if (author === 'git') return 'No longer declared in Git';
  return author;
}
