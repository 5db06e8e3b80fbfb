import { z } from 'zod';
import { condition } from './schemas.ts';

/** Projects, repositories and targets, and how they are. Times are milliseconds since 1970. */

/** Of the applications that the asker may see. */
const counts = z.object({
  applications: z.number(),
  outOfSync: z.number(),
  unhealthy: z.number(),
  drifted: z.number(),
});

const kinds = z.array(z.object({ group: z.string(), kind: z.string() }));

export const project = z
  .object({
    name: z.string(),
    /** False: applications name it, and there is none. `default` then allows everything, any other nothing. */
    declared: z.boolean(),
    sourceRepos: z.array(z.string()),
    destinations: z.array(z.object({ server: z.string(), name: z.string(), namespace: z.string() })),
    clusterResourceAllow: kinds,
    clusterResourceDeny: kinds,
    /** Undefined: all. */
    namespaceResourceAllow: z.exactOptional(kinds),
    namespaceResourceDeny: kinds,
    serviceAccounts: z.array(z.object({ server: z.string(), namespace: z.string(), account: z.string() })),
    roles: z.array(z.object({ name: z.string(), groups: z.array(z.string()), policies: z.array(z.string()) })),
    conditions: z.array(condition),
    counts,
  })
  .meta({ id: 'Project' });
export type ProjectView = z.infer<typeof project>;

const trouble = z.object({
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  fault: z.enum(['user', 'external', 'internal']),
  since: z.number(),
});

export const repository = z
  .object({
    url: z.string(),
    kind: z.enum(['git', 'chart']),
    /** Whether the environment itself is declared there. */
    own: z.boolean(),
    /** `unknown`: not asked yet. */
    state: z.enum(['ok', 'failing', 'unknown']),
    /** When it was last seen to be as it is known. */
    checkedAt: z.exactOptional(z.number()),
    problem: z.exactOptional(trouble),
    /** What its branches, tags and ranges mean now, as far as applications use them. */
    revisions: z.array(z.object({ from: z.string(), revision: z.string() })),
    /** Name of the entry of the configuration that is used for it, never its values. */
    credentials: z.exactOptional(z.object({ prefix: z.string(), with: z.array(z.string()) })),
    counts,
    projects: z.array(z.string()),
  })
  .meta({ id: 'Repository' });
export type RepositoryView = z.infer<typeof repository>;

export const target = z
  .object({
    /** The environment's. */
    name: z.string(),
    kind: z.string(),
    description: z.string(),
    server: z.string(),
    version: z.string(),
    reachable: z.boolean(),
    /** Of the present state, reachable or not. */
    since: z.exactOptional(z.number()),
    /** Why not, or what of it cannot be seen. */
    problems: z.array(z.string()),
    watches: z.exactOptional(z.number()),
    /** Live things known. */
    resources: z.number(),
    counts,
  })
  .meta({ id: 'Target' });
export type TargetView = z.infer<typeof target>;
