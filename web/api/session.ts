import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { SessionState } from './types.ts';

/** Who one is, and how one can sign in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<SessionState>(api.session(), {}, signal),
  staleTime: 60_000,
});
