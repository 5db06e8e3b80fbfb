import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import type { Env } from '../../env/env.ts';
import { failure, HoldfastError } from '../../errors.ts';
import { type Claims, groupsIn, nameIn } from './claims.ts';
import { ProviderFetch } from './provider-fetch.ts';

export interface ProviderSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  scopes: readonly string[];
  nameClaim: string;
  groupsClaim: string;
  /** PEM, instead of the system's authorities. */
  ca: string | undefined;
}

/** What has to be remembered until the browser comes back. */
export interface Transaction {
  state: string;
  nonce: string;
  verifier: string;
}

/** What the provider says about somebody, now. */
export interface Identity {
  name: string;
  groups: string[];
  /** Never changes for one person, and is nobody else's. */
  subject: string;
  idToken: string;
  refreshToken: string | undefined;
  /** How long the provider stands to it, ms; undefined: it does not say. */
  lifetimeMs: number | undefined;
}

/** What it says about itself is asked anew after this. */
const metadataMs = 3_600_000;
const seconds = 1_000;

/** An OpenID Connect provider: authorization code with PKCE. */
export class Provider {
  readonly #env: Pick<Env, 'clock' | 'random' | 'net'>;
  readonly #settings: ProviderSettings;
  readonly #fetch: ProviderFetch;
  #known: { config: Promise<client.Configuration>; until: number } | undefined;

  constructor(
    env: Pick<Env, 'clock' | 'random' | 'net'>,
    settings: ProviderSettings,
    denies: (address: string) => string | undefined,
  ) {
    this.#env = env;
    this.#settings = settings;
    this.#fetch = new ProviderFetch(env.net, denies, settings.ca);
  }

  get issuer(): string {
    return this.#settings.issuer;
  }

  close(): Promise<void> {
    return this.#fetch.close();
  }

  /** Where the browser goes, and what is to be remembered. Throws OIDC_UNREACHABLE. */
  async begin(redirectURL: string): Promise<{ url: string; transaction: Transaction }> {
    const config = await this.#configuration();
    const random = () => Buffer.from(this.#env.random.bytes(32)).toString('base64url');
    const transaction = { state: random(), nonce: random(), verifier: random() };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectURL,
      scope: this.#settings.scopes.join(' '),
      code_challenge: createHash('sha256').update(transaction.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: transaction.state,
      nonce: transaction.nonce,
    });
    return { url: url.href, transaction };
  }

  /** Of the address that the browser came back to. Throws OIDC_REFUSED, OIDC_IDENTITY_UNUSABLE, OIDC_UNREACHABLE. */
  async finish(returned: URL, { state, nonce, verifier }: Transaction): Promise<Identity> {
    const config = await this.#configuration();
    return await this.#asked(async () => {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      return await this.#identity(config, await client.authorizationCodeGrant(config, returned, checks));
    });
  }

  /** The same person again, with the groups of now. Throws as `finish`. */
  async refresh(refreshToken: string, before: { subject: string; idToken: string }): Promise<Identity> {
    const config = await this.#configuration();
    return await this.#asked(async () => {
      const tokens = await client.refreshTokenGrant(config, refreshToken);
      return await this.#identity(config, tokens, { ...before, refreshToken });
    });
  }

  /** Where the browser goes to sign out there, too; undefined where the provider has no such address. */
  async logoutURL(idToken: string, backTo: string): Promise<string | undefined> {
    const config = await this.#configuration();
    if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
    return client.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: backTo }).href;
  }

  async #identity(
    config: client.Configuration,
    tokens: Awaited<ReturnType<typeof client.refreshTokenGrant>>,
    before?: { subject: string; idToken: string; refreshToken: string },
  ): Promise<Identity> {
    const { nameClaim, groupsClaim } = this.#settings;
    const signed: Claims | undefined = tokens.claims();
    const subject = signed?.sub ?? before?.subject;
    if (typeof subject !== 'string' || subject === '') throw refused('it does not say who signed in');
    if (before !== undefined && subject !== before.subject) throw refused('it speaks about somebody else now');
    let claims: Claims = signed ?? {};
    if (claims[nameClaim] === undefined || claims[groupsClaim] === undefined) {
      const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
      // What is signed goes before what is not.
      if (hasMore) claims = { ...(await client.fetchUserInfo(config, tokens.access_token, subject)), ...claims };
    }
    const lifetime = tokens.expiresIn();
    return {
      name: nameIn(claims, nameClaim),
      // Whoever has no groups is in none: nothing that was known before counts.
      groups: groupsIn(claims, groupsClaim) ?? [],
      subject,
      idToken: tokens.id_token ?? before?.idToken ?? '',
      refreshToken: tokens.refresh_token ?? before?.refreshToken,
      lifetimeMs: lifetime === undefined ? undefined : lifetime * seconds,
    };
  }

  async #configuration(): Promise<client.Configuration> {
    const now = this.#env.clock.monotonic();
    if (this.#known === undefined || this.#known.until <= now) {
      this.#known = { config: this.#discover(), until: now + metadataMs };
    }
    const { config } = this.#known;
    return await config.catch(error => {
      if (this.#known?.config === config) this.#known = undefined;
      throw error;
    });
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    // The schema lets plain http through for loopback only.
    const execute = new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : [];
    return await this.#asked(async () => {
      const options = { [client.customFetch]: this.#fetch.fetch, timeout: 10, execute };
      const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), options);
      const metadata = found.serverMetadata();
      const authentication = authenticationFor(metadata.token_endpoint_auth_methods_supported, clientSecret);
      const config = new client.Configuration(metadata, clientId, undefined, authentication);
      config[client.customFetch] = this.#fetch.fetch;
      config.timeout = 10;
      // The code flow could do without, over TLS; a signature is checked all the same.
      client.enableNonRepudiationChecks(config);
      for (const apply of execute) apply(config);
      return config;
    });
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explained(error, this.#settings.issuer);
    }
  }
}

function authenticationFor(methods: readonly string[] | undefined, secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None();
  const basic = methods === undefined || methods.includes('client_secret_basic');
  return basic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
}

/** Texts of the provider stay outside, but for codes: they may be anybody's. */
function explained(error: unknown, issuer: string): HoldfastError {
  const inner = error instanceof Error && error.cause instanceof HoldfastError ? error.cause : error;
  if (inner instanceof HoldfastError) {
    return inner.code.startsWith('NET_')
      ? failure('OIDC_UNREACHABLE', { issuer, reason: inner.message }, error)
      : inner;
  }
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError)
    return refused(/^[a-z_]{1,64}$/.test(error.error) ? error.error : 'it gives no reason', error);
  const status = statusIn(error);
  if (status !== undefined && status >= 500)
    return failure('OIDC_UNREACHABLE', { issuer, reason: `status ${status}` }, error);
  const isTimeout = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  if (isTimeout) return failure('OIDC_UNREACHABLE', { issuer, reason: 'no answer in time' }, error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'INVALID';
  return refused(`its answer is not right (${code})`, error);
}

function statusIn(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Response ? cause.status : undefined;
}

function refused(reason: string, cause?: unknown): HoldfastError {
  return failure('OIDC_REFUSED', { reason }, cause);
}
