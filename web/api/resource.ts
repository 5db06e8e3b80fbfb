import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { ResourceEvent, ResourceView } from './types.ts';

/** Declared and live text of one resource, and how they differ. */
export function resourceQuery(name: string, key: string) {
  return queryOptions({
    queryKey: ['application', name, 'resource', key],
    queryFn: ({ signal }) => get<ResourceView>(api.resource(name, key), {}, signal),
  });
}

/** What the target has to say about it and what it has made, newest first. */
export function resourceEventsQuery(name: string, key: string) {
  return queryOptions({
    queryKey: ['application', name, 'events', key],
    queryFn: ({ signal }) => get<ResourceEvent[]>(api.resourceEvents(name, key), {}, signal),
    refetchInterval: 10_000,
  });
}
