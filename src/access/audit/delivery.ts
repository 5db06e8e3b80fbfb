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
  /** Revisions that were tried, each once. */
  tried: number;
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
/** Of one application; one that comes back after so many others counts anew. */
const keptRevisions = 1_000;

type Happened = Pick<AuditRecord, 'application' | 'action' | 'result' | 'revision' | 'at' | 'detail'>;

/** What one record adds to the measures. */
export interface Told {
  /** A revision that was not tried before. */
  tried?: boolean;
  deployed?: boolean;
  leadMs?: number;
  failed?: boolean;
  restoredMs?: number;
}

interface Story {
  delivered: Set<string>;
  tried: Set<string>;
  failed: Set<string>;
  present: string;
  brokenSince?: number;
}

/** What is known of an application from before: newest first, what was delivered to it. */
export type Delivered = (application: string) => readonly string[];

/** Follows records, oldest first, and says what each of them means for the measures. */
export class DeliveryStories {
  readonly #stories = new Map<string, Story>();
  readonly #before: Delivered;

  constructor(before: Delivered = () => []) {
    this.#before = before;
  }

  tell({ application, action, result, revision = '', at, detail }: Happened): Told {
    if (application === undefined || detail?.dryRun === true) return {};
    if (action === 'application.forgotten') {
      this.#stories.delete(application);
      return {};
    }
    const story = this.#storyOf(application);
    const told: Told = {};
    const fails = (what: string) => {
      if (note(story.tried, what)) told.tried = true;
      if (note(story.failed, what)) told.failed = true;
      story.brokenSince ??= at;
    };
    if (action === 'quarantine.set') fails(revision);
    if (action === 'health.degraded' && story.present !== '') fails(story.present);
    if (action === 'override.pinned' && story.present !== '' && story.present !== revision) {
      if (story.delivered.has(revision)) fails(story.present);
    }
    const isSync = action === 'sync.ended' && revision !== '';
    if (isSync && result === 'failed') fails(revision);
    if (isSync && result === 'succeeded') {
      if (note(story.tried, revision)) told.tried = true;
      story.present = revision;
      if (note(story.delivered, revision)) told.deployed = true;
      if (told.deployed && detail?.committedAt !== undefined) told.leadMs = Math.max(0, at - detail.committedAt);
    }
    const isWell = action === 'revision.healthy' || action === 'health.restored';
    if (isWell && story.brokenSince !== undefined) {
      told.restoredMs = at - story.brokenSince;
      delete story.brokenSince;
    }
    return told;
  }

  #storyOf(application: string): Story {
    const known = this.#stories.get(application);
    if (known !== undefined) return known;
    const before = this.#before(application);
    const story = {
      delivered: new Set(before),
      tried: new Set(before),
      failed: new Set<string>(),
      present: before[0] ?? '',
    };
    this.#stories.set(application, story);
    return story;
  }
}

/** Takes records oldest first. */
export function measureDelivery(records: Iterable<AuditRecord>, since: number, until: number): Delivery {
  const stories = new DeliveryStories();
  const leads: number[] = [];
  const restores: number[] = [];
  let deployments = 0;
  let failures = 0;
  let attempts = 0;
  for (const record of records) {
    const { tried, deployed, leadMs, failed, restoredMs } = stories.tell(record);
    if (tried) attempts += 1;
    if (deployed) deployments += 1;
    if (failed) failures += 1;
    if (leadMs !== undefined) leads.push(leadMs);
    if (restoredMs !== undefined) restores.push(restoredMs);
  }
  const days = Math.max(1, (until - since) / dayMs);
  const leadTime = spread(leads);
  const timeToRestore = spread(restores);
  return {
    ...{ since, until, deployments, deploymentsPerDay: deployments / days, tried: attempts, failures },
    ...(leadTime === undefined ? {} : { leadTime }),
    ...(attempts === 0 ? {} : { changeFailureRate: failures / attempts }),
    ...(timeToRestore === undefined ? {} : { timeToRestore }),
  };
}

/** Answers whether it was not there. */
function note(revisions: Set<string>, revision: string): boolean {
  if (revisions.has(revision)) return false;
  revisions.add(revision);
  for (const oldest of revisions) {
    if (revisions.size <= keptRevisions) break;
    revisions.delete(oldest);
  }
  return true;
}

function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p90: at(0.9), count: sorted.length };
}
