import { z } from 'zod';

/** Settings as they are in effect; they are changed where they come from. */

export const setting = z.object({
  /** Dotted: `interval`, `target.kubernetes.context`, `applications.shop.sync`. */
  name: z.string(),
  /** As JSON. Secrets are never settings: only where they are. */
  value: z.unknown(),
  about: z.string(),
  /** `file`: the operator's own configuration. */
  from: z.enum(['flag', 'file', 'git', 'default']),
  /** Where it is written. */
  place: z.exactOptional(
    z.object({
      path: z.string(),
      line: z.exactOptional(z.number()),
      /** Of the line at its forge, where the repository's address tells of which kind that is. */
      url: z.exactOptional(z.string()),
    }),
  ),
});

export const settings = z
  .object({
    /** The file of the operator's own configuration, where there is one. */
    file: z.exactOptional(z.string()),
    repoURL: z.string(),
    path: z.string(),
    revision: z.string(),
    settings: z.array(setting),
  })
  .meta({ id: 'Settings' });
