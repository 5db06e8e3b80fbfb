import { z } from 'zod';

/** What the store keeps of those who sign in. No secret is among it: hashes, public keys, and what only a session can open. */

export const passkeyRecord = z.object({
  /** As the authenticator calls it, base64url. */
  id: z.string(),
  name: z.string(),
  /** DER (SPKI), base64url. */
  publicKey: z.string(),
  /** As COSE numbers them. */
  algorithm: z.number(),
  /** Of signatures; stays 0 for those that do not count. */
  count: z.number(),
  createdAt: z.number(),
  usedAt: z.exactOptional(z.number()),
});
export type PasskeyRecord = z.infer<typeof passkeyRecord>;

export const personRecord = z.object({
  name: z.string(),
  /** Has the role `admin`, whatever policies say. */
  admin: z.boolean(),
  disabled: z.boolean(),
  /** What passkeys call it: 16 bytes that say nothing, base64url. */
  handle: z.string(),
  /** PHC string. */
  password: z.exactOptional(z.string()),
  passkeys: z.array(passkeyRecord),
  createdAt: z.number(),
  createdBy: z.string(),
  signedInAt: z.exactOptional(z.number()),
});
export type PersonRecord = z.infer<typeof personRecord>;

export const invitationRecord = z.object({
  /** Of the token in the link. */
  hash: z.string(),
  /** Undefined: of the first account, whose name is chosen with it. */
  name: z.exactOptional(z.string()),
  admin: z.boolean(),
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number(),
});
export type InvitationRecord = z.infer<typeof invitationRecord>;

export const sessionRecord = z.object({
  /** Of what the cookie holds. */
  hash: z.string(),
  name: z.string(),
  through: z.enum(['password', 'passkey', 'oidc']),
  createdAt: z.number(),
  seenAt: z.number(),
  endsAt: z.number(),
  /** What holds it: undefined: a browser. */
  client: z.exactOptional(z.literal('cli')),
  /** Where it began: address, and what the browser called itself. For its owner to recognise it by, and nothing else. */
  from: z.exactOptional(z.string()),
  agent: z.exactOptional(z.string()),
  /** Of what the provider says, where it was asked. */
  oidc: z.exactOptional(
    z.object({
      issuer: z.string(),
      subject: z.string(),
      groups: z.array(z.string()),
      /** When it was asked last with an answer, and when it is to be asked next. */
      checkedAt: z.number(),
      checkAt: z.number(),
      /** Tokens of the provider, sealed with what only the cookie holds. */
      sealed: z.string(),
    }),
  ),
});
export type SessionRecord = z.infer<typeof sessionRecord>;
