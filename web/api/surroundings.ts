import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Project } from './types.ts';

/** What stands around applications. */

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => get<Project[]>(api.projects(), {}, signal),
});
