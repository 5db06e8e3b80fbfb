import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get } from './client.ts';
import type { Account, OwnAccount, OwnSession, Token } from './types.ts';

/** Who one is and what one may, and the accounts and tokens of others as far as one may see them. */

export const ownAccountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => get<OwnAccount>(api.account(), {}, signal),
});

export const ownSessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => get<OwnSession[]>(api.ownSessions(), {}, signal),
  refetchInterval: 30_000,
});

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => get<Account[]>(api.accounts(), {}, signal),
  refetchInterval: 15_000,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => get<Token[]>(api.tokens(), {}, signal),
  refetchInterval: 30_000,
});
