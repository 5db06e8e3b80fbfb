import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Environment } from './types.ts';

export const environmentQuery = queryOptions({
  queryKey: ['environment'],
  queryFn: ({ signal }) => get<Environment>(api.environment(), {}, signal),
  refetchInterval: 15_000,
});
