import type { z } from 'zod';
import type { List, ListState, listQuery } from '../list-schemas.ts';
import type { Entry } from './entries.ts';

export type ListQuery = z.infer<typeof listQuery>;

export interface Found extends Pick<List, 'total' | 'counts' | 'facets' | 'next'> {
  page: Entry[];
}

const nothing = { all: 0, unhealthy: 0, outOfSync: 0, syncing: 0, progressing: 0, suspended: 0, unknown: 0, errors: 0 };
const usualLimit = 100;
const maxValues = 50;
const maxLabels = 20;

type Filter = (entry: Entry) => boolean;

/** One page of those that fit, of `entries` in their order, and what all of them are. Pure. */
export function findPage(entries: readonly Entry[], query: ListQuery, shows: Filter): Found {
  const { sort = 'attention', limit = usualLimit } = query;
  const [isAbout, isIn] = [aboutOf(query), stateOf(query)];
  const after = query.after === undefined ? '' : decode(query.after);
  const counts: List['counts'] = { ...nothing };
  const facets = new Facets();
  const page: Entry[] = [];
  let total = 0;
  let isMore = false;
  for (const entry of entries) {
    if (!shows(entry)) continue;
    facets.add(entry);
    if (!isAbout(entry)) continue;
    counts.all += 1;
    for (const state of entry.states) counts[state] += 1;
    if (!isIn(entry)) continue;
    total += 1;
    if (entry.places[sort] <= after) continue;
    if (page.length < limit) page.push(entry);
    else isMore = true;
  }
  const last = page.at(-1);
  const next = isMore && last !== undefined ? { next: encode(last.places[sort]) } : {};
  return { page, total, counts, facets: facets.list(), ...next };
}

/** What it is. */
function aboutOf({ q, project, target, label }: ListQuery): Filter {
  const filters: Filter[] = [];
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0) filters.push(({ text }) => words.every(word => text.includes(word)));
  addOneOf(filters, project, ({ status }) => status.project);
  addOneOf(filters, target, ({ status }) => status.target);
  for (const wanted of listOf(label)) {
    const at = wanted.indexOf('=');
    const [key, value] = at < 0 ? [wanted, undefined] : [wanted.slice(0, at), wanted.slice(at + 1)];
    filters.push(({ labels }) => labels.some(([name, has]) => name === key && (value === undefined || has === value)));
  }
  return all(filters);
}

/** How it is. */
function stateOf({ state, sync, health, suspended, syncing }: ListQuery): Filter {
  const filters: Filter[] = [];
  const wanted = listOf(state);
  if (wanted.length > 0) filters.push(({ states }) => wanted.some(one => states.has(one)));
  addOneOf(filters, sync, ({ status }) => status.sync.status);
  addOneOf(filters, health, ({ status }) => status.health.status);
  addFlag(filters, suspended, 'suspended');
  addFlag(filters, syncing, 'syncing');
  return all(filters);
}

function addOneOf<T extends string>(filters: Filter[], wanted: T | T[] | undefined, of: (entry: Entry) => T): void {
  const values = new Set(listOf(wanted));
  if (values.size > 0) filters.push(entry => values.has(of(entry)));
}

function addFlag(filters: Filter[], wanted: 'true' | 'false' | undefined, state: ListState): void {
  if (wanted !== undefined) filters.push(({ states }) => states.has(state) === (wanted === 'true'));
}

function all(filters: readonly Filter[]): Filter {
  return entry => filters.every(fits => fits(entry));
}

export function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** A place in an order, not a number of rows: what comes and goes before it does not shift what follows. */
function encode(place: string): string {
  return Buffer.from(place, 'utf8').toString('base64url');
}

/** Any text is some place. */
function decode(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8');
}

type Counts = Map<string, number>;

class Facets {
  readonly #projects: Counts = new Map();
  readonly #targets: Counts = new Map();
  readonly #labels = new Map<string, Counts>();

  add({ status, labels }: Entry): void {
    increment(this.#projects, status.project);
    increment(this.#targets, status.target);
    for (const [key, value] of labels) {
      const counts = this.#labels.get(key) ?? new Map<string, number>();
      this.#labels.set(key, counts);
      increment(counts, value);
    }
  }

  list(): List['facets'] {
    const sizes = [...this.#labels].map(([key, counts]) => [key, sum(counts)] as const).sort(byCount);
    const labels = sizes.slice(0, maxLabels).map(([key]) => ({ key, values: top(this.#labels.get(key) ?? new Map()) }));
    return { projects: top(this.#projects), targets: top(this.#targets), labels };
  }
}

function increment(counts: Counts, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function sum(counts: Counts): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

function top(counts: Counts): { value: string; count: number }[] {
  const sorted = [...counts].sort(byCount).slice(0, maxValues);
  return sorted.map(([value, count]) => ({ value, count }));
}

function byCount([a, m]: readonly [string, number], [b, n]: readonly [string, number]): number {
  return n - m || (a < b ? -1 : 1);
}
