import type { Comparison } from '../model/plan.ts';
import type { Applied, Desired, Live, ResourceId, ResourceKey } from '../model/resource.ts';

export interface CompareInput {
  application: string;
  /** Hooks are left out of the comparison: they are run, not kept. */
  desired: readonly Desired[];
  live: ReadonlyMap<ResourceKey, Live>;
  /** Whether what is absent from `live` is known to be absent. */
  complete: boolean;
  applied: ReadonlyMap<ResourceKey, Applied>;
  /** Declared, but refused (unknown kind, forbidden by the project): not applied, and by no means pruned. */
  refused: readonly ResourceId[];
}

function state(desired: Desired, live: Live, applied: Applied | undefined): Comparison['state'] {
  if (desired.existenceIsEnough) return 'equal';
  if (applied === undefined) return 'unseen';
  if (applied.hash !== desired.body.hash) return 'pending';
  return applied.uid === live.uid && applied.fingerprint === live.fingerprint ? 'equal' : 'changed';
}

function compareDeclared(input: CompareInput, desired: Desired): Comparison {
  const { key } = desired;
  const live = input.live.get(key);
  const applied = input.applied.get(key);
  if (live === undefined || live.deleting) {
    const found = live === undefined ? {} : { live };
    if (live === undefined && !input.complete) return { key, state: 'unknown', desired };
    if (applied === undefined || applied.hash !== desired.body.hash)
      return { key, state: 'pending', desired, ...found };
    return { key, state: 'missing', desired, ...found, drift: { kind: 'missing' } };
  }
  const row: Comparison = { key, state: state(desired, live, applied), desired, live };
  if (live.owner !== '' && live.owner !== input.application) {
    row.sharedWith = live.owner;
    // Its mark at least is not as we left it; the fields that are owned may be the same, with other values.
    if (row.state === 'equal') row.state = 'changed';
  }
  if (row.state === 'changed') {
    row.drift = { kind: 'changed', ...(live.lastChange === undefined ? {} : { by: live.lastChange }) };
  }
  return row;
}

/** What is declared against what is there. Pure: the same input gives the same rows, declared ones first, in their order. */
export function compare(input: CompareInput): Comparison[] {
  const kept = input.desired.filter(({ hook, phases }) => hook === undefined && phases.length > 0);
  const rows = kept.map(desired => compareDeclared(input, desired));
  const declared = new Set(input.desired.map(desired => desired.key));
  for (const live of input.live.values()) {
    if (declared.has(live.key) || live.hook !== undefined || live.owner !== input.application) continue;
    if (input.refused.some(id => isSame(id, live.id))) continue;
    rows.push({ key: live.key, state: 'extra', live, drift: { kind: 'extra' } });
  }
  return rows;
}

/** Refused ones are named as written: the namespace may still be missing. */
function isSame(written: ResourceId, live: ResourceId): boolean {
  const namespace = written.namespace === '' || written.namespace === live.namespace;
  return namespace && written.group === live.group && written.kind === live.kind && written.name === live.name;
}
