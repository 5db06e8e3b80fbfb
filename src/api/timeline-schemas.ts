import { z } from 'zod';
import { type TimelineEntry, timelineKinds } from '../access/audit/timeline.ts';
import type { Timeline } from '../reconcile/past.ts';
import { ran } from './past-schemas.ts';

/** One line of what happened, over all applications. Times are milliseconds since 1970. */

/**
 * - `commit`: Git has something newer, for an application or for what is declared.
 * - `sync`: one under way, or one that ended. `drift`: found, and healed.
 * - `override`: suspend, resume, pin and unpin, cancel, confirm, delete; quarantine.
 * - `declaration`: applications, projects and access that changed in Git.
 */
const kind = z.enum(timelineKinds);

const time = z.coerce.number().int().min(0).max(8.64e15);
const name = z.string().min(1).max(253);

export const timelineQuery = z.strictObject({
  from: z.exactOptional(time),
  to: z.exactOptional(time),
  application: z.exactOptional(name),
  project: z.exactOptional(name),
  /** `sync,drift` */
  kinds: z.exactOptional(
    z
      .string()
      .max(200)
      .transform(text => text.split(','))
      .pipe(z.array(kind)),
  ),
  /** `next` of the page before. */
  after: z.exactOptional(z.coerce.number().int().min(1)),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(1_000)),
});

const timelineEntry = z.object({
  /** Number of its record in the audit log: greater is later. */
  id: z.number(),
  at: z.number(),
  kind,
  /** As in docs/audit.md: `sync.ended`, `drift.found`, `override.suspended`. */
  action: z.string(),
  /** In words. */
  what: z.string(),
  /** A person, `automated`, `self-heal`, `holdfast`, `git`; of drift: who made it, as the target names them. */
  who: z.string(),
  via: z.string(),
  token: z.exactOptional(z.string()),
  application: z.exactOptional(z.string()),
  project: z.exactOptional(z.string()),
  result: z.string(),
  /** The commit, or digest of a chart, that it is about; what follows is said of it. */
  revision: z.exactOptional(z.string()),
  repository: z.exactOptional(z.string()),
  author: z.exactOptional(z.string()),
  reviewers: z.exactOptional(z.array(z.string())),
  subject: z.exactOptional(z.string()),
  committedAt: z.exactOptional(z.number()),
  /** Of a sync or a repair. Without `endedAt` it is under way. */
  sync: z.exactOptional(
    z.object({
      id: z.string(),
      startedAt: z.number(),
      endedAt: z.exactOptional(z.number()),
      reason: z.string(),
      message: z.string(),
      dryRun: z.boolean(),
      created: z.number(),
      changed: z.number(),
      deleted: z.number(),
      hooks: z.number(),
      failed: z.number(),
    }),
  ),
  /** Of drift. */
  drift: z.exactOptional(
    z.object({ key: z.string(), kind: z.string(), paths: z.array(z.string()), at: z.exactOptional(z.number()) }),
  ),
  reason: z.exactOptional(z.string()),
  /** Of a declaration that changed. */
  fields: z.exactOptional(z.array(z.string())),
  declaredIn: z.exactOptional(z.string()),
}) satisfies z.ZodType<TimelineEntry>;

export const timeline = z
  .object({
    /** Newest first. */
    entries: z.array(timelineEntry),
    /** There may be more before; also where a page has less than `limit`. */
    next: z.exactOptional(z.number()),
    /** How far back this page has looked. */
    reached: z.exactOptional(z.number()),
  })
  .meta({ id: 'Timeline' }) satisfies z.ZodType<Timeline>;

/** `same`: it runs as then. `changed`: another revision. `gone`: it runs no more. `added`: it did not run then. */
const change = z.enum(['same', 'changed', 'gone', 'added']);
export type Change = z.infer<typeof change>;

export const momentQuery = z.strictObject({
  time,
  application: z.exactOptional(name),
  project: z.exactOptional(name),
  /** In its name, project, revision, or in the author or first line of the commit, of then or now. */
  q: z.exactOptional(z.string().min(1).max(256)),
  is: z.exactOptional(z.union([change, z.array(change).max(4)])),
  /** `next` of the page before. */
  after: z.exactOptional(z.string().min(1).max(300)),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(500)),
});

export const thenAndNow = z
  .object({
    at: z.number(),
    /** Where the environment was in Git, for those who may see it. */
    environment: z.exactOptional(z.object({ revision: z.string(), at: z.number() })),
    /** Whether one may ask what restoring it would do. */
    mayRestore: z.boolean(),
    /** Of all pages. */
    total: z.number(),
    /** Of all that the other filters than `is` leave. */
    counts: z.object({ same: z.number(), changed: z.number(), gone: z.number(), added: z.number() }),
    /** By name; what is otherwise by now comes first. */
    applications: z.array(
      z.object({
        application: z.string(),
        project: z.exactOptional(z.string()),
        is: change,
        past: z.exactOptional(ran),
        now: z.exactOptional(ran),
      }),
    ),
    /** `after` of the next page, when there is one. */
    next: z.exactOptional(z.string()),
  })
  .meta({ id: 'ThenAndNow' });
export type ThenAndNow = z.infer<typeof thenAndNow>;
