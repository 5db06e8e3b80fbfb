import { z } from 'zod';
import type { Condition } from '../model/application.ts';
import { type FieldChange, type Health, healthStatuses, type ResourceId } from '../model/resource.ts';
import type { ApplicationStatus, ResourceStatus } from '../model/status.ts';
import type { EnvironmentStatus } from '../reconcile/operator.ts';
import {
  eventRecord,
  quarantineRecord,
  stepResultRecord,
  suspendedRecord,
  syncRecord,
  tokenRecord,
} from '../store/records.ts';
import type { CheckResult, LogLine } from '../targets/target.ts';

/**
 * What the API answers. Only what is named here leaves: a field that somebody adds to the model stays inside until it is
 * added here. All times are milliseconds since 1970.
 */

export const problem = z
  .object({
    code: z.string(),
    message: z.string(),
    advice: z.string(),
    fault: z.enum(['user', 'external', 'internal']),
  })
  .meta({
    id: 'Problem',
    description: 'Every answer with a status of 400 or more. Codes are listed in docs/errors.md.',
  });
export type Problem = z.infer<typeof problem>;

export const subject = z
  .object({
    name: z.string(),
    groups: z.array(z.string()),
    token: z.exactOptional(z.string()),
    through: z.exactOptional(z.enum(['password', 'passkey', 'oidc'])),
    expiresAt: z.exactOptional(z.number()),
  })
  .meta({ id: 'Subject' });

export const decision = z
  .object({
    allowed: z.boolean(),
    /** Undefined: no line says anything about it. */
    line: z.exactOptional(z.object({ source: z.string(), line: z.number(), text: z.string() })),
    through: z.array(z.string()),
  })
  .meta({ id: 'Decision' });
export type DecisionView = z.infer<typeof decision>;

export const token = tokenRecord.omit({ hash: true }).extend({ good: z.boolean() }).meta({ id: 'Token' });
export type TokenView = z.infer<typeof token>;
export const newToken = token.extend({ token: z.string() }).meta({ id: 'NewToken' });

export const author = z.object({ name: z.string(), at: z.number() });
export const resourceId = z.object({
  group: z.string(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
}) satisfies z.ZodType<ResourceId>;
export const health = z.object({ status: z.enum(healthStatuses), message: z.string() }) satisfies z.ZodType<Health>;
export const condition = z.object({
  type: z.string(),
  message: z.string(),
  level: z.enum(['warning', 'error']),
  advice: z.exactOptional(z.string()),
}) satisfies z.ZodType<Condition>;
export const fieldChange = z.object({
  path: z.string(),
  live: z.exactOptional(z.string()),
  declared: z.exactOptional(z.string()),
  masked: z.exactOptional(z.boolean()),
}) satisfies z.ZodType<FieldChange>;
export const syncStatus = z.enum(['Synced', 'OutOfSync', 'Unknown']);

export const sync = syncRecord.meta({ id: 'Sync' });
export const event = eventRecord.meta({ id: 'Event' });

const resourceStatus = z.object({
  id: resourceId,
  key: z.string(),
  sync: syncStatus,
  health,
  drift: z.exactOptional(
    z.object({
      kind: z.enum(['missing', 'changed', 'extra']),
      by: z.exactOptional(author),
      changes: z.exactOptional(z.array(fieldChange)),
    }),
  ),
  hook: z.boolean(),
  wave: z.number(),
  summary: z.exactOptional(z.string()),
  message: z.exactOptional(z.string()),
  /** Why automation leaves it as it is, though it may repair and delete. */
  held: z.exactOptional(z.string()),
}) satisfies z.ZodType<ResourceStatus>;

const common = {
  name: z.string(),
  project: z.string(),
  namespace: z.string(),
  target: z.string(),
  source: z.object({ repoURL: z.string(), path: z.string(), targetRevision: z.string(), type: z.string() }),
  sync: z.object({ status: syncStatus, revision: z.string(), message: z.string() }),
  health,
  conditions: z.array(condition),
  nextTryAt: z.exactOptional(z.number()),
  quarantined: z.exactOptional(quarantineRecord),
  suspended: z.exactOptional(suspendedRecord),
  pinned: z.exactOptional(z.object({ revision: z.string(), by: z.string(), at: z.number() })),
  undeclared: z.exactOptional(z.literal(true)),
  labels: z.exactOptional(z.record(z.string(), z.string())),
  /** When its health became what it is, as far as that is known. */
  healthSince: z.exactOptional(z.number()),
  observedAt: z.number(),
};

export const application = z
  .object({ ...common, resources: z.array(resourceStatus), operation: z.exactOptional(syncRecord) })
  .meta({ id: 'Application' }) satisfies z.ZodType<ApplicationStatus>;

export const applicationRow = z
  .object({
    ...common,
    counts: z.object({ resources: z.number(), outOfSync: z.number() }),
    operation: z.exactOptional(
      syncRecord.omit({ lock: true, results: true }).extend({
        /** Of `steps`, which are those of all `waves`. */
        done: z.number(),
        failed: z.number(),
        steps: z.exactOptional(z.number()),
        /** Its wave has not begun: what is before it is not healthy yet. */
        waits: z.exactOptional(z.boolean()),
      }),
    ),
  })
  .meta({ id: 'ApplicationRow' });
export type ApplicationRow = z.infer<typeof applicationRow>;

export const environment = z
  .object({
    name: z.string(),
    target: z.string(),
    targetDescription: z.string(),
    repoURL: z.string(),
    path: z.string(),
    revision: z.string(),
    checkedAt: z.exactOptional(z.number()),
    problems: z.array(z.string()),
    version: z.string(),
    startedAt: z.number(),
  })
  .meta({ id: 'Environment' }) satisfies z.ZodType<EnvironmentStatus>;

const heldBack = z.object({ key: z.string(), reason: z.string(), confirmable: z.boolean() });

export const difference = z
  .object({
    revision: z.string(),
    plan: z.object({
      groups: z.array(
        z.object({
          phase: stepResultRecord.shape.phase,
          wave: z.number(),
          steps: z.array(z.object({ action: stepResultRecord.shape.action, key: z.string(), reason: z.string() })),
        }),
      ),
      unchanged: z.array(z.string()),
      guard: z.exactOptional(z.string()),
    }),
    resources: z.array(
      z.object({
        id: resourceId,
        key: z.string(),
        cause: z.enum(['git', 'drift']),
        action: z.enum(['create', 'change', 'delete']),
        by: z.exactOptional(author),
        changes: z.array(fieldChange),
      }),
    ),
    heldBack: z.array(heldBack),
  })
  .meta({ id: 'Difference' });
/** A `Difference` on its way out: steps without the bodies. */
export type DifferenceView = z.infer<typeof difference>;

export const checkResult = z
  .object({ name: z.string(), ok: z.boolean(), message: z.string(), advice: z.string() })
  .meta({ id: 'CheckResult' }) satisfies z.ZodType<CheckResult>;

export const logLine = z
  .object({ source: z.string(), text: z.string(), at: z.exactOptional(z.number()) })
  .meta({ id: 'LogLine' }) satisfies z.ZodType<LogLine>;
