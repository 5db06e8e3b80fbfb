import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Application, ListRow, Timeline, Tree } from './types.ts';

/** How it is, as the list shows it. */
export function rowQuery(name: string) {
  return queryOptions({
    queryKey: ['application', name, 'row'],
    queryFn: ({ signal }) => get<ListRow>(api.row(name), {}, signal),
  });
}

/** All that the operator knows of it: conditions, declared resources, the last sync. */
export function applicationQuery(name: string) {
  return queryOptions({
    queryKey: ['application', name, 'status'],
    queryFn: ({ signal }) => get<Application>(api.application(name), {}, signal),
  });
}

/** How often what is on its way is looked at. */
const restlessMs = 5_000;

/** What it declares, and what that has made. */
export function treeQuery(name: string) {
  return queryOptions({
    queryKey: ['application', name, 'tree'],
    queryFn: ({ signal }) => get<Tree>(api.tree(name), {}, signal),
    // What is made by others comes and goes without a word about the application: until all of it is at rest.
    refetchInterval: ({ state: { data } }) =>
      data?.nodes.some(({ health }) => health.status === 'Progressing') === true ? restlessMs : false,
  });
}

/** The last that happened to it. */
export function latelyQuery(name: string) {
  return queryOptions({
    queryKey: ['application', name, 'lately'],
    queryFn: ({ signal }) => get<Timeline>(api.timeline(), { application: name, limit: 15 }, signal),
  });
}
