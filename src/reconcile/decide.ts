import type { Application, RetryPolicy } from '../model/application.ts';
import type { Comparison } from '../model/plan.ts';
import type { ResourceKey } from '../model/resource.ts';
import { guardDeletes } from '../plan/guard.ts';
import type { Attempts } from './attempts.ts';
import { type Heals, mayHealAt } from './heals.ts';

/** What automation knows when it decides; all of it plain data. */
export interface Situation {
  application: Application;
  rows: readonly Comparison[];
  /** Hooks have to run even if nothing else is to be done: one is new or edited, or their sync was cut short. */
  hooksLeft: boolean;
  suspended: boolean;
  /** `all`: too little is known to do anything. `sync`: an error or a dependency stands in the way of anything newer; what is in force is still kept so. */
  blocked: 'all' | 'sync' | undefined;
  /** Failed attempts at what is wanted now, and when the next may be (monotonic ms). */
  attempts: Omit<Attempts, 'work'>;
  heals: Heals;
  now: number;
}

export type Decision =
  | { do: 'nothing' }
  | { do: 'wait'; until: number }
  | { do: 'sync'; reason: string; runsHooks: boolean }
  | { do: 'heal'; only: ReadonlySet<ResourceKey>; reason: string };

/** Whether automation acts now. A person may ask for a sync at any time; that does not come here. */
export function decide(situation: Situation): Decision {
  const { application, suspended, blocked } = situation;
  const { automated } = application.policy;
  if (automated === undefined || suspended || blocked === 'all') return { do: 'nothing' };
  const sync: Decision = blocked === undefined ? decideSync(situation, automated.prune) : { do: 'nothing' };
  if (sync.do === 'sync') return sync;
  // While a sync waits for its next try, what is in force is still kept so.
  const heal: Decision = automated.selfHeal ? decideHeal(situation) : { do: 'nothing' };
  if (heal.do === 'wait' && sync.do === 'wait') return { do: 'wait', until: Math.min(heal.until, sync.until) };
  return heal.do === 'nothing' ? sync : heal;
}

function decideSync({ application, rows, hooksLeft, attempts, now }: Situation, prune: boolean): Decision {
  const pending = hooksLeft || rows.some(({ state }) => state === 'pending');
  if (!pending && !(prune && mayPrune(application, rows))) return { do: 'nothing' };
  if (attempts.cancelled !== undefined) return { do: 'nothing' };
  if (attempts.count > (application.policy.retry.limit ?? Number.POSITIVE_INFINITY)) return { do: 'nothing' };
  if (now < attempts.nextAt) return { do: 'wait', until: attempts.nextAt };
  const reason = pending ? 'Git asks for something newer' : 'Git dropped something';
  return { do: 'sync', reason, runsHooks: hooksLeft };
}

/** What the guard holds back waits for a person: it is no reason for a sync, of which only repairs and hooks would be left. */
function mayPrune({ policy }: Application, rows: readonly Comparison[]): boolean {
  const count = rows.filter(prunable).length;
  return count > 0 && guardDeletes(rows, count, policy) === undefined;
}

function decideHeal({ application, rows, heals, now }: Situation): Decision {
  const due = new Set<ResourceKey>();
  let until = Number.POSITIVE_INFINITY;
  for (const { key, desired } of rows.filter(isDrift)) {
    const at = mayHealAt(heals.get(key), application, desired);
    if (at <= now) due.add(key);
    else until = Math.min(until, at);
  }
  if (due.size > 0) return { do: 'heal', only: due, reason: 'the target drifted' };
  return until === Number.POSITIVE_INFINITY ? { do: 'nothing' } : { do: 'wait', until };
}

/** What another application made its own is no drift: taken back without a new reason in Git, it would go to and fro for ever. */
function isDrift({ state, sharedWith }: Comparison): boolean {
  return (state === 'missing' || state === 'changed') && sharedWith === undefined;
}

/** Extra, and nothing but the plan's own guards stands against its deletion. */
function prunable({ state, live, sharedWith, awaits }: Comparison): boolean {
  return (
    state === 'extra' &&
    sharedWith === undefined &&
    awaits === undefined &&
    live !== undefined &&
    !live.deleting &&
    live.options.prune === 'allowed'
  );
}

/** Pause after the `count`-th failure, with some chance in it so that many do not come at once. */
export function backoff(retry: RetryPolicy, count: number, fraction: number): number {
  const full = Math.min(retry.maxBackoffMs, retry.backoffMs * retry.factor ** Math.max(0, count - 1));
  return full * (0.8 + 0.4 * fraction);
}
