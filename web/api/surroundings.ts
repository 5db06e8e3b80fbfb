import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Project, Repository, Settings, Target } from './types.ts';

/** What stands around applications. It has no stream: what can change is asked for again. */

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => get<Project[]>(api.projects(), {}, signal),
});

export const repositoriesQuery = queryOptions({
  queryKey: ['repositories'],
  queryFn: ({ signal }) => get<Repository[]>(api.repositories(), {}, signal),
  refetchInterval: 10_000,
});

export const targetsQuery = queryOptions({
  queryKey: ['targets'],
  queryFn: ({ signal }) => get<Target[]>(api.targets(), {}, signal),
  refetchInterval: 10_000,
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => get<Settings>(api.settings(), {}, signal),
});
