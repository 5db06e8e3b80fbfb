import { z } from 'zod';
import type { Acceptance } from '../reconcile/accept/accept.ts';
import type { Proposed } from '../reconcile/accept/propose.ts';
import { may } from './list-schemas.ts';
import { author, fieldChange, resourceId } from './schemas.ts';

/** What differs now, and what to do about it. */

const name = z.string().min(1).max(253);
const text = z.string().min(1).max(256);
const key = z.string().min(1).max(1_024);

export const driftQuery = z.strictObject({
  /** Name of who made it, as in `authors`; '' there is `unknown` here. */
  by: z.exactOptional(text),
  application: z.exactOptional(name),
  project: z.exactOptional(name),
  /** Part of an application, key, path or author. */
  q: z.exactOptional(text),
  /** Default `application`. `author`: whoever made most comes first. */
  sort: z.exactOptional(z.enum(['application', 'author'])),
  /** `next` of the page before. */
  after: z.exactOptional(z.string().min(1).max(4_096)),
  limit: z.exactOptional(z.coerce.number().int().min(1).max(1_000)),
});

export const driftRow = z.object({
  application: z.string(),
  project: z.string(),
  key: z.string(),
  id: resourceId,
  /** `missing`: deleted in the target. `changed`: not as it was applied. `extra`: no longer declared, and still there. */
  kind: z.enum(['missing', 'changed', 'extra']),
  by: z.exactOptional(author),
  /** Undefined: not examined, because it is repaired at once; the `diff` of the application says it. */
  changes: z.exactOptional(z.array(fieldChange)),
  /** Whether automation repairs it by itself, or deletes it (`extra`). */
  healsItself: z.boolean(),
  /** Why automation leaves it as it is: deletes that wait for a person, most often. */
  held: z.exactOptional(z.string()),
  /** A sync that a person asks for leaves it as it is, too: there is nothing to heal. */
  refused: z.exactOptional(z.literal(true)),
  /** The application that it belongs to as well, or instead: its author, `application NAME`, where the target knows no other. */
  sharedWith: z.exactOptional(z.string()),
  /** Ends before that time: it is repaired ever more rarely. */
  nextTryAt: z.exactOptional(z.number()),
});
export type DriftRow = z.infer<typeof driftRow>;

export const drifts = z
  .object({
    /** Of all that fits, not only of this page. Heal: POST …/sync with `resources`, the keys. */
    total: z.number(),
    applications: z.number(),
    /** Another one: something differs otherwise than before. */
    version: z.string(),
    /** Most first; `unknown` where the target does not know. */
    authors: z.array(z.object({ name: z.string(), count: z.number() })),
    rows: z.array(driftRow),
    /** The applications of this page: what one may do about it, and whether a sync is under way. */
    about: z.record(z.string(), z.object({ syncing: z.boolean(), may })),
    next: z.exactOptional(z.string()),
  })
  .meta({ id: 'Drifts' });
export type Drifts = z.infer<typeof drifts>;

export const acceptBody = z.strictObject({
  /** Default: all that differs. `paths`: as in `FieldChange`; default: all of the resource. */
  resources: z.exactOptional(
    z
      .array(z.strictObject({ key, paths: z.exactOptional(z.array(z.string().min(1).max(2_048)).max(1_000)) }))
      .min(1)
      .max(200),
  ),
});

export const acceptance = z
  .object({
    /** The same for the same change to the same commit: `expect` of POST …/propose. */
    id: z.string(),
    /** The repository, and the commit that the patch is for. */
    repoURL: z.string(),
    revision: z.string(),
    /** As `git am` and `git apply` take it; '' when nothing can be accepted. */
    patch: z.string(),
    /** First line of the commit's message. */
    subject: z.string(),
    /** To be run in a clone of the repository, with the patch as its input. */
    command: z.string(),
    files: z.array(z.object({ path: z.string(), before: z.string(), after: z.string() })),
    accepted: z.array(z.object({ key: z.string(), path: z.string(), file: z.string(), line: z.number() })),
    /** `path`: '' for the whole resource. */
    notAccepted: z.array(z.object({ key: z.string(), path: z.string(), why: z.string() })),
  })
  .meta({ id: 'Acceptance' }) satisfies z.ZodType<Acceptance>;

export const proposeBody = acceptBody.extend({
  /** `id` of the acceptance that was shown. */
  expect: z.exactOptional(z.string().length(40)),
  /** Why: it goes into the message of the commit. */
  reason: z.exactOptional(z.string().max(2_000)),
});

export const proposed = z
  .object({
    repoURL: z.string(),
    /** `holdfast/accept-…`: never one that anything follows. */
    branch: z.string(),
    commit: z.string(),
    /** The commit that it follows. */
    revision: z.string(),
    subject: z.string(),
    /** Where a pull request is opened, on forges that are known. */
    link: z.exactOptional(z.string()),
    /** False: the very same had been proposed before. */
    isNew: z.boolean(),
  })
  .meta({ id: 'Proposed' }) satisfies z.ZodType<Proposed>;
