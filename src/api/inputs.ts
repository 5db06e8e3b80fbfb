import { z } from 'zod';
import type { SyncRequest } from '../reconcile/operator.ts';
import { mostChosen } from './plan-schemas.ts';

/** What the API takes. Unknown fields are refused: a misspelt `prune` must not pass for none. */

const name = z.string().min(1).max(253);
const revision = z.string().min(1).max(256);
const key = z.string().min(1).max(1_024);

export const named = z.strictObject({ name });
export const keyed = z.strictObject({ name, key });

export const diffQuery = z.strictObject({ revision: z.exactOptional(revision) });

export const syncBody = z.strictObject({
  revision: z.exactOptional(revision),
  prune: z.exactOptional(z.boolean()),
  dryRun: z.exactOptional(z.boolean()),
  resources: z.exactOptional(z.array(key).max(mostChosen)),
  force: z.exactOptional(z.boolean()),
  replace: z.exactOptional(z.boolean()),
  confirm: z.exactOptional(z.boolean()),
  expect: z.exactOptional(z.string().max(64)),
}) satisfies z.ZodType<SyncRequest>;

export const rollbackBody = z.strictObject({
  to: z.exactOptional(revision),
  expect: z.exactOptional(z.string().max(64)),
});
export const suspendBody = z.strictObject({ reason: z.exactOptional(z.string().max(1_000)) });
export const removeBody = z.strictObject({
  orphan: z.exactOptional(z.boolean()),
  /** `id` of the removal that was shown: this very one is carried out, or none. */
  expect: z.exactOptional(z.string().max(100)),
});
export const refreshBody = z.strictObject({
  application: z.exactOptional(name),
  /** Of one application: what was concluded of it is forgotten, too. */
  hard: z.exactOptional(z.boolean()),
});

/** Of a request that may name resources one by one. */
export const chosenBytes = 1024 * 1024;

const word = z.string().min(1).max(100);
const day = 24 * 3_600_000;
export const tokenBody = z.strictObject({
  project: name,
  role: word,
  name: z.string().regex(/^[\w.-]{1,64}$/, 'must consist of letters, digits and . _ -'),
  expiresIn: z.exactOptional(
    z.union([
      z
        .int()
        .min(1_000)
        .max(3_650 * day),
      z.literal('never'),
    ]),
  ),
});
export const tokenNamed = z.strictObject({ id: word });
export const canQuery = z.strictObject({ subject: name, action: key, resource: word, object: key });

const count = z.coerce.number().int().min(0);
const flag = z.enum(['true', 'false']);

export const logsQuery = z.strictObject({
  resource: z.exactOptional(key),
  tail: z.exactOptional(count.max(100_000)),
  follow: z.exactOptional(flag),
  previous: z.exactOptional(flag),
  container: z.exactOptional(name),
  /** Milliseconds since 1970. */
  since: z.exactOptional(count.max(8.64e15)),
  /** Only lines with this in them; case does not matter. What is searched is what `tail` and `since` leave. */
  search: z.exactOptional(z.string().min(1).max(200)),
});

export const eventsQuery = z.strictObject({
  application: z.exactOptional(name),
  after: z.exactOptional(count),
  limit: z.exactOptional(count.min(1).max(10_000)),
});
