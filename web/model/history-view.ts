import type { Sync } from '../api/types.ts';
import type { StatusView } from './status.ts';

export const syncResultViews = {
  running: { shape: 'half', tone: 'work', label: 'Running' },
  succeeded: { shape: 'full', tone: 'good', label: 'Succeeded' },
  failed: { shape: 'triangle', tone: 'bad', label: 'Failed' },
  superseded: { shape: 'ring', tone: 'quiet', label: 'Superseded' },
} as const satisfies Record<Sync['result'], StatusView>;

/** Why one cannot go back to what the sync delivered; undefined when one can. */
export function notDelivered({ dryRun, result }: Pick<Sync, 'dryRun' | 'result'>): string | undefined {
  if (dryRun) return 'It was only tried';
  return result === 'succeeded' ? undefined : 'It did not succeed';
}

/** Those that have all the words, somewhere. */
export function matchingSyncs(syncs: readonly Sync[], q: string): readonly Sync[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return syncs;
  return syncs.filter(({ revision, startedBy, reason, message, result }) => {
    const text = [revision, startedBy, reason, message, syncResultViews[result].label].join('\n').toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** What a sync can be held against, in words, for a list to choose from. */
export function againstOptions(syncs: readonly Sync[], chosen: Sync, when: (at: number) => string) {
  const others = syncs.filter(({ id }) => id !== chosen.id);
  return {
    '': 'the sync before it',
    live: 'what is live now',
    declared: 'what is declared now',
    ...Object.fromEntries(
      others.map(({ id, revision, startedAt }) => [id, `${revision.slice(0, 7)}, ${when(startedAt)}`]),
    ),
  };
}
