import type { TimelineEntry } from '../api/types.ts';
import { kinds } from './activity-search.ts';
import type { StatusView } from './status.ts';

/** What an entry is seen by: its kind, and how it went. */
export function entryView({ kind, action, result, sync }: TimelineEntry): StatusView {
  const { label } = kinds[kind];
  if (sync !== undefined && sync.endedAt === undefined) return { shape: 'half', tone: 'work', label };
  if (result === 'failed') return { shape: 'triangle', tone: 'bad', label };
  if (result === 'refused') return { shape: 'cross', tone: 'bad', label };
  if (result === 'superseded') return { shape: 'ring', tone: 'quiet', label };
  if (action === 'health.restored' || action === 'revision.healthy') return { shape: 'full', tone: 'good', label };
  return action === 'heal.ended' ? { shape: 'equal', tone: 'good', label } : kinds[kind];
}

/** What a sync did, as far as it did anything: `2 created, 1 changed`. */
export function syncCounts({ created, changed, deleted, hooks, failed }: NonNullable<TimelineEntry['sync']>): string {
  const counts = { created, changed, deleted, 'hooks run': hooks, failed };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');
}

/** A line; one commit is news for many applications, and stands there once. */
export interface TimelineItem {
  entry: TimelineEntry;
  /** All that it is about, where they are several. */
  applications: readonly string[];
}

export interface TimelineDay {
  day: string;
  items: readonly TimelineItem[];
}

/** By day, in their order; `dayOf` says the day of a time, in the zone of whoever looks. */
export function timelineDays(entries: readonly TimelineEntry[], dayOf: (at: number) => string): TimelineDay[] {
  return [...Map.groupBy(entries, ({ at }) => dayOf(at))].map(([day, own]) => ({ day, items: folded(own) }));
}

/** What follows each other and says the same of other applications is one line. */
function folded(entries: readonly TimelineEntry[]): TimelineItem[] {
  const items: { entry: TimelineEntry; applications: string[] }[] = [];
  for (const entry of entries) {
    const last = items.at(-1);
    const { application } = entry;
    if (last === undefined || application === undefined || !isSameNews(last.entry, entry))
      items.push({ entry, applications: application === undefined ? [] : [application] });
    else if (!last.applications.includes(application)) last.applications.push(application);
  }
  return items;
}

function isSameNews(a: TimelineEntry, b: TimelineEntry): boolean {
  return a.action === 'revision.declared' && b.action === a.action && a.revision === b.revision;
}
