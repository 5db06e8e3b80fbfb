import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Contrast, Sync } from './types.ts';

/** Its syncs, newest first. */
export function historyQuery(name: string) {
  return queryOptions({
    queryKey: ['application', name, 'history'],
    queryFn: ({ signal }) => get<Sync[]>(api.history(name), {}, signal),
  });
}

/** What differs between a sync and another one, `live` or `declared`; the one before it where `against` is undefined. */
export function contrastQuery(name: string, id: string, against: string | undefined) {
  return queryOptions({
    queryKey: ['application', name, 'contrast', id, against ?? ''],
    queryFn: ({ signal }) => get<Contrast>(api.contrast(name, id), { against }, signal),
  });
}
