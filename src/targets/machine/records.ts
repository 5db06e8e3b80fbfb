import { z } from 'zod';
import type { Env } from '../../env/env.ts';
import { type Desired, hookDeletePolicies, phases } from '../../model/resource.ts';

/** What Holdfast remembers on the machine itself: one document for each application, in the target's own directory. */

const words = z.enum(['allowed', 'confirm', 'never']);

/** As it was applied: `Live` has to tell it without the declaration. */
const steering = {
  uid: z.string(),
  /** `Body.hash` of what was applied last. */
  hash: z.string(),
  wave: z.number(),
  rank: z.number(),
  createdAt: z.number(),
  options: z.object({
    prune: words,
    delete: words,
    pruneLast: z.boolean(),
    propagation: z.enum(['foreground', 'background', 'orphan']).exactOptional(),
    replace: z.boolean().exactOptional(),
    force: z.boolean().exactOptional(),
    validate: z.boolean().exactOptional(),
    skipDryRunOnMissingResource: z.boolean().exactOptional(),
    ignoreExtraneous: z.boolean(),
    ignoreHealth: z.boolean(),
  }),
};

const fileRecord = z.object({
  ...steering,
  type: z.enum(['file', 'directory']),
  /** Identity of the content as Git has it, and of the bytes as they were written. */
  contentId: z.string(),
  sha256: z.string(),
  mode: z.number(),
  owner: z.number(),
  group: z.number(),
  /** Somebody else's file that stays as it is (`file_exists_behavior: RETAIN`). */
  retained: z.boolean(),
});
export type FileRecord = z.infer<typeof fileRecord>;

const releaseRecord = z.object({
  ...steering,
  tree: z.string(),
  /** By path in the release: hash of the bytes, or `link:` and its target. */
  files: z.record(z.string(), z.object({ content: z.string(), executable: z.boolean() })),
});
export type ReleaseRecord = z.infer<typeof releaseRecord>;

const identity = z.object({ pid: z.number(), startedAt: z.string() });

const processRecord = z.object({
  ...steering,
  line: z.string(),
  command: z.array(z.string()),
  /** May hold secrets of a `.env` file in Git: the document is readable by Holdfast's user only, and this is never shown. */
  env: z.record(z.string(), z.string()),
  tree: z.string(),
  identity: identity.exactOptional(),
  startedAt: z.number().exactOptional(),
});
export type ProcessRecord = z.infer<typeof processRecord>;

const script = z.object({ location: z.string(), timeoutMs: z.number(), runas: z.string().optional() });
const revision = z.object({ tree: z.string(), stop: z.array(script) });

const scriptRecord = z.object({
  ...steering,
  phases: z.array(z.enum(phases)),
  deletePolicies: z.array(z.enum(hookDeletePolicies)),
  completion: z.enum(['running', 'succeeded', 'failed']),
  message: z.string(),
  hindered: z.literal(true).exactOptional(),
  identity: identity.exactOptional(),
});
export type ScriptRecord = z.infer<typeof scriptRecord>;

export const applicationRecord = z.object({
  version: z.literal(1),
  /** Counts the writes of the document; its journal bears the same number. */
  generation: z.number(),
  /** Lines in the journal. */
  journal: z.number(),
  application: z.string(),
  files: z.record(z.string(), fileRecord),
  /** Parents that were made for its files, and go when they are empty. */
  directories: z.array(z.string()),
  release: releaseRecord.exactOptional(),
  processes: z.record(z.string(), processRecord),
  scripts: z.record(z.string(), scriptRecord),
  /** The last revision that was installed to its end: its ApplicationStop scripts run before the next. */
  installed: revision.exactOptional(),
  /** The one under way; becomes `installed` when its ValidateService has passed. */
  installing: revision.exactOptional(),
});
/** One change since the document was written: a file (`null`: it is ours no more), and the made directories when they changed too. */
export const journalLine = z.object({
  path: z.string(),
  record: z.union([fileRecord, z.null()]),
  directories: z.array(z.string()).exactOptional(),
});
export type JournalLine = z.infer<typeof journalLine>;
export type ApplicationRecord = z.infer<typeof applicationRecord>;

export function emptyRecord(application: string): ApplicationRecord {
  return { version: 1, generation: 0, journal: 0, application, files: {}, directories: [], processes: {}, scripts: {} };
}

/** Whether the application has anything that stays: what hooks left behind does not count. */
export function owns(record: ApplicationRecord): boolean {
  const { files, processes, release } = record;
  return release !== undefined || Object.keys(files).length > 0 || Object.keys(processes).length > 0;
}

export function steeringOf(env: Env, desired: Desired, known: { uid: string; createdAt: number } | undefined) {
  const { wave, rank, options } = desired;
  const born = { uid: known?.uid ?? env.random.uuid(), createdAt: known?.createdAt ?? env.clock.now() };
  return { ...born, hash: desired.body.hash, wave, rank, options };
}

export function isEmpty(record: ApplicationRecord): boolean {
  const { files, processes, scripts, release } = record;
  return release === undefined && [files, processes, scripts].every(records => Object.keys(records).length === 0);
}
