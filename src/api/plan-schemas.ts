import { z } from 'zod';
import { phases } from '../model/resource.ts';
import type { RemovalPreview } from '../reconcile/removal.ts';
import { lockRecord } from '../store/records.ts';
import { commit } from './list-schemas.ts';
import { author, fieldChange, resourceId } from './schemas.ts';

/** What a sync or a rollback would do, before anything happens; and what differs between two syncs. */

const revision = z.string().min(1).max(256);
const key = z.string().min(1).max(1_024);
/** One by one: what nobody chooses by hand is better named by a pattern. */
export const mostChosen = 5_000;

export const planBody = z.strictObject({
  revision: z.exactOptional(revision),
  prune: z.exactOptional(z.boolean()),
  /** Only these: keys, or patterns as `Deployment/web`. Hooks are left out. */
  resources: z.exactOptional(z.array(key).max(mostChosen)),
  force: z.exactOptional(z.boolean()),
  replace: z.exactOptional(z.boolean()),
  confirm: z.exactOptional(z.boolean()),
  /** A sync of the history, by the beginning of its id or revision, instead of all of the above; '' for the one a rollback would choose. */
  rollbackTo: z.exactOptional(z.string().max(256)),
});

const planActions = ['create', 'change', 'recreate', 'delete', 'run'] as const;
export type PlanAction = (typeof planActions)[number];

const step = z.object({
  key: z.string(),
  id: resourceId,
  /** `run`: a hook. `recreate`: deleted and made again, since it cannot be changed. */
  action: z.enum(planActions),
  reason: z.string(),
  cause: z.exactOptional(z.enum(['git', 'drift'])),
  by: z.exactOptional(author),
  changes: z.array(fieldChange),
  /** Why it would fail, as the target says. */
  refused: z.exactOptional(z.object({ message: z.string(), advice: z.string() })),
});

/** In the order in which they go: one begins when all before it are healthy. */
const waves = z.array(
  z.object({
    phase: z.enum(phases),
    wave: z.number(),
    /** Holds deletes only. */
    prune: z.boolean(),
    steps: z.array(step),
  }),
);
const heldBack = z.object({ key: z.string(), id: resourceId, reason: z.string(), confirmable: z.boolean() });

export const plan = z
  .object({
    /** As `expect` of a sync or rollback: only this very plan is carried out, or none. */
    id: z.string(),
    revision: z.string(),
    lock: lockRecord,
    commit: z.exactOptional(commit),
    /** What runs now. */
    present: z.exactOptional(z.object({ revision: z.string(), commit: z.exactOptional(commit) })),
    waves,
    counts: z.object({
      create: z.number(),
      change: z.number(),
      recreate: z.number(),
      delete: z.number(),
      run: z.number(),
      unchanged: z.number(),
      heldBack: z.number(),
    }),
    /** Left undone, and what it waits for; `confirmable`: `confirm` would let it happen. */
    heldBack: z.array(heldBack),
    /** Why all deletes wait for a person's word. */
    guard: z.exactOptional(z.string()),
    /** As it would be done: what is asked for, or else what the policy says. */
    options: z.object({ prune: z.boolean(), force: z.boolean(), replace: z.boolean() }),
    warnings: z.array(z.object({ key: z.exactOptional(z.string()), message: z.string() })),
    /** Whether the plan was for a rollback, and to which sync. */
    rollback: z.exactOptional(z.object({ id: z.string(), startedAt: z.number() })),
    /** What doing it needs, and whether the one who asks may. */
    permissions: z.array(
      z.object({ action: z.enum(['sync', 'override', 'rollback']), why: z.string(), allowed: z.boolean() }),
    ),
  })
  .meta({ id: 'Plan' });

/** What deleting an application would delete, before anything happens. */
export const removal = z
  .object({
    /** As `expect` of the deletion: this very one is carried out, or none. */
    id: z.string(),
    /** Git still declares it: it is suspended then, and comes back when somebody resumes or syncs it. */
    declared: z.boolean(),
    waves,
    /** What is not deleted, and why. */
    stays: z.array(heldBack),
  })
  .meta({ id: 'Removal' }) satisfies z.ZodType<RemovalPreview>;

/** What one may want instead of what is declared. */
export const revisions = z
  .object({
    repoURL: z.string(),
    /** As it is declared; '' for what the repository itself takes for its main branch. */
    declared: z.string(),
    /** Newest first: what changed the application's own directory. */
    commits: z.array(commit),
    /** False: older ones were not looked at. */
    complete: z.boolean(),
    /** For whoever may see the repository. */
    branches: z.array(z.string()),
    tags: z.array(z.string()),
    /** Why nothing is known of branches and tags. */
    reason: z.exactOptional(z.string()),
  })
  .meta({ id: 'Revisions' });

export const historyParams = z.strictObject({ name: z.string().min(1).max(253), id: z.string().min(1).max(256) });
/** `live`, `declared`, or another sync, by the beginning of its id. Default: the sync before it. */
export const againstQuery = z.strictObject({ against: z.exactOptional(revision) });

const side = z.object({ id: z.exactOptional(z.string()), revision: z.string(), commit: z.exactOptional(commit) });

/** Of each change, `live` is the value in `from`, `declared` the one in `to`. */
export const contrast = z
  .object({
    /** Undefined: nothing was before it. */
    from: z.exactOptional(side.extend({ kind: z.enum(['sync', 'live', 'declared']) })),
    to: side,
    resources: z.array(
      z.object({
        key: z.string(),
        id: resourceId,
        action: z.enum(['create', 'change', 'delete']),
        changes: z.array(fieldChange),
      }),
    ),
    unchanged: z.number(),
  })
  .meta({ id: 'Contrast' });
