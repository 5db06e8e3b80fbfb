import { z } from 'zod';

const maxPolicies = 10_000;

const list = <Item extends z.ZodType>(item: Item) => z.array(item).prefault([] as never);
const kinds = z.strictObject({ group: z.string(), kind: z.string() });

/** What holds for a project in `AppProject.spec` and in holdfast.yaml alike. */
export const projectRules = {
  description: z.string().exactOptional().describe('For people.'),
  sourceRepos: list(z.string()).describe('Globs of repositories that its applications may use; `!` before one denies.'),
  destinations: list(
    z.strictObject({
      server: z.string().prefault(''),
      name: z.string().prefault(''),
      namespace: z.string().prefault(''),
    }),
  ).describe('Where its applications may deliver to: globs; `!` before one denies.'),
  clusterResourceWhitelist: list(kinds).describe(
    'Cluster-wide kinds that they may have, and on a machine all kinds; none when empty.',
  ),
  clusterResourceBlacklist: list(kinds).describe('Cluster-wide kinds that they may not have.'),
  namespaceResourceWhitelist: z
    .array(kinds)
    .exactOptional()
    .describe('Kinds in namespaces that they may have; all when not given.'),
  namespaceResourceBlacklist: list(kinds).describe('Kinds in namespaces that they may not have.'),
  destinationServiceAccounts: list(
    z.strictObject({
      server: z.string().prefault('*').describe('Glob of the target’s address.'),
      namespace: z.string().prefault('*').describe('Glob of the application’s namespace.'),
      defaultServiceAccount: z
        .string()
        .regex(
          /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?:)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
          'must be NAME or NAMESPACE:NAME',
        )
        .describe('`NAME` in the application’s namespace, or `NAMESPACE:NAME`.'),
    }),
  ).describe(
    'As whom its applications are delivered; the first that fits counts, and where none fits nothing is delivered. None at all: as the operator itself.',
  ),
  roles: list(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9](?:[\w.-]{0,98}[A-Za-z0-9])?$/, 'must consist of letters, digits and . _ -'),
      description: z.string().exactOptional(),
      policies: z
        .array(z.string().max(4_096))
        .max(maxPolicies)
        .prefault([])
        .describe('Lines `p, proj:PROJECT:ROLE, RESOURCE, ACTION, PROJECT/NAME, allow|deny`.'),
      groups: z.array(z.string().min(1).max(253)).max(1_000).prefault([]).describe('Groups that have the role.'),
    }),
  ).describe('Who may do what within the project; tokens are made for a role.'),
};

export const projectSpec = z.strictObject(projectRules);
export type ProjectSpec = z.infer<typeof projectSpec>;
