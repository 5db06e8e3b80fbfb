import type { ListRow } from '../api/types.ts';
import { waveName } from './plan-view.ts';
import { healthViews, type StatusView, suspendedView, syncingView, syncViews, undeclaredView } from './status.ts';

/** A status and the sentence that explains it; '' where there is nothing to explain. */
export interface Explained {
  view: StatusView;
  why: string;
}

type Facts = Pick<
  ListRow,
  'health' | 'sync' | 'operation' | 'last' | 'condition' | 'suspended' | 'quarantined' | 'pinned' | 'undeclared'
>;

/** How it is. */
export function healthOf({ health, condition }: Facts): Explained {
  // What keeps it from being known is said once, where it stands in the way of delivery.
  const isSaidElsewhere = health.status === 'Unknown' && condition?.level === 'error';
  const why = health.status === 'Healthy' || isSaidElsewhere ? '' : health.message;
  return { view: healthViews[health.status], why };
}

/** How it stands to Git: what goes on now, or else what is in its way, or else what differs. */
export function deliveryOf(row: Facts): Explained {
  const { sync, operation, condition, last, suspended, pinned } = row;
  if (operation !== undefined) {
    // A teardown is to no revision.
    const view = operation.revision === '' ? { ...syncingView, label: 'Being deleted' } : syncingView;
    return { view, why: progressOf(operation) };
  }
  const view = row.undeclared === true ? undeclaredView : syncViews[sync.status];
  if (suspended !== undefined) {
    const reason = suspended.reason === '' ? '' : `: ${suspended.reason}`;
    return {
      view: { ...suspendedView, label: `Suspended, ${view.label.toLowerCase()}` },
      why: `by ${suspended.by}${reason}`,
    };
  }
  if (row.undeclared === true) return { view, why: condition?.message ?? '' };
  if (condition?.level === 'error') return { view: { ...view, tone: 'bad' }, why: condition.message };
  // Its sentence has the revision, and why it is not tried again.
  if (isQuarantined(row)) return { view: { ...view, tone: 'bad', label: 'Quarantined' }, why: sync.message };
  if (sync.status !== 'Synced' && last?.result === 'failed')
    return { view: { ...view, tone: 'bad' }, why: last.message };
  if (pinned !== undefined) return { view: { ...view, label: 'Rolled back' }, why: `by ${pinned.by}` };
  return { view, why: sync.message || (condition?.message ?? '') };
}

/** Whether that is what stands in its way. */
export function isQuarantined({ quarantined, operation, suspended, condition }: Facts): boolean {
  return quarantined && operation === undefined && suspended === undefined && condition?.level !== 'error';
}

/**
 * For a line in which there is little room: what it is before where it is, and no namespace where that is the application's own.
 * `Deployment shop/web: its rollout is stuck` → `its rollout is stuck · Deployment web`.
 */
export function reasonFirst(said: string, { namespace }: Pick<ListRow, 'namespace'>): string {
  const why = said
    .replace(/^revision (\w{7})\w* is quarantined: /, '$1: ')
    .replace(/^((?:\w{7}: [\w ]+: )?)probe: probe /, '$1probe ');
  const place = /^([A-Z]\w+) ([^\s/:]+)\/([^\s:]+): /.exec(why);
  if (place === null || place[2] !== namespace) return why;
  return `${why.slice(place[0].length)} · ${place[1]} ${place[3]}`;
}

/** `14 of 20 done, 1 failed, at wave 2`: the same words that the command line has. */
export function progressOf(operation: NonNullable<ListRow['operation']>): string {
  const { phase, wave, waits = false, done, failed, steps } = operation;
  const count = steps === undefined ? `${done} done` : `${done} of ${steps} done`;
  const place = phase === undefined || wave === undefined ? [] : [waveName({ phase, wave })];
  const words = place.map(name => (waits ? `waits to begin ${name}` : `at ${name}`));
  return [count, ...(failed > 0 ? [`${failed} failed`] : []), ...words].join(', ');
}
