import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type ActivitySearch, spans } from '../model/activity-search.ts';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { AuditRecord, Delivery, Timeline } from './types.ts';

const pageSize = 100;

/** What happened, newest first, page by page. It stays as it was asked for: `newestQuery` tells of more. */
export function timelineQuery(search: ActivitySearch) {
  return infiniteQueryOptions({
    queryKey: ['timeline', search],
    queryFn: ({ signal, pageParam }) =>
      get<Timeline>(
        api.timeline(),
        { ...timelineFilter(search), limit: pageSize, after: pageParam || undefined },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (last: Timeline) => last.next,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Number of the newest entry; 0 when there is none. */
export function newestQuery(search: ActivitySearch) {
  return queryOptions({
    queryKey: ['newest', search],
    queryFn: async ({ signal }) => {
      const { entries } = await get<Timeline>(api.timeline(), { ...timelineFilter(search), limit: 1 }, signal);
      return entries[0]?.id ?? 0;
    },
    refetchInterval: 5_000,
  });
}

/** How often, how fast and how well was delivered; of the last month where no time is chosen. */
export function deliveryQuery({ application, project, last = 'month', to }: ActivitySearch) {
  const filter = { application, project, until: to };
  return queryOptions({
    queryKey: ['delivery', filter, last],
    queryFn: ({ signal }) => {
      const since = (to === undefined ? Date.now() : Number(to)) - spans[last];
      return get<Delivery>(api.delivery(), { ...filter, since: Math.max(0, since) }, signal);
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

function timelineFilter({ kind, application, project, last, to }: ActivitySearch) {
  return { kinds: kind?.join(','), application, project, from: beginOf(last), to };
}

/** Records of the audit log, newest first, page by page. */
export function auditQuery({ application, project, last, to, q, who, action, result }: ActivitySearch) {
  const filter = { application, project, who, action, result, text: q, until: to };
  return infiniteQueryOptions({
    queryKey: ['audit', filter, last],
    queryFn: ({ signal, pageParam }) =>
      get<AuditRecord[]>(
        api.audit(),
        { ...filter, since: beginOf(last), limit: pageSize, before: pageParam || undefined },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (page: AuditRecord[]) => (page.length < pageSize ? undefined : page.at(-1)?.seq),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function beginOf(last: ActivitySearch['last']): number | undefined {
  return last === undefined ? undefined : Date.now() - spans[last];
}
