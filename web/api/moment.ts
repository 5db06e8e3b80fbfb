import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ActivitySearch } from '../model/activity-search.ts';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Rebuild, ThenAndNow, Timeline } from './types.ts';

const pageSize = 100;

/** What ran at a moment, held against now; page by page. The past does not change: now is as it was when it was asked for. */
export function momentQuery({ at = '0', is, application, project, q }: ActivitySearch) {
  const filter = { is, q: q ?? application, project };
  return infiniteQueryOptions({
    queryKey: ['moment', at, filter],
    queryFn: ({ signal, pageParam }) =>
      get<ThenAndNow>(api.moment(), { time: at, ...filter, limit: pageSize, after: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (page: ThenAndNow) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** When something was last delivered before that; undefined where nothing was. */
export function deliveryBeforeQuery(at: number, application: string | undefined) {
  return queryOptions({
    queryKey: ['timeline', 'before', at, application],
    async queryFn({ signal }) {
      const asked = { kinds: 'sync', to: at - 1, application, limit: 1 };
      const { entries } = await get<Timeline>(api.timeline(), asked, signal);
      return entries[0]?.at ?? null;
    },
  });
}

/** What bringing back that moment would do, by dry-run against what is live: of one application, or all. */
export function rebuildQuery(at: string, application: string | undefined) {
  return queryOptions({
    queryKey: ['rebuild', at, application],
    queryFn: ({ signal }) => get<Rebuild>(api.rebuild(), { time: at, application }, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
