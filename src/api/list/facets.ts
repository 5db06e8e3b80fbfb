import type { List } from '../list-schemas.ts';
import type { Entry } from './entries.ts';

const maxValues = 50;
const maxLabels = 20;

type Counts = Map<string, number>;

/** What there is to choose from, most frequent first. Pure. */
export function facetsOf(entries: readonly Entry[]): List['facets'] {
  const projects: Counts = new Map();
  const targets: Counts = new Map();
  const labels = new Map<string, Counts>();
  for (const { status, labels: own } of entries) {
    increment(projects, status.project);
    increment(targets, status.target);
    for (const [key, value] of Object.entries(own)) {
      const counts = labels.get(key) ?? new Map<string, number>();
      labels.set(key, counts);
      increment(counts, value);
    }
  }
  const keys = [...labels].map(([key, counts]) => [key, sum(counts)] as const).sort(byCount);
  return {
    projects: top(projects),
    targets: top(targets),
    labels: keys.slice(0, maxLabels).map(([key]) => ({ key, values: top(labels.get(key) ?? new Map()) })),
  };
}

function increment(counts: Counts, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function sum(counts: Counts): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

function top(counts: Counts): { value: string; count: number }[] {
  const sorted = [...counts].sort(byCount).slice(0, maxValues);
  return sorted.map(([value, count]) => ({ value, count }));
}

function byCount([a, m]: readonly [string, number], [b, n]: readonly [string, number]): number {
  return n - m || (a < b ? -1 : 1);
}
