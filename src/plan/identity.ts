import { createHash } from 'node:crypto';
import type { Lock } from '../model/lock.ts';
import type { Plan, Step } from '../model/plan.ts';

/** Names what a plan does, to what and at which revisions: two with one name do the same, in the same order. Pure. */
export function planIdentity(lock: Lock, { groups, heldBack }: Plan): string {
  const said = [
    lock.sources.map(({ repoURL, revision }) => [repoURL, revision]),
    groups.map(({ phase, wave, rank, prune, steps }) => [phase, wave, rank, prune, steps.map(meaning).sort()]),
    heldBack.map(({ key, reason }) => `${key} ${reason}`).sort(),
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
}

/** Of what is there, its identity and its state; of what is to be, its content. */
function meaning(step: Step): string {
  const { action, key, live } = step as Step & { live?: Step['live'] };
  const content = step.action === 'delete' ? '' : step.desired.body.hash;
  return JSON.stringify([action, key, live?.uid ?? '', live?.fingerprint ?? '', content]);
}
