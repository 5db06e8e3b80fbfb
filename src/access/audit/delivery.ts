import type { AuditRecord } from './record.ts';

/** How delivery does, in the four measures that the DORA reports made common. Times in milliseconds. */
export interface Delivery {
  since: number;
  until: number;
  /** Revisions that were delivered to an application, each once. */
  deployments: number;
  deploymentsPerDay: number;
  /** From the commit to the end of the sync that delivered it first. */
  leadTime?: Spread;
  /** Of the revisions that were tried: how many failed, degraded their application, or were taken back by a person. */
  failures: number;
  changeFailureRate?: number;
  /** From such a failure until the application was healthy again. */
  timeToRestore?: Spread;
}

export interface Spread {
  median: number;
  p90: number;
  count: number;
}

const dayMs = 86_400_000;

interface Story {
  delivered: Set<string>;
  tried: Set<string>;
  failed: Set<string>;
  present: string;
  brokenSince?: number;
}

/** Takes records oldest first. */
export function measureDelivery(records: Iterable<AuditRecord>, since: number, until: number): Delivery {
  const stories = new Map<string, Story>();
  const leads: number[] = [];
  const restores: number[] = [];
  for (const record of records) {
    const { application, at } = record;
    if (application === undefined || record.detail?.dryRun === true) continue;
    const story: Story = stories.get(application) ?? {
      delivered: new Set(),
      tried: new Set(),
      failed: new Set(),
      present: '',
    };
    stories.set(application, story);
    const lead = tell(story, record);
    if (lead !== undefined) leads.push(lead);
    const isWell = record.action === 'revision.healthy' || record.action === 'health.restored';
    if (isWell && story.brokenSince !== undefined) {
      restores.push(at - story.brokenSince);
      delete story.brokenSince;
    }
  }
  const count = (of: 'delivered' | 'tried' | 'failed') =>
    [...stories.values()].reduce((sum, story) => sum + story[of].size, 0);
  const [deployments, tried, failures] = [count('delivered'), count('tried'), count('failed')];
  const days = Math.max(1, (until - since) / dayMs);
  const leadTime = spread(leads);
  const timeToRestore = spread(restores);
  return {
    ...{ since, until, deployments, deploymentsPerDay: deployments / days, failures },
    ...(leadTime === undefined ? {} : { leadTime }),
    ...(tried === 0 ? {} : { changeFailureRate: failures / tried }),
    ...(timeToRestore === undefined ? {} : { timeToRestore }),
  };
}

/** Answers the lead time of a revision that is delivered for the first time. */
function tell(story: Story, { action, result, revision = '', at, detail }: AuditRecord): number | undefined {
  const fails = (what: string) => {
    story.tried.add(what);
    story.failed.add(what);
    story.brokenSince ??= at;
  };
  if (action === 'quarantine.set') fails(revision);
  if (action === 'health.degraded' && story.present !== '') fails(story.present);
  if (action === 'override.pinned' && story.present !== '' && story.present !== revision) {
    if (story.delivered.has(revision)) fails(story.present);
  }
  if (action !== 'sync.ended' || revision === '') return undefined;
  if (result === 'failed') fails(revision);
  if (result !== 'succeeded') return undefined;
  story.tried.add(revision);
  story.present = revision;
  if (story.delivered.has(revision)) return undefined;
  story.delivered.add(revision);
  return detail?.committedAt === undefined ? undefined : Math.max(0, at - detail.committedAt);
}

function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p90: at(0.9), count: sorted.length };
}
