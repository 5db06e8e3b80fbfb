import { z } from 'zod';
import type { Delivery } from '../access/audit/delivery.ts';
import type { Ran } from '../access/audit/ran.ts';
import { auditRecord } from '../access/audit/record.ts';
import type { Then } from '../reconcile/past.ts';
import type { Rebuild } from '../reconcile/rebuild.ts';
import { stepResultRecord } from '../store/records.ts';

/** What is asked and answered about the past. */

const time = z.coerce.number().int().min(0).max(8.64e15);
const name = z.string().min(1).max(253);

export const auditQuery = z.strictObject({
  application: z.exactOptional(name),
  project: z.exactOptional(name),
  who: z.exactOptional(z.string().min(1).max(256)),
  via: z.exactOptional(z.string().min(1).max(64)),
  action: z.exactOptional(z.string().min(1).max(64)),
  result: z.exactOptional(z.string().min(1).max(64)),
  /** In any of its words, a revision or an author; case does not matter. */
  text: z.exactOptional(z.string().min(1).max(256)),
  since: z.exactOptional(time),
  until: z.exactOptional(time),
  before: z.exactOptional(time),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(1_000)),
});

export const rebuildQuery = z.strictObject({ time, application: z.exactOptional(name) });
export const momentQuery = z.strictObject({
  time,
  application: z.exactOptional(name),
  project: z.exactOptional(name),
  state: z.exactOptional(z.enum(['running', 'gone'])),
  /** In its name, project, revision, or in the author or the first line of the commit; case does not matter. */
  q: z.exactOptional(z.string().min(1).max(256)),
  /** `next` of the page before. */
  after: z.exactOptional(name),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(1_000)),
});
export const deliveryQuery = z.strictObject({
  since: time,
  /** Default: now. */
  until: z.exactOptional(time),
  application: z.exactOptional(name),
  project: z.exactOptional(name),
});

export const record = auditRecord;

export const ran = z.object({
  application: z.string(),
  /** At that time. */
  project: z.exactOptional(z.string()),
  /** `gone`: it had been deleted, or let go of; what is said besides is of the time before. */
  state: z.enum(['running', 'gone']),
  /** The commit, or digest of a chart, that was delivered last; what follows is said of it. */
  revision: z.string(),
  sources: z.array(z.object({ repoURL: z.string(), revision: z.string(), from: z.string() })),
  /** When it had come to be so, and the number of the record that says it. */
  since: z.number(),
  record: z.number(),
  /** Id of the sync that made it so. */
  sync: z.exactOptional(z.string()),
  who: z.string(),
  author: z.exactOptional(z.string()),
  subject: z.exactOptional(z.string()),
  /** Commit of the environment that declared it. */
  declaredAt: z.exactOptional(z.string()),
  /** Whether it had shown that it works. */
  healthy: z.boolean(),
  degraded: z.boolean(),
  suspendedBy: z.exactOptional(z.string()),
  pinnedBy: z.exactOptional(z.string()),
  /** A later try that failed, or that its operator was stopped in: parts of it may have run, too. */
  failed: z.exactOptional(z.object({ revision: z.string(), at: z.number() })),
  /** A sync that was under way. */
  underWay: z.exactOptional(z.object({ revision: z.string(), since: z.number() })),
}) satisfies z.ZodType<Ran>;

/** The log begins then: what was before was removed. What ran then was carried over. */
const begins = z.exactOptional(z.number());
const environment = z.exactOptional(z.object({ revision: z.string(), at: z.number() }));

export const moment = z
  .object({
    at: z.number(),
    /** Where the environment was in Git, for those who may see it. */
    environment,
    begins,
    /** Of all pages. */
    total: z.number(),
    /** By name. */
    applications: z.array(ran),
    /** `after` of the next page, when there is one. */
    next: z.exactOptional(z.string()),
  })
  .meta({ id: 'Moment' }) satisfies z.ZodType<Then>;
export type Moment = z.infer<typeof moment>;

export const rebuild = z
  .object({
    at: z.number(),
    environment,
    applications: z.array(
      z.object({
        application: z.string(),
        project: z.exactOptional(z.string()),
        do: z.enum(['same', 'change', 'declare', 'remove', 'unknown']),
        revision: z.string(),
        present: z.string(),
        resources: z.array(z.object({ key: z.string(), action: stepResultRecord.shape.action })),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'Rebuild' }) satisfies z.ZodType<Rebuild>;

const spread = z.exactOptional(z.object({ median: z.number(), p90: z.number(), count: z.number() }));

export const delivery = z
  .object({
    since: z.number(),
    until: z.number(),
    deployments: z.number(),
    deploymentsPerDay: z.number(),
    leadTime: spread,
    /** Revisions that were tried, each once: what failures are a part of. */
    tried: z.number(),
    failures: z.number(),
    changeFailureRate: z.exactOptional(z.number()),
    timeToRestore: spread,
  })
  .meta({ id: 'Delivery' }) satisfies z.ZodType<Delivery>;
