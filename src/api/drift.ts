import { createHash } from 'node:crypto';
import type { ApplicationStatus } from '../model/status.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { Overview } from '../reconcile/overview.ts';
import type { DriftRow, Drifts } from './drift-schemas.ts';

export interface DriftFilter {
  by?: string;
  application?: string;
  project?: string;
  q?: string;
  sort?: 'application' | 'author';
  after?: string;
}

type Found = Omit<DriftRow, 'healsItself'> & { suspended: boolean };
type Page = Omit<Drifts, 'about'>;

interface Memory {
  rows: readonly Found[];
  digest: string;
}

/** Every look makes a new status, and most of 10,000 are the same as when it was last asked. */
const known = new WeakMap<ApplicationStatus, Memory>();

/** What differs now, from what was seen at the last looks: nothing is read. */
export function driftsOf(
  operator: Pick<Operator, 'applications' | 'overview'>,
  { by, application, project, q, sort = 'application', after }: DriftFilter,
  limit: number,
  shows: (status: ApplicationStatus) => boolean,
): Page {
  const found: Found[] = [];
  const version = createHash('sha256');
  for (const status of operator.applications()) {
    if (application !== undefined && status.name !== application) continue;
    if (project !== undefined && status.project !== project) continue;
    const { rows, digest } = memoryOf(status);
    if (rows.length === 0 || !shows(status)) continue;
    found.push(...rows);
    version.update(`${status.name}\n${digest}\n`);
  }
  const text = q?.toLowerCase();
  const fitting = text === undefined ? found : found.filter(row => says(row, text));
  const authors = authorsOf(fitting);
  const chosen = by === undefined ? fitting : fitting.filter(row => authorOf(row) === by);
  const order = sort === 'author' ? new Map(authors.map(({ name }, i) => [name, i])) : undefined;
  const placed = chosen.map(row => ({ row, place: placeOf(row, order) })).sort((a, b) => (a.place < b.place ? -1 : 1));
  const from = after === undefined ? 0 : placed.findIndex(({ place }) => place > afterOf(after, order));
  const page = from === -1 ? [] : placed.slice(from, from + limit);
  const last = page.at(-1)?.row;
  const isMore = last !== undefined && from + page.length < placed.length;
  return {
    total: chosen.length,
    applications: new Set(chosen.map(row => row.application)).size,
    version: version.digest('hex').slice(0, 16),
    authors,
    rows: page.map(({ row }) => {
      const { suspended: _, ...shown } = row;
      return { ...shown, healsItself: isHealed(row, operator.overview.automation(row.application)) };
    }),
    ...(isMore ? { next: cursorOf(last, order) } : {}),
  };
}

function memoryOf(status: ApplicationStatus): Memory {
  const memory = known.get(status);
  if (memory !== undefined) return memory;
  const { name: application, project, nextTryAt } = status;
  const suspended = status.suspended !== undefined;
  const rows = status.resources.flatMap(({ key, id, drift, sync, held, refused, sharedWith }): Found[] => {
    if (drift === undefined || sync !== 'OutOfSync') return [];
    const more = {
      ...(nextTryAt === undefined ? {} : { nextTryAt }),
      ...(held === undefined ? {} : { held }),
      ...(refused === undefined ? {} : { refused }),
      ...(sharedWith === undefined ? {} : { sharedWith }),
    };
    return [{ application, project, key, id, ...drift, ...more, suspended }];
  });
  const digest = rows.length === 0 ? '' : createHash('sha256').update(JSON.stringify(rows)).digest('base64');
  const fresh = { rows, digest };
  known.set(status, fresh);
  return fresh;
}

function isHealed({ kind, held, suspended }: Found, automation: ReturnType<Overview['automation']>): boolean {
  // What is held back waits for a person, or for something to be as it should.
  if (suspended || held !== undefined) return false;
  return (kind === 'extra' ? automation?.prune : automation?.selfHeal) ?? false;
}

function authorsOf(rows: readonly Found[]): Drifts['authors'] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(authorOf(row), (counts.get(authorOf(row)) ?? 0) + 1);
  const all = [...counts].map(([name, count]) => ({ name, count }));
  return all.toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** What Git dropped is nobody's drift; of what another application has made its own, that one is the author. */
function authorOf({ by, kind, sharedWith }: Found): string {
  if (by !== undefined) return by.name;
  if (kind === 'extra') return 'git';
  return sharedWith === undefined ? 'unknown' : `application ${sharedWith}`;
}

type Order = ReadonlyMap<string, number> | undefined;

function placeOf(row: Found, order: Order): string {
  const own = `${row.application} ${row.key}`;
  return order === undefined ? own : `${rankOf(order.get(authorOf(row)))} ${own}`;
}

/** Authors change places as counts change: a cursor names its author, not the place. */
function cursorOf(row: Found, order: Order): string {
  const own = `${row.application} ${row.key}`;
  return order === undefined ? own : `${authorOf(row)}\t${own}`;
}

function afterOf(cursor: string, order: Order): string {
  if (order === undefined) return cursor;
  const end = cursor.lastIndexOf('\t');
  return `${rankOf(order.get(cursor.slice(0, Math.max(0, end))))} ${cursor.slice(end + 1)}`;
}

function rankOf(place = 999_999_999): string {
  return String(place).padStart(9, '0');
}

function says(row: Found, text: string): boolean {
  const { application, key, changes = [] } = row;
  const words = [application, key, authorOf(row), ...changes.map(({ path }) => path)];
  return words.some(word => word.toLowerCase().includes(text));
}
