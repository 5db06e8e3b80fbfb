import { z } from 'zod';

/** What one is told about oneself: what one may, by what one signs in, and where one is signed in. */

export const ownAccount = z
  .object({
    name: z.string(),
    through: z.enum(['owner', 'token', 'password', 'passkey', 'oidc']),
    /** What the provider is called, for those who sign in by it. */
    provider: z.exactOptional(z.string()),
    groups: z.array(z.string()),
    /** Roles that one has, and how each was come to: `appops`, `team-a`, `role:dev`. */
    roles: z.array(z.object({ name: z.string(), through: z.array(z.string()) })),
    /** Whether it is an account here, with a password or passkeys of its own. */
    local: z.boolean(),
    password: z.boolean(),
    passkeys: z.array(
      z.object({ id: z.string(), name: z.string(), createdAt: z.number(), usedAt: z.exactOptional(z.number()) }),
    ),
    /** Whether browsers have passkeys for this address. */
    passkeysHere: z.boolean(),
    /** Fewest characters of a password. */
    minPassword: z.number(),
    /** One has just signed in: a passkey may be added, and a first password set, without doing so again. */
    fresh: z.boolean(),
    /** What one may make tokens for, and end those of. */
    tokenRoles: z.array(z.object({ project: z.string(), role: z.string() })),
    /** Whether one may invite anybody at all, and admins. */
    invites: z.boolean(),
    makesAdmins: z.boolean(),
  })
  .meta({ id: 'OwnAccount' });
export type OwnAccount = z.infer<typeof ownAccount>;

export const sessionView = z
  .object({
    id: z.string(),
    /** The one that asks. */
    current: z.boolean(),
    through: z.enum(['password', 'passkey', 'oidc']),
    client: z.enum(['browser', 'cli']),
    createdAt: z.number(),
    /** To the minute. */
    seenAt: z.number(),
    /** However it is used. */
    endsAt: z.number(),
    /** Address at which it began, and what the browser called itself then. */
    from: z.exactOptional(z.string()),
    agent: z.exactOptional(z.string()),
  })
  .meta({ id: 'OwnSession' });
export const sessionNamed = z.strictObject({ id: z.string().min(1).max(64) });

const secretText = z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes, base64url');

/** What a command line asks with, and what its owner says to it. */
export const commandLineBody = z.strictObject({
  port: z.int().min(1_024).max(65_535),
  challenge: secretText,
  state: z.string().regex(/^[\w-]{16,128}$/, 'must be 16 to 128 letters and digits'),
  allow: z.boolean(),
});
export const commandLineAnswer = z
  .object({
    /** Where the browser goes then. */
    redirect: z.string(),
  })
  .meta({ id: 'CommandLineAnswer' });
export const commandLineQuery = z.strictObject({ ticket: z.string().min(1).max(2_048) });
export const redeemBody = z.strictObject({ code: secretText, verifier: secretText });
export const redeemed = z
  .object({ token: z.string(), name: z.string(), expiresAt: z.number() })
  .meta({ id: 'CommandLineSession' });
