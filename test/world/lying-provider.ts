import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { startHttpServer, type TestHttpServer } from './http-server.ts';

// A provider that says whatever a test wants: what a good one never would.

export interface Lies {
  /** Of the ID token; undefined takes one away. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Who signs it, instead of the key that is published. */
  signer?: KeyObject | 'none' | 'public key as a secret';
  /** Instead of what is right. */
  metadata?: Record<string, unknown>;
  userinfo?: Record<string, unknown>;
  tokens?: Record<string, unknown>;
  /** A whole answer for one path. */
  answer?: Record<string, { status: number; headers?: Record<string, string>; body?: string }>;
}

export interface LyingProvider extends AsyncDisposable {
  issuer: string;
  server: TestHttpServer;
  lies: Lies;
  /** What the browser is sent back with, for the address that it was sent here by. */
  callback(asked: URL): string;
  /** Verifiers that were shown, as forms. */
  readonly forms: URLSearchParams[];
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startLyingProvider(options: { tls?: boolean } = {}): Promise<LyingProvider> {
  const codes = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  const forms: URLSearchParams[] = [];
  const server = await startHttpServer(async (request, url) => {
    const canned = self.lies.answer?.[url.pathname];
    if (canned !== undefined) return canned;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const form = new URLSearchParams(Buffer.concat(pieces).toString());
    const found = answers[url.pathname]?.(form);
    if (found === undefined) return { status: 404 };
    const { status = 200, ...body } = found;
    return { status: Number(status), headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  }, options);
  const issuer = server.url;

  const answers: Record<string, (form: URLSearchParams) => Record<string, unknown>> = {
    '/.well-known/openid-configuration': () => ({
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
      ...{ userinfo_endpoint: `${issuer}/userinfo`, jwks_uri: `${issuer}/jwks` },
      ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
      id_token_signing_alg_values_supported: ['RS256'],
      ...self.lies.metadata,
    }),
    '/jwks': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'good', use: 'sig', alg: 'RS256' }] }),
    '/userinfo': () =>
      self.lies.userinfo ?? { sub: 'u-1', email: 'appops@example.test', email_verified: true, groups: [] },
    '/token': form => {
      forms.push(form);
      const begun = codes.get(form.get('code') ?? '');
      const shown = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const isRight = begun !== undefined && shown === begun.challenge && form.get('redirect_uri') === begun.redirect;
      if (!isRight) return { status: 400, error: 'invalid_grant' };
      // It takes a code as often as it is shown: the client must not rely on more.
      const tokens = { access_token: 'a', token_type: 'Bearer', expires_in: 600, refresh_token: 'r' };
      return { ...tokens, id_token: idToken(begun.nonce), ...self.lies.tokens };
    },
  };

  function idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ iss: issuer, sub: 'u-1', aud: 'holdfast', exp: now + 600, iat: now, nonce },
      ...{ email: 'appops@example.test', email_verified: true, groups: ['team-shop'] },
      ...self.lies.claims,
    };
    const head = `${encode({ alg: 'RS256', kid: 'good', typ: 'JWT', ...self.lies.header })}.${encode(claims)}`;
    const { signer = privateKey } = self.lies;
    if (signer === 'none') return `${head}.`;
    if (signer === 'public key as a secret') {
      const secret = publicKey.export({ format: 'pem', type: 'spki' });
      return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
    }
    return `${head}.${sign('sha256', Buffer.from(head), signer).toString('base64url')}`;
  }

  const self: LyingProvider = {
    ...{ issuer, server, forms, lies: {} },
    callback(asked) {
      const { searchParams } = asked;
      const said = (name: string) => searchParams.get(name) ?? '';
      const code = `code-${codes.size}`;
      codes.set(code, { nonce: said('nonce'), challenge: said('code_challenge'), redirect: said('redirect_uri') });
      return `${said('redirect_uri')}?${new URLSearchParams({ code, state: said('state') })}`;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return self;
}
