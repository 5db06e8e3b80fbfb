import { z } from 'zod';
import { resourceActs } from '../apply/act.ts';
import type { ResourceDetail } from '../reconcile/resource-detail.ts';
import type { ResourceEvent } from '../reconcile/resource-events.ts';
import { author, fieldChange, health, resourceId, syncStatus } from './schemas.ts';

/** What an application consists of: what it declares, what that has made, and each of them in detail. */

export const treeNode = z
  .object({
    key: z.string(),
    id: resourceId,
    /** Keys of those it belongs to; [] for what is declared. */
    parents: z.array(z.string()),
    declared: z.boolean(),
    /** Of what is declared. */
    sync: z.exactOptional(syncStatus),
    drift: z.exactOptional(z.enum(['missing', 'changed', 'extra'])),
    hook: z.boolean(),
    wave: z.exactOptional(z.number()),
    health,
    /** Facts: image, replicas, phase, restarts. */
    summary: z.exactOptional(z.string()),
    createdAt: z.exactOptional(z.number()),
    /** Whether it prints what can be read as logs. */
    logs: z.boolean(),
    /** Names of its containers, where it has any. */
    containers: z.exactOptional(z.array(z.string())),
    /** What can be done to it beside what Git declares. */
    acts: z.array(z.enum(resourceActs)),
    /** Of these, what the one who asks may do. */
    may: z.array(z.enum(resourceActs)),
  })
  .meta({ id: 'TreeNode' });

export const tree = z
  .object({
    nodes: z.array(treeNode),
    /** False: a part could not be seen, or there is more than is shown; `reason` says which. */
    complete: z.boolean(),
    reason: z.string(),
    observedAt: z.number(),
  })
  .meta({ id: 'Tree' });

/** Live and declared text of one resource and how they differ. */
export const resourceView = z
  .object({
    id: resourceId,
    key: z.string(),
    declaredIn: z.exactOptional(z.object({ revision: z.string() })),
    /** Canonical JSON, secret values masked. */
    declared: z.exactOptional(z.string()),
    live: z.exactOptional(z.string()),
    /** What a sync would do to it. Undefined for what is not declared, and where nobody can tell. */
    difference: z.exactOptional(
      z.object({
        action: z.enum(['none', 'create', 'change', 'delete']),
        cause: z.exactOptional(z.enum(['git', 'drift'])),
        by: z.exactOptional(author),
        changes: z.array(fieldChange),
        /** Why no sync does it, whoever asks. */
        refused: z.exactOptional(z.string()),
      }),
    ),
    /** Why `difference` cannot be told. */
    unknown: z.exactOptional(z.string()),
  })
  .meta({ id: 'Resource' }) satisfies z.ZodType<ResourceDetail>;

export const resourceEvent = z
  .object({
    level: z.enum(['info', 'warning']),
    reason: z.string(),
    message: z.string(),
    /** How often, between the two times. */
    count: z.number(),
    firstAt: z.number(),
    lastAt: z.number(),
    source: z.string(),
    /** What it is about: the resource itself, or one that it has made. */
    key: z.string(),
  })
  .meta({ id: 'ResourceEvent' }) satisfies z.ZodType<ResourceEvent>;

/** Newest first, at most 200. */
export const resourceEvents = z.array(resourceEvent);
