import { queryOptions } from '@tanstack/react-query';
import { api } from '../util/api-paths.ts';
import { post } from './client.ts';
import type { Plan, PlanAsked, Sync } from './types.ts';

/** Exactly what a sync or rollback would do. Made anew each time somebody asks, and never behind their back: it is what they agree to. */
export function planQuery(name: string, asked: PlanAsked) {
  return queryOptions({
    queryKey: ['plan', name, asked],
    queryFn: () => post<Plan>(api.plan(name), asked),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Carries out this very plan, or nothing: APP_PLAN_CHANGED where it would be another one by now. */
export async function carryOut(name: string, { rollbackTo, ...asked }: PlanAsked, expect: string): Promise<Sync> {
  if (rollbackTo === undefined) return await post<Sync>(api.act(name, 'sync'), { ...asked, expect });
  return await post<Sync>(api.act(name, 'rollback'), { to: rollbackTo, expect });
}
