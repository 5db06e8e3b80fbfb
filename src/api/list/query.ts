import type { z } from 'zod';
import type { List, ListState, listQuery } from '../list-schemas.ts';
import type { Entry } from './entries.ts';

export type ListQuery = z.infer<typeof listQuery>;

export interface Found extends Pick<List, 'total' | 'counts' | 'next'> {
  page: Entry[];
}

const nothing = { all: 0, unhealthy: 0, outOfSync: 0, syncing: 0, progressing: 0, suspended: 0, unknown: 0, errors: 0 };
const usualLimit = 100;

type Filter = (entry: Entry) => boolean;

/** One page of those that fit, of `entries` in their order, and how many there are of each state. Pure. */
export function findPage(entries: readonly Entry[], query: ListQuery): Found {
  const { sort = 'attention', limit = usualLimit } = query;
  const [isAbout, isIn] = [aboutOf(query), stateOf(query)];
  const after = query.after === undefined ? '' : decode(query.after);
  const counts: List['counts'] = { ...nothing };
  const page: Entry[] = [];
  let total = 0;
  let isMore = false;
  for (const entry of entries) {
    if (!isAbout(entry)) continue;
    counts.all += 1;
    for (const state of entry.states) counts[state] += 1;
    if (!isIn(entry)) continue;
    total += 1;
    if (isMore || (after !== '' && entry.places[sort] <= after)) continue;
    if (page.length < limit) page.push(entry);
    else isMore = true;
  }
  const last = page.at(-1);
  const next = isMore && last !== undefined ? { next: encode(last.places[sort]) } : {};
  return { page, total, counts, ...next };
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
    filters.push(({ labels }) => Object.hasOwn(labels, key) && (value === undefined || labels[key] === value));
  }
  return all(filters);
}

/** How it is. */
function stateOf({ state, sync, health, suspended, syncing }: ListQuery): Filter {
  const filters: Filter[] = [];
  const wanted = listOf(state);
  if (wanted.length > 0) filters.push(({ states }) => wanted.some(one => states.includes(one)));
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
  if (wanted !== undefined) filters.push(({ states }) => states.includes(state) === (wanted === 'true'));
}

function all(filters: readonly Filter[]): Filter {
  const [only] = filters;
  if (only === undefined) return () => true;
  return filters.length === 1 ? only : entry => filters.every(fits => fits(entry));
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
