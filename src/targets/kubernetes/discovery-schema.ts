import { z } from 'zod';

const resourceSchema = z.looseObject({
  resource: z.string(),
  responseKind: z
    .looseObject({ group: z.string().optional(), version: z.string().optional(), kind: z.string() })
    .nullish(),
  scope: z.string().optional(),
  verbs: z.array(z.string()).nullish(),
});

/** Aggregated discovery: all groups, versions and resources in one answer, versions in the order of preference. */
export const groupListSchema = z.looseObject({
  items: z
    .array(
      z.looseObject({
        metadata: z.looseObject({ name: z.string().nullish() }).nullish(),
        versions: z
          .array(
            z.looseObject({
              version: z.string(),
              resources: z.array(resourceSchema).nullish(),
              /** `Stale`: the server behind this group does not answer. */
              freshness: z.string().nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

export const versionSchema = z.looseObject({ gitVersion: z.string() });

/** The part of a CustomResourceDefinition that says what it serves. */
export const definitionSchema = z.looseObject({
  spec: z.looseObject({
    group: z.string(),
    scope: z.string(),
    names: z.looseObject({ kind: z.string(), plural: z.string() }),
    versions: z.array(z.looseObject({ name: z.string(), served: z.boolean() })),
  }),
});
