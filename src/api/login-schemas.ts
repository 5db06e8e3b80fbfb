import { z } from 'zod';

/**
 * Signing in, as the API takes and answers it. Routes:
 *
 * | route | takes | answers |
 * | --- | --- | --- |
 * | `GET /api/v1/session` | | `sessionState`: who one is, and how one can sign in; anybody may ask |
 * | `POST /api/v1/session/password` | `passwordBody` | `sessionState`, and the cookie |
 * | `POST /api/v1/session/passkey/begin` | | `requestOptions`, for `navigator.credentials.get` |
 * | `POST /api/v1/session/passkey` | `assertionBody` | `sessionState`, and the cookie |
 * | `POST /api/v1/session/logout` | `logoutBody` | `loggedOut`: where the browser goes then |
 * | `POST /api/v1/setup/look` | `setupLookBody` | `setupState`: what a link is for |
 * | `POST /api/v1/setup/passkey` | `setupNamedBody` | `creationOptions`, for `navigator.credentials.create` |
 * | `POST /api/v1/setup` | `setupBody` | `sessionState`, and the cookie |
 * | `POST /api/v1/session/cli` | `commandLineBody` | `commandLineAnswer`: where the browser goes then |
 * | `POST /api/v1/session/cli/token` | `redeemBody` | `redeemed`: a session for a command line |
 * | `GET /api/v1/account` | | `ownAccount`: who one is, what one may, one's own password and passkeys |
 * | `GET /api/v1/account/sessions` | | `sessionView[]` |
 * | `POST /api/v1/account/sessions/:id/end` | | 204 |
 * | `POST /api/v1/account/sessions/end-others` | | 204 |
 * | `POST /api/v1/account/password` | `newPasswordBody` | 204; all other sessions end |
 * | `POST /api/v1/account/passkeys/begin` | | `creationOptions` |
 * | `POST /api/v1/account/passkeys` | `passkeyBody` | `ownAccount` |
 * | `POST /api/v1/account/passkeys/:id/remove` | | `ownAccount` |
 * | `GET /api/v1/accounts` | | `accountView[]`: those that one may see |
 * | `POST /api/v1/accounts/:name/invite` | `inviteBody` | `invitation`: the link, this once |
 * | `POST /api/v1/accounts/:name/disable` | | 204; its sessions end |
 * | `POST /api/v1/accounts/:name/enable` | | 204 |
 * | `POST /api/v1/accounts/:name/sessions/end` | | 204 |
 * | `GET /auth/login?return=/path` | | to the provider; with an error, to `/login?error=CODE` |
 * | `GET /auth/command-line?ticket=…` | | to the command line with a code, or to the provider first |
 * | `GET /auth/callback` | | back to `return`; with an error, to `/login?error=CODE` |
 *
 * What is about one's own account stands in account-schemas.ts. The pages that belong to it: `/login?error=CODE&return=/path`,
 * `/setup#TOKEN`, `/account`, and `/approve?port=…&challenge=…&state=…`.
 */

const accountName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.@+-]{0,99}$/,
    'must consist of letters, digits and . _ @ + -, and begin with a letter or digit',
  );
const password = z.string().min(1).max(1_024);
const text = z.string().max(8_192);
const word = z.string().min(1).max(1_024);

export const sessionState = z
  .object({
    /** Undefined: nobody is signed in. */
    subject: z.exactOptional(
      z.object({
        name: z.string(),
        groups: z.array(z.string()),
        through: z.enum(['owner', 'token', 'password', 'passkey', 'oidc']),
        /** Ends then, however it is used. */
        expiresAt: z.exactOptional(z.number()),
      }),
    ),
    methods: z.object({
      password: z.boolean(),
      /** Needs a name (no address), and https where it is not localhost. */
      passkey: z.boolean(),
      /** What the button says; it leads to `/auth/login?return=/path`. */
      oidc: z.exactOptional(z.object({ name: z.string() })),
    }),
    /** Nobody can sign in yet: the operator printed a link. */
    setup: z.boolean(),
    /** Why nobody can sign in at this address: plain http. */
    insecure: z.boolean(),
  })
  .meta({ id: 'SessionState' });
export type SessionState = z.infer<typeof sessionState>;

export const passwordBody = z.strictObject({ name: z.string().min(1).max(253), password });

/** As `PublicKeyCredential.toJSON()` gives it; fields that are not named are dropped. */
const assertion = z.object({
  id: word,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: z.exactOptional(word.nullable()),
  }),
});
export const assertionBody = z.strictObject({ credential: assertion });

/** As `PublicKeyCredential.toJSON()` gives it. */
const attestation = z.object({
  id: word,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    publicKey: text,
    publicKeyAlgorithm: z.number(),
    transports: z.exactOptional(z.array(z.string().max(32)).max(16)),
  }),
});

const descriptor = z.object({ type: z.literal('public-key'), id: z.string() });

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export const requestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.number(),
    userVerification: z.literal('required'),
  })
  .meta({ id: 'PasskeyRequestOptions' });

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
export const creationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
    timeout: z.number(),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .meta({ id: 'PasskeyCreationOptions' });

export const logoutBody = z.strictObject({
  /** All of one's own sessions. */
  everywhere: z.exactOptional(z.boolean()),
});
export const loggedOut = z
  .object({
    /** Where to go for the provider to sign out, too; it comes back to `/login`. */
    redirect: z.exactOptional(z.string()),
  })
  .meta({ id: 'LoggedOut' });

export const setupLookBody = z.strictObject({ token: word });
export const setupState = z
  .object({
    /** Undefined: the first account; whoever sets it up chooses the name. */
    name: z.exactOptional(z.string()),
    admin: z.boolean(),
    expiresAt: z.number(),
    passkey: z.boolean(),
    /** Fewest characters of a password. */
    minPassword: z.number(),
  })
  .meta({ id: 'SetupState' });
/** `name` is needed where `setupState` has none. */
export const setupNamedBody = z.strictObject({ token: word, name: z.exactOptional(accountName) });
/** Exactly one of `password` and `passkey`. */
export const setupBody = z
  .strictObject({
    token: word,
    name: z.exactOptional(accountName),
    password: z.exactOptional(password),
    passkey: z.exactOptional(attestation),
  })
  .refine(body => (body.password === undefined) !== (body.passkey === undefined), 'needs a password or a passkey');

/** `current` is needed where there is one. */
export const newPasswordBody = z.strictObject({ current: z.exactOptional(password), password });
export const passkeyBody = z.strictObject({ name: z.string().min(1).max(64), passkey: attestation });
export const passkeyNamed = z.strictObject({ id: word });

export const accountNamed = z.strictObject({ name: accountName });
/** Also of those who have no account here. */
export const personNamed = z.strictObject({ name: z.string().min(1).max(253) });
export const inviteBody = z.strictObject({
  /** A new account gets the role `admin`; only who has it may give it. */
  admin: z.exactOptional(z.boolean()),
});
export const invitation = z
  .object({ name: z.string(), link: z.string(), expiresAt: z.number() })
  .meta({ id: 'Invitation' });
export const accountView = z
  .object({
    name: z.string(),
    admin: z.boolean(),
    /** `provider`: has no account here, but is signed in by the provider. */
    state: z.enum(['active', 'invited', 'disabled', 'provider']),
    password: z.boolean(),
    passkeys: z.number(),
    createdAt: z.number(),
    createdBy: z.string(),
    signedInAt: z.exactOptional(z.number()),
    sessions: z.number(),
    /** Whether whoever asks may invite, disable and enable it, and end its sessions. */
    mayUpdate: z.boolean(),
  })
  .meta({ id: 'Account' });
export type AccountView = z.infer<typeof accountView>;

export const loginQuery = z.strictObject({ return: z.exactOptional(z.string().max(2_048)) });
