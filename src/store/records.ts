import { z } from 'zod';
import type { Lock } from '../model/lock.ts';
import { phases } from '../model/resource.ts';
import type { Event, Override, Quarantine, StepResult, Sync } from '../model/status.ts';

/** The shapes of what is stored. The file may be old, newer, or damaged: what does not fit is dropped, not trusted. */

export const appliedRecord = z.object({ uid: z.string(), hash: z.string(), fingerprint: z.string() });

export const lockRecord = z.object({
  sources: z.array(z.object({ repoURL: z.string(), revision: z.string(), from: z.string() })),
}) satisfies z.ZodType<Lock>;

export const stepResultRecord = z.object({
  key: z.string(),
  action: z.enum(['create', 'change', 'delete', 'run']),
  phase: z.enum(phases),
  result: z.enum(['running', 'succeeded', 'failed', 'skipped']),
  message: z.string(),
  former: z.exactOptional(z.string()),
  hindered: z.exactOptional(z.boolean()),
}) satisfies z.ZodType<StepResult>;

export const syncRecord = z.object({
  id: z.string(),
  application: z.string(),
  lock: lockRecord,
  revision: z.string(),
  startedAt: z.number(),
  endedAt: z.exactOptional(z.number()),
  result: z.enum(['running', 'succeeded', 'failed', 'superseded']),
  startedBy: z.string(),
  reason: z.string(),
  message: z.string(),
  attempt: z.number(),
  dryRun: z.boolean(),
  phase: z.exactOptional(z.enum(phases)),
  wave: z.exactOptional(z.number()),
  waves: z.exactOptional(z.array(z.object({ phase: z.enum(phases), wave: z.number(), steps: z.number() }))),
  results: z.array(stepResultRecord),
  healthyAt: z.exactOptional(z.number()),
}) satisfies z.ZodType<Sync>;

export const suspendedRecord = z.object({ by: z.string(), at: z.number(), reason: z.string() });

export const overrideRecord = z.object({
  suspended: z.exactOptional(suspendedRecord),
  pinned: z.exactOptional(z.object({ lock: lockRecord, by: z.string(), at: z.number(), over: lockRecord })),
}) satisfies z.ZodType<Override>;

export const quarantineRecord = z.object({
  revision: z.string(),
  lock: z.exactOptional(lockRecord),
  reason: z.string(),
  at: z.number(),
}) satisfies z.ZodType<Quarantine>;

export const tokenRecord = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string(),
  role: z.string(),
  /** SHA-256 of the token, hexadecimal: the token itself is known to whoever was given it. */
  hash: z.string(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.exactOptional(z.number()),
  revokedAt: z.exactOptional(z.number()),
  revokedBy: z.exactOptional(z.string()),
  /** When it was last shown and good; to the minute. */
  usedAt: z.exactOptional(z.number()),
});
export type TokenRecord = z.infer<typeof tokenRecord>;

export const eventTypes = ['revision', 'sync', 'drift', 'heal', 'health', 'condition', 'person', 'prune'] as const;

export const eventRecord = z.object({
  id: z.number(),
  at: z.number(),
  application: z.string(),
  project: z.exactOptional(z.string()),
  type: z.enum(eventTypes),
  message: z.string(),
  by: z.string(),
}) satisfies z.ZodType<Event>;

/** Undefined when the text is no such record. */
export function parseRecord<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function parseRecords<T>(schema: z.ZodType<T>, texts: Iterable<string>): T[] {
  const records: T[] = [];
  for (const text of texts) {
    const record = parseRecord(schema, text);
    if (record !== undefined) records.push(record);
  }
  return records;
}
