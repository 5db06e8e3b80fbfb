import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ListFilter } from '../model/list-filter.ts';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { List } from './types.ts';

export const pageSize = 50;

/** Applications, page by page as one scrolls. The stream keeps it right (live-list.ts), so it does not grow stale by itself. */
export function listQuery(filter: ListFilter) {
  return infiniteQueryOptions({
    queryKey: ['list', filter],
    queryFn: ({ signal, pageParam }) =>
      get<List>(api.list(), { ...filter, limit: pageSize, after: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last: List) => last.next,
    placeholderData: keepPreviousData,
  });
}

/** The first rows as they would be shown now, and all counts. */
export async function fetchListNow(filter: ListFilter, limit: number, signal: AbortSignal): Promise<List> {
  return await get<List>(api.list(), { ...filter, limit: Math.min(limit, 500) }, signal);
}

/** For the palette: a handful whose names fit. */
export function findApplicationsQuery(q: string) {
  return queryOptions({
    queryKey: ['find', q],
    queryFn: ({ signal }) => get<List>(api.list(), { q, limit: 8 }, signal),
    placeholderData: keepPreviousData,
  });
}
