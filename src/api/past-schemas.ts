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
  limit: z.exactOptional(z.coerce.number().int().min(1).max(10_000)),
});

export const momentQuery = z.strictObject({ time, application: z.exactOptional(name) });
export const sinceQuery = z.strictObject({ since: time });

export const record = auditRecord;

const ran = z.object({
  application: z.string(),
  project: z.exactOptional(z.string()),
  state: z.enum(['running', 'gone']),
  revision: z.string(),
  sources: z.array(z.object({ repoURL: z.string(), revision: z.string(), from: z.string() })),
  since: z.number(),
  record: z.number(),
  who: z.string(),
  author: z.exactOptional(z.string()),
  subject: z.exactOptional(z.string()),
  declaredAt: z.exactOptional(z.string()),
  healthy: z.boolean(),
  degraded: z.boolean(),
  suspendedBy: z.exactOptional(z.string()),
  pinnedBy: z.exactOptional(z.string()),
  failed: z.exactOptional(z.object({ revision: z.string(), at: z.number() })),
  underWay: z.exactOptional(z.object({ revision: z.string(), since: z.number() })),
}) satisfies z.ZodType<Ran>;

const environment = z.exactOptional(z.object({ revision: z.string(), at: z.number() }));

export const moment = z
  .object({ at: z.number(), environment, applications: z.array(ran) })
  .meta({ id: 'Then' }) satisfies z.ZodType<Then>;

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
    failures: z.number(),
    changeFailureRate: z.exactOptional(z.number()),
    timeToRestore: spread,
  })
  .meta({ id: 'Delivery' }) satisfies z.ZodType<Delivery>;
