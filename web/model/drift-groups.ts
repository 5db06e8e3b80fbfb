import type { DriftRow } from '../api/types.ts';

/** Differences of one application that one somebody made: healed and accepted together. */
export interface DriftGroup {
  author: string;
  application: string;
  rows: readonly DriftRow[];
}

/** What stands on the page, from above to below: who made it, then their applications. */
export type DriftBlock = { id: string; author: string } | { id: string; group: DriftGroup };

/** By author, then by application, in the order in which they come. */
export function driftGroups(rows: readonly DriftRow[]): DriftGroup[] {
  const groups = Map.groupBy(rows, row => JSON.stringify([authorOf(row), row.application]));
  return [...groups.values()].flatMap(own => {
    const [first] = own;
    return first === undefined ? [] : [{ author: authorOf(first), application: first.application, rows: own }];
  });
}

export function driftBlocks(rows: readonly DriftRow[]): DriftBlock[] {
  let before: string | undefined;
  return driftGroups(rows).flatMap((group): DriftBlock[] => {
    const { author, application } = group;
    const block = { id: JSON.stringify([author, application]), group };
    if (author === before) return [block];
    before = author;
    return [{ id: JSON.stringify(author), author }, block];
  });
}

/** The rows that are chosen, by application: what is healed is healed application by application. */
export function chosenGroups(rows: readonly DriftRow[], chosen: ReadonlySet<string>): Omit<DriftGroup, 'author'>[] {
  const found = rows.filter(row => chosen.has(driftId(row)));
  return [...Map.groupBy(found, row => row.application)].map(([application, own]) => ({ application, rows: own }));
}

export function driftId({ application, key }: Pick<DriftRow, 'application' | 'key'>): string {
  return `${application} ${key}`;
}

/** With all of them, or without them where all were in it. */
export function toggled(chosen: ReadonlySet<string>, rows: readonly DriftRow[]): Set<string> {
  const ids = rows.map(driftId);
  const next = new Set(chosen);
  const wereAll = ids.every(id => chosen.has(id));
  for (const id of ids) {
    if (wereAll) next.delete(id);
    else next.add(id);
  }
  return next;
}

/** Why automation leaves all of them as they are, where it is one reason; said once. */
export function heldOf(rows: readonly DriftRow[]): string | undefined {
  const reasons = new Set(rows.map(({ held }) => held));
  const [only] = reasons;
  return reasons.size === 1 ? only : undefined;
}

/** Why none of them can be healed, by nobody. */
export function nothingToHeal(rows: readonly DriftRow[]): string | undefined {
  return rows.every(({ refused }) => refused) ? `Not possible: ${rows[0]?.held ?? 'it is refused'}` : undefined;
}

export function nothingToAccept(rows: readonly DriftRow[]): string | undefined {
  if (rows.some(({ kind }) => kind !== 'extra')) return undefined;
  return 'Git dropped it: to have it back, revert that commit';
}

/** As the API names them: what Git dropped is nobody's drift. */
function authorOf({ by, kind, sharedWith }: DriftRow): string {
  if (by !== undefined) return by.name;
  if (kind === 'extra') return 'git';
  return sharedWith === undefined ? 'unknown' : `application ${sharedWith}`;
}

/** What the target does not know, and what Git dropped, have no name of their own. */
export function authorWords(author: string): string {
  if (author === 'unknown') return 'Nobody knows who';
  if (author === 'git') return 'No longer declared in Git';
  if (author.startsWith('application ')) return `The ${author}`;
  return author;
}
