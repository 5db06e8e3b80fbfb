import { failure } from '../errors.ts';
import { type Lock, mainRevision } from '../model/lock.ts';
import type { Desired, FieldChange, ResourceId, ResourceKey } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';
import type { CommitSummary } from './commits.ts';
import type { Controller } from './controller.ts';
import { differenceFrom } from './difference.ts';
import { applicationNamed } from './requests.ts';

export interface ContrastSide {
  id?: string;
  revision: string;
  commit?: CommitSummary;
}

export interface Contrast {
  from?: ContrastSide & { kind: 'sync' | 'live' | 'declared' };
  to: ContrastSide;
  /** Of each change, `live` is the value in `from`, `declared` the one in `to`. */
  resources: { key: ResourceKey; id: ResourceId; action: 'create' | 'change' | 'delete'; changes: FieldChange[] }[];
  unchanged: number;
}

type CommitOf = (lock: Lock) => Promise<CommitSummary | undefined>;

/** What differs between what two syncs delivered, rendered anew from their locks; or between one and what is live or declared now. */
export async function contrastSyncs(
  controller: Controller,
  name: string,
  id: string,
  against: string | undefined,
  commitOf: CommitOf,
  signal: AbortSignal,
): Promise<Contrast> {
  const application = applicationNamed(controller, name);
  const history = controller.services.store
    .history(name, application.historyLimit)
    .filter(({ lock }) => lock.sources.length > 0);
  const sync = named(history, name, id);
  const after = await controller.declare(application, sync.lock, signal);
  const side = async (lock: Lock, more: { id?: string } = {}): Promise<ContrastSide> => {
    const commit = await commitOf(lock);
    return { ...more, revision: mainRevision(lock), ...(commit === undefined ? {} : { commit }) };
  };
  const to = await side(sync.lock, { id: sync.id });
  const present = controller.find(name)?.declared;
  if (against === 'live') {
    const { resources } = await differenceFrom(controller, application, after, signal);
    const unchanged = Math.max(0, after.desired.length - resources.filter(({ action }) => action !== 'delete').length);
    const revision = present === undefined ? '' : mainRevision(present.lock);
    const shown = resources.map(({ key, id: of, action, changes }) => ({ key, id: of, action, changes }));
    return { from: { kind: 'live', revision }, to, resources: shown, unchanged };
  }
  if (against === 'declared') {
    if (present === undefined) throw failure('APP_NOT_READY', { name, reason: 'what is declared is not known yet' });
    const from = { ...(await side(present.lock)), kind: 'declared' as const };
    return { from, to, ...(await compared(controller, present.desired, after.desired)) };
  }
  const other = against === undefined ? earlier(history, sync) : named(history, name, against);
  if (other === undefined) return { to, ...(await compared(controller, [], after.desired)) };
  const before = await controller.declare(application, other.lock, signal);
  const from = { ...(await side(other.lock, { id: other.id })), kind: 'sync' as const };
  return { from, to, ...(await compared(controller, before.desired, after.desired)) };
}

function named(history: readonly Sync[], name: string, id: string): Sync {
  const found = history.find(sync => sync.id.startsWith(id));
  if (found === undefined) throw failure('SYNC_NOT_FOUND', { name, id });
  return found;
}

/** The last one before it that delivered something. */
function earlier(history: readonly Sync[], sync: Sync): Sync | undefined {
  const older = history.slice(history.indexOf(sync) + 1);
  return older.find(({ result, dryRun }) => result === 'succeeded' && !dryRun);
}

async function compared(
  { services }: Controller,
  before: readonly Desired[],
  after: readonly Desired[],
): Promise<Pick<Contrast, 'resources' | 'unchanged'>> {
  const old = new Map(before.map(one => [one.key, one]));
  const resources: Contrast['resources'] = [];
  let unchanged = 0;
  for (const desired of after) {
    const { key, id, body } = desired;
    const former = old.get(key);
    old.delete(key);
    if (former === undefined) resources.push({ key, id, action: 'create', changes: [] });
    else if (former.body.hash === body.hash) unchanged += 1;
    else resources.push({ key, id, action: 'change', changes: await services.target.contrast(former, desired) });
  }
  for (const { key, id } of old.values()) resources.push({ key, id, action: 'delete', changes: [] });
  resources.sort((a, b) => (a.key < b.key ? -1 : 1));
  return { resources, unchanged };
}
