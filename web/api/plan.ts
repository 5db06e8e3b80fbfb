import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { get, post } from './client.ts';
import type { Plan, PlanAsked, Removal, Revisions, Sync } from './types.ts';

/** Exactly what a sync or rollback would do. Made anew each time somebody asks, and never behind their back: it is what they agree to. */
export function planQuery(name: string, asked: PlanAsked) {
  return queryOptions({
    queryKey: ['plan', name, asked],
    queryFn: () => post<Plan>(api.plan(name), asked),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Exactly what deleting it would delete; asked for anew each time, as a plan is. */
export function removalQuery(name: string) {
  return queryOptions({
    queryKey: ['removal', name],
    queryFn: ({ signal }) => get<Removal>(api.removal(name), {}, signal),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What one may sync to instead of what is declared. Branches and tags are asked of the repository's server. */
export function revisionsQuery(name: string) {
  return queryOptions({
    queryKey: ['revisions', name],
    queryFn: ({ signal }) => get<Revisions>(api.revisions(name), {}, signal),
    staleTime: 30_000,
  });
}

/** Carries out this very plan, or nothing: APP_PLAN_CHANGED where it would be another one by now. */
export async function carryOut(name: string, { rollbackTo, ...asked }: PlanAsked, expect: string): Promise<Sync> {
  if (rollbackTo === undefined) return await post<Sync>(api.act(name, 'sync'), { ...asked, expect });
  // '': the one that the plan was for, as `expect` makes sure.
  return await post<Sync>(api.act(name, 'rollback'), { ...(rollbackTo === '' ? {} : { to: rollbackTo }), expect });
}
