import type { Ran, RebuildStep } from '../api/types.ts';
import { actionViews } from './plan-view.ts';
import { shortRevision } from './shorten.ts';
import { healthViews, type StatusView, type Tone } from './status.ts';

/** How it was, as far as it is recorded: nobody looked at it anew. */
export function ranView({ healthy, degraded }: Pick<Ran, 'healthy' | 'degraded'>): StatusView {
  if (degraded) return healthViews.Degraded;
  return healthy ? healthViews.Healthy : { shape: 'ring', tone: 'quiet', label: 'Had not shown that it works' };
}

/** What else was the matter with it then. */
export function ranNotes({ underWay, failed, pinnedBy, suspendedBy }: Ran): string[] {
  return [
    underWay === undefined ? [] : `a sync to ${shortRevision(underWay.revision)} was under way`,
    failed === undefined ? [] : `a sync to ${shortRevision(failed.revision)} had failed`,
    pinnedBy === undefined ? [] : `held there by ${pinnedBy}`,
    suspendedBy === undefined ? [] : `suspended by ${suspendedBy}`,
  ].flat();
}

export const restoreWords = {
  change: 'Would change',
  declare: 'Git would have to declare it again',
  remove: 'Would go: it was not there',
  unknown: 'Not known',
  same: 'Runs as then',
} as const satisfies Record<RebuildStep['do'], string>;

const order = Object.keys(restoreWords);

/** What would be done comes first, what would stay comes last; by name. */
export function restoreOrder(steps: readonly RebuildStep[]): RebuildStep[] {
  const place = (step: RebuildStep) => order.indexOf(step.do);
  return steps.toSorted((a, b) => place(a) - place(b) || (a.application < b.application ? -1 : 1));
}

/** `delete 5`, `change 2`: what cannot be undone first. */
export function restoreCounts(steps: readonly Pick<RebuildStep, 'resources'>[]): { text: string; tone: Tone }[] {
  const all = steps.flatMap(({ resources }) => resources.map(({ action }) => action));
  return (['delete', 'change', 'create', 'run'] as const).flatMap(action => {
    const count = all.filter(one => one === action).length;
    const { word, tone } = actionViews[action];
    return count === 0 ? [] : [{ text: `${word} ${count.toLocaleString()}`, tone }];
  });
}
