import { z } from 'zod';
import { healthStatuses, phases } from '../model/resource.ts';
import { suspendedRecord } from '../store/records.ts';
import { condition, health, syncStatus } from './schemas.ts';

/** The list of applications as people look at it: filtered, sorted and paged by the server, and what of it changes. */

const word = z.string().min(1).max(256);
const flag = z.enum(['true', 'false']);
/** `?a=1&a=2`, or only one. */
function many<T extends z.ZodType>(one: T, most: number) {
  return z.exactOptional(z.union([one, z.array(one).max(most)]));
}

/**
 * What `counts` counts, as a filter. `unhealthy`: Degraded or Missing. `unknown`: of health or of being in sync. `errors`: something
 * stands in the way of a sync, or the last one failed.
 */
export const listStates = [
  'unhealthy',
  'outOfSync',
  'syncing',
  'progressing',
  'suspended',
  'unknown',
  'errors',
] as const;
export type ListState = (typeof listStates)[number];

export const listQuery = z.strictObject({
  /** Words, all of which have to occur in name, project, namespace, path, repository, revision or health. */
  q: z.exactOptional(z.string().max(200)),
  /** Of several values of one filter one has to be met; of several filters all. */
  state: many(z.enum(listStates), 10),
  sync: many(syncStatus, 3),
  health: many(z.enum(healthStatuses), 6),
  project: many(word, 50),
  target: many(word, 50),
  /** `key=value`, or `key` for any value. All have to be met. */
  label: many(word, 20),
  suspended: z.exactOptional(flag),
  syncing: z.exactOptional(flag),
  sort: z.exactOptional(z.enum(['attention', 'name', 'changed'])),
  /** `next` of the page before. */
  after: z.exactOptional(z.string().max(1_024)),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(500)),
});

export const commit = z
  .object({ id: z.string(), subject: z.string(), author: z.string(), email: z.string(), at: z.number() })
  .meta({ id: 'Commit' });

/** A sync that is running: `done` of `steps` of all its waves, the wave it is at by the number that annotations give it, and since when. */
const running = z.object({
  id: z.string(),
  revision: z.string(),
  startedAt: z.number(),
  startedBy: z.string(),
  reason: z.string(),
  attempt: z.number(),
  dryRun: z.boolean(),
  phase: z.exactOptional(z.enum(phases)),
  wave: z.exactOptional(z.number()),
  /** The wave has not begun: what is before it is not healthy yet. */
  waits: z.exactOptional(z.boolean()),
  done: z.number(),
  failed: z.number(),
  /** Undefined: it is not known how many there are. */
  steps: z.exactOptional(z.number()),
});

export const may = z.object({
  sync: z.boolean(),
  rollback: z.boolean(),
  suspend: z.boolean(),
  /** A sync to another revision, with force or replace. */
  override: z.boolean(),
  delete: z.boolean(),
  /** What is live, as a branch for somebody to merge. */
  propose: z.boolean(),
  logs: z.boolean(),
});
export type May = z.infer<typeof may>;

export const listRow = z
  .object({
    name: z.string(),
    project: z.string(),
    namespace: z.string(),
    target: z.string(),
    labels: z.record(z.string(), z.string()),
    source: z.object({ repoURL: z.string(), path: z.string(), targetRevision: z.string(), type: z.string() }),
    sync: z.object({ status: syncStatus, revision: z.string(), message: z.string() }),
    /** By which it became so: the newest, up to the revision that `sync` is about, that changed anything it is made from. */
    commit: z.exactOptional(commit),
    health: health.extend({ since: z.exactOptional(z.number()) }),
    /** The worst, and how many there are. */
    condition: z.exactOptional(condition),
    conditions: z.number(),
    operation: z.exactOptional(running),
    /** How the last sync ended. */
    last: z.exactOptional(
      z.object({
        id: z.string(),
        result: z.enum(['succeeded', 'failed', 'superseded']),
        message: z.string(),
        endedAt: z.number(),
      }),
    ),
    nextTryAt: z.exactOptional(z.number()),
    quarantined: z.boolean(),
    suspended: z.exactOptional(suspendedRecord),
    pinned: z.exactOptional(z.object({ revision: z.string(), by: z.string(), at: z.number() })),
    /** Git no longer declares it: what is left of it is on its way out, or waits for a person. */
    undeclared: z.exactOptional(z.literal(true)),
    resources: z.object({ total: z.number(), outOfSync: z.number() }),
    /** When something last happened to it: what `sort=changed` goes by. */
    changedAt: z.number(),
    /** Grows with every change of any application; see the stream of changes. */
    generation: z.number(),
    may,
  })
  .meta({ id: 'ListRow' });
export type ListRow = z.infer<typeof listRow>;

const facet = z.array(z.object({ value: z.string(), count: z.number() }));

export const list = z
  .object({
    items: z.array(listRow),
    /** How many all filters leave. */
    total: z.number(),
    /** How many text, project, target and labels leave; then by state. */
    counts: z.object({
      all: z.number(),
      unhealthy: z.number(),
      outOfSync: z.number(),
      syncing: z.number(),
      progressing: z.number(),
      suspended: z.number(),
      unknown: z.number(),
      errors: z.number(),
    }),
    /** Cursor for the page that follows; absent on the last. */
    next: z.exactOptional(z.string()),
    /** Of all that one may see, most frequent first; what is beyond 50 values or 20 labels is left out. */
    facets: z.object({
      projects: facet,
      targets: facet,
      labels: z.array(z.object({ key: z.string(), values: facet })),
    }),
    /** The state of the list that was answered: changes after it come by the stream that begins with this as `after`. */
    at: z.string(),
  })
  .meta({ id: 'List' });
export type List = z.infer<typeof list>;

export const changesQuery = z.strictObject({
  /** Applications whose rows are sent whole. Of all others only the names. */
  name: many(word, 200),
  /** `true`: nothing is said of other applications than these. */
  only: z.exactOptional(flag),
  /** `at` of a list, or the id of an event that was received. The header Last-Event-ID goes before it. */
  after: z.exactOptional(z.string().max(200)),
});

/**
 * Events of the stream; each has an `id` to go on from.
 * - `ready`, `reset`: `{}`. After `reset` it is not known what changed: ask for the list again.
 * - `changes`: this.
 */
export const changes = z
  .object({
    /** Names and generations of those that changed or are new, without those in `rows`. */
    changed: z.array(z.object({ name: z.string(), generation: z.number() })),
    /** Gone, or not to be seen any longer. */
    removed: z.array(z.string()),
    rows: z.array(listRow),
  })
  .meta({ id: 'Changes' });
export type ChangesView = z.infer<typeof changes>;
