import { z } from 'zod';

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
  clusterResourceWhitelist: list(kinds).describe('Cluster-wide kinds that they may have; none when empty.'),
  clusterResourceBlacklist: list(kinds).describe('Cluster-wide kinds that they may not have.'),
  namespaceResourceWhitelist: z
    .array(kinds)
    .exactOptional()
    .describe('Kinds in namespaces that they may have; all when not given.'),
  namespaceResourceBlacklist: list(kinds).describe('Kinds in namespaces that they may not have.'),
};

export const projectSpec = z.strictObject(projectRules);
export type ProjectSpec = z.infer<typeof projectSpec>;
