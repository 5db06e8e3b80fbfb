import type { HealthStatus, ListState, SyncStatus } from '../api/types.ts';
import { textIn, textsIn } from '../util/search.ts';
import { healthViews, type StatusView, suspendedView, syncingView, syncViews } from './status.ts';

/** Which applications a page shows: kept in its address, and asked of the API in the same words. */
export interface ListFilter {
  q?: string;
  state?: ListState[];
  sync?: SyncStatus[];
  health?: HealthStatus[];
  project?: string[];
  target?: string[];
  label?: string[];
  sort?: ListSort;
}

export const sorts = { attention: 'Attention first', name: 'By name', changed: 'Last change first' } as const;
export type ListSort = keyof typeof sorts;

/** In the order in which they are shown; those that are always there come first. */
export const states = {
  unhealthy: { ...healthViews.Degraded, label: 'Unhealthy' },
  outOfSync: syncViews.OutOfSync,
  syncing: syncingView,
  errors: { shape: 'cross', tone: 'bad', label: 'With errors' },
  progressing: healthViews.Progressing,
  suspended: suspendedView,
  unknown: healthViews.Unknown,
} as const satisfies Record<ListState, StatusView>;

/** What of the search parameters is a filter; whatever else people type is left out. */
export function filterOf(search: Record<string, unknown>): ListFilter {
  const q = textIn(search.q);
  const sort = textIn(search.sort);
  return {
    ...(q === undefined ? {} : { q }),
    ...keysOf('state', search, states),
    ...keysOf('sync', search, syncViews),
    ...keysOf('health', search, healthViews),
    ...wordsOf('project', search),
    ...wordsOf('target', search),
    ...wordsOf('label', search),
    ...(sort !== undefined && sort in sorts && sort !== 'attention' ? { sort: sort as ListSort } : {}),
  };
}

/** The filter with a value added to one of its lists, or taken away where it was there. */
export function toggled(filter: ListFilter, list: 'state' | 'project' | 'target' | 'label', value: string): ListFilter {
  const present: readonly string[] = filter[list] ?? [];
  const next = present.includes(value) ? present.filter(one => one !== value) : [...present, value];
  return filterOf({ ...filter, [list]: next });
}

/** Whether it leaves anything out. */
export function isFiltering({ sort: _, ...rest }: ListFilter): boolean {
  return Object.keys(rest).length > 0;
}

function keysOf<Name extends string, Key extends string>(
  name: Name,
  search: Record<string, unknown>,
  known: Record<Key, unknown>,
): Partial<Record<Name, Key[]>> {
  const keys = textsIn(search[name]).filter((one): one is Key => Object.hasOwn(known, one));
  return keys.length === 0 ? {} : ({ [name]: keys } as Record<Name, Key[]>);
}

function wordsOf<Name extends string>(name: Name, search: Record<string, unknown>): Partial<Record<Name, string[]>> {
  const words = textsIn(search[name]);
  return words.length === 0 ? {} : ({ [name]: words } as Record<Name, string[]>);
}
