import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { DriftSearch } from '../model/drift-search.ts';
import { api } from '../util/api-paths.ts';
import { get, post } from './client.ts';
import type { Acceptance, DriftRow, Drifts, Proposed } from './types.ts';

const pageSize = 100;

/** How much differs, and who made it so: nothing of it depends on `by`. Its `version` tells whether rows have to be asked for again. */
export function driftAuthorsQuery({ q, project }: DriftSearch) {
  return queryOptions({
    queryKey: ['drift', 'authors', { q, project }],
    queryFn: ({ signal }) => get<Drifts>(api.drift(), { q, project, limit: 1 }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
}

/** Page by page, by whoever made it, then by application. */
export function driftQuery(search: DriftSearch) {
  return infiniteQueryOptions({
    queryKey: ['drift', 'rows', search],
    queryFn: ({ signal, pageParam }) =>
      get<Drifts>(api.drift(), { ...search, sort: 'author', limit: pageSize, after: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (last: Drifts) => last.next,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What a sync of these alone has to be asked for. What Git dropped goes only where it may prune. */
export function healBody(rows: readonly DriftRow[]) {
  const prune = rows.some(({ kind }) => kind === 'extra');
  return { resources: rows.map(({ key }) => key), ...(prune ? { prune } : {}) };
}

/** The commit that would make Git say what is live; tried before it is answered, so it takes a while. */
export function acceptanceQuery(name: string, rows: readonly DriftRow[]) {
  const resources = rows.map(({ key }) => ({ key }));
  return queryOptions({
    queryKey: ['application', name, 'accept', resources],
    queryFn: () => post<Acceptance>(api.accept(name), { resources }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
}

/** Pushes that very commit, or nothing: ACCEPTANCE_CHANGED where it would be another one by now. */
export async function propose(name: string, rows: readonly DriftRow[], expect: string, reason: string) {
  const resources = rows.map(({ key }) => ({ key }));
  return await post<Proposed>(api.propose(name), { resources, expect, ...(reason === '' ? {} : { reason }) });
}
