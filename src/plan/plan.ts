import type { SyncPolicy } from '../model/application.ts';
import type { Comparison, Group, HeldBack, Plan, Step } from '../model/plan.ts';
import type { Desired, Live, Phase, ResourceKey } from '../model/resource.ts';
import { phases } from '../model/resource.ts';
import { guardDeletes } from './guard.ts';
import { syncPhases, teardownPhases } from './hooks.ts';

export interface PlanRequest {
  rows: readonly Comparison[];
  /** Hooks to run in this sync; [] when there are none or they are left out (selective sync, healing). */
  hooks: readonly Desired[];
  policy: SyncPolicy;
  /** Only these rows; undefined: all. */
  only?: ReadonlySet<ResourceKey>;
  /** Whether what Git dropped may be deleted. */
  prune: boolean;
  /** A person's word: passes guards and confirmations. */
  confirmed: boolean;
  /** The application itself is being deleted: all live rows go, by their `delete` option instead of `prune`. */
  teardown?: boolean;
  /** Send rows that are equal too (`replace` or `force` asked for by a person). */
  evenEqual?: boolean;
}

const reasons = {
  pending: 'declared in Git, not applied yet',
  missing: 'it was deleted in the target',
  changed: 'it was changed in the target',
  unseen: 'it is there, but not known to be as declared',
  equal: 'asked for',
} as const;

/**
 * What a sync would do: pure, and the only place that decides it. Order: phase, wave, rank; what is deleted goes after
 * what is applied, in reverse. See docs/decisions/0003-prune-after-apply.md.
 */
export function plan(request: PlanRequest): Plan {
  const rows = request.only === undefined ? request.rows : request.rows.filter(({ key }) => request.only?.has(key));
  const applies: Step[] = [];
  const unchanged: ResourceKey[] = [];
  const heldBack: HeldBack[] = [];
  const deletes: Live[] = [];
  for (const row of rows) {
    const verdict = request.teardown ? judgeDelete(row, request, 'delete') : judge(row, request);
    if (verdict === 'unchanged') unchanged.push(row.key);
    else if (verdict === 'delete') deletes.push(row.live as Live);
    else if ('action' in verdict) applies.push(verdict);
    else heldBack.push(verdict);
  }
  const guard =
    request.teardown || request.confirmed ? undefined : guardDeletes(request.rows, deletes.length, request.policy);
  const allowed = guard === undefined ? deletes : [];
  if (guard !== undefined) for (const { key } of deletes) heldBack.push({ key, reason: guard, confirmable: true });
  const groups = [...applyGroups(applies), ...hookGroups(request), ...pruneGroups(allowed, request)].sort(byOrder);
  return { groups, unchanged, heldBack, ...(guard === undefined ? {} : { guard }) };
}

function judge(row: Comparison, request: PlanRequest): Step | HeldBack | 'unchanged' | 'delete' {
  const { key, desired, live, state } = row;
  if (state === 'extra') return judgeDelete(row, request, 'prune');
  if (desired === undefined || state === 'unknown')
    return { key, reason: 'the target cannot be seen well enough to tell', confirmable: false };
  if (row.sharedWith !== undefined && request.policy.options.failOnSharedResource) {
    return { key, reason: `it belongs to the application ${row.sharedWith}`, confirmable: false };
  }
  if (state === 'equal' && !request.evenEqual) return 'unchanged';
  return {
    action: live === undefined ? 'create' : 'change',
    key,
    desired,
    ...(live === undefined ? {} : { live }),
    reason: reasons[state],
  };
}

function judgeDelete(
  row: Comparison,
  request: PlanRequest,
  option: 'prune' | 'delete',
): HeldBack | 'unchanged' | 'delete' {
  const { key, live, sharedWith, awaits } = row;
  // A teardown ends when all is gone, what is on its way out included.
  if (live === undefined || (live.deleting && !request.teardown)) return 'unchanged';
  if (sharedWith !== undefined)
    return { key, reason: `the application ${sharedWith} declares it and is to take it over`, confirmable: false };
  const asked = strictest(live.options[option], request.policy.options[option]);
  if (asked === 'never') return { key, reason: `its ${option} option forbids it`, confirmable: false };
  if (option === 'prune' && !request.prune) return { key, reason: 'pruning is not asked for', confirmable: true };
  if (awaits !== undefined && !request.confirmed) {
    const reason = `the application ${awaits} may declare it, and cannot be read; it is deleted when that is known, or a person confirms it`;
    return { key, reason, confirmable: true };
  }
  if (asked === 'confirm' && !request.confirmed)
    return { key, reason: 'its deletion waits for a person to confirm it', confirmable: true };
  return 'delete';
}

function strictest(
  a: 'allowed' | 'confirm' | 'never',
  b: 'allowed' | 'confirm' | 'never',
): 'allowed' | 'confirm' | 'never' {
  if (a === 'never' || b === 'never') return 'never';
  return a === 'confirm' || b === 'confirm' ? 'confirm' : 'allowed';
}

function group(groups: Map<string, Group>, head: Omit<Group, 'steps'>, step: Step): void {
  const name = JSON.stringify([head.phase, head.wave, head.rank, head.prune, head.last]);
  const found = groups.get(name) ?? { ...head, steps: [] };
  found.steps.push(step);
  groups.set(name, found);
}

function applyGroups(steps: readonly Step[]): Group[] {
  const groups = new Map<string, Group>();
  for (const step of steps) {
    if (step.action === 'delete') continue;
    group(groups, { phase: 'Sync', wave: step.desired.wave, rank: step.desired.rank, prune: false, last: false }, step);
  }
  return [...groups.values()];
}

/** A hook may have phases of both occasions: those of the other one are not now. */
function hookGroups({ hooks, teardown = false }: PlanRequest): Group[] {
  const occasion = teardown ? teardownPhases : syncPhases;
  const groups = new Map<string, Group>();
  for (const hook of hooks) {
    for (const phase of hook.phases.filter(one => occasion.includes(one))) {
      group(
        groups,
        { phase, wave: hook.wave, rank: hook.rank, prune: false, last: false },
        { action: 'run', key: hook.key, desired: hook, reason: `hook of ${phase}` },
      );
    }
  }
  return [...groups.values()];
}

function pruneGroups(lives: readonly Live[], request: PlanRequest): Group[] {
  const groups = new Map<string, Group>();
  const reason = request.teardown ? 'its application is deleted' : 'Git no longer declares it';
  for (const live of lives) {
    const last = live.options.pruneLast || request.policy.options.pruneLast;
    group(
      groups,
      { phase: 'Sync', wave: live.wave, rank: live.rank, prune: true, last },
      { action: 'delete', key: live.key, live, reason },
    );
  }
  return [...groups.values()];
}

function byOrder(a: Group, b: Group): number {
  const phase = phaseOrder(a.phase) - phaseOrder(b.phase);
  if (phase !== 0) return phase;
  if (a.prune !== b.prune) return a.prune ? 1 : -1;
  if (a.last !== b.last) return a.last ? 1 : -1;
  const direction = a.prune ? -1 : 1;
  return direction * (a.wave - b.wave || a.rank - b.rank);
}

/** A teardown's own phases enclose the deletes, which are part of Sync. */
function phaseOrder(phase: Phase): number {
  return phase === 'PreDelete' ? -1 : phases.indexOf(phase);
}
