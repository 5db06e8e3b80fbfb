import type { ApplicationStatus } from '../model/status.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { Overview } from '../reconcile/overview.ts';
import type { DriftRow, Drifts } from './drift-schemas.ts';

export interface DriftFilter {
  by?: string;
  application?: string;
  project?: string;
  q?: string;
  after?: string;
}

type Found = Omit<DriftRow, 'healsItself'> & { suspended: boolean };

/** Every look makes a new status, and most of 10,000 are the same as when it was last asked. */
const known = new WeakMap<ApplicationStatus, readonly Found[]>();

/** What differs now, from what was seen at the last looks: nothing is read. */
export function driftsOf(
  operator: Pick<Operator, 'applications' | 'overview'>,
  { by, application, project, q, after }: DriftFilter,
  limit: number,
  shows: (status: ApplicationStatus) => boolean,
): Drifts {
  const found: Found[] = [];
  for (const status of operator.applications()) {
    if (application !== undefined && status.name !== application) continue;
    if (project !== undefined && status.project !== project) continue;
    const rows = rowsOf(status);
    if (rows.length === 0 || !shows(status)) continue;
    found.push(...rows);
  }
  const text = q?.toLowerCase();
  const fitting = text === undefined ? found : found.filter(row => says(row, text));
  const chosen = by === undefined ? fitting : fitting.filter(row => authorOf(row) === by);
  chosen.sort((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1));
  const from = after === undefined ? 0 : chosen.findIndex(row => cursorOf(row) > after);
  const page = from === -1 ? [] : chosen.slice(from, from + limit);
  const last = page.at(-1);
  const isMore = last !== undefined && from + page.length < chosen.length;
  return {
    total: chosen.length,
    applications: new Set(chosen.map(row => row.application)).size,
    authors: authorsOf(fitting),
    rows: page.map(({ suspended, ...row }) => ({
      ...row,
      healsItself: !suspended && isHealed(row, operator.overview.automation(row.application)),
    })),
    ...(isMore ? { next: cursorOf(last) } : {}),
  };
}

function rowsOf(status: ApplicationStatus): readonly Found[] {
  const rows = known.get(status);
  if (rows !== undefined) return rows;
  const { name: application, project, nextTryAt } = status;
  const suspended = status.suspended !== undefined;
  const fresh = status.resources.flatMap(({ key, id, drift, sync }): Found[] => {
    if (drift === undefined || sync !== 'OutOfSync') return [];
    const next = nextTryAt === undefined ? {} : { nextTryAt };
    return [{ application, project, key, id, ...drift, ...next, suspended }];
  });
  known.set(status, fresh);
  return fresh;
}

function isHealed({ kind }: Pick<Found, 'kind'>, automation: ReturnType<Overview['automation']>): boolean {
  return (kind === 'extra' ? automation?.prune : automation?.selfHeal) ?? false;
}

function authorsOf(rows: readonly Found[]): Drifts['authors'] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(authorOf(row), (counts.get(authorOf(row)) ?? 0) + 1);
  const all = [...counts].map(([name, count]) => ({ name, count }));
  return all.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** What Git dropped is nobody's drift. */
function authorOf({ by, kind }: Found): string {
  return by?.name ?? (kind === 'extra' ? 'git' : 'unknown');
}

function cursorOf({ application, key }: Found): string {
  return `${application} ${key}`;
}

function says(row: Found, text: string): boolean {
  const { application, key, changes = [] } = row;
  const words = [application, key, authorOf(row), ...changes.map(({ path }) => path)];
  return words.some(word => word.toLowerCase().includes(text));
}
