import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error: it comes without types.
import Provider from 'oidc-provider';
// @ts-expect-error: as above.
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

/** Somebody whom the provider knows. */
export interface Someone {
  email: string;
  emailVerified?: boolean;
  groups?: string[];
  disabled?: boolean;
}

/** A certified OpenID provider, for this machine only. */
export interface TestProvider extends AsyncDisposable {
  issuer: string;
  /** By subject. Changes count from the next question on. */
  people: Map<string, Someone>;
  /** Who types their password next; nobody: the sign-in waits for ever. */
  present: string | undefined;
  /** Paths that were asked, with the method. */
  log: string[];
  /** No answer is given while it is true. */
  away: boolean;
  /** Groups are told at the userinfo address only. */
  groupsInToken: boolean;
}

interface Options {
  redirects: string[];
  afterLogout: string[];
  clientSecret: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the provider comes without types.
type Any = any;

export async function startProvider({ redirects, afterLogout, clientSecret }: Options): Promise<TestProvider> {
  let listener: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => {
    self.log.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (self.away) request.socket.destroy();
    else listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Someone>();
  const self: TestProvider = {
    ...{ issuer, people, present: undefined, log: [], away: false, groupsInToken: true },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  const provider: Any = new Provider(issuer, {
    clients: [
      {
        client_id: 'holdfast',
        client_secret: clientSecret,
        redirect_uris: redirects,
        post_logout_redirect_uris: afterLogout,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    // Said, so that it does not warn of what it has by default.
    ...{ adapter: Adapter, jwks: { keys: [signingKey] }, ttl: lifetimes },
    scopes: ['openid', 'email', 'groups', 'offline_access'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource } },
    cookies: { keys: ['of the test'] },
    issueRefreshToken: async () => true,
    interactions: { url: (_: Any, { uid }: Any) => `/interaction/${uid}` },
    async findAccount(_: Any, id: string) {
      const someone = people.get(id);
      if (someone === undefined || someone.disabled === true) return undefined;
      const claims = (use: string) => ({
        sub: id,
        email: someone.email,
        email_verified: someone.emailVerified ?? true,
        ...(someone.groups === undefined || (use === 'id_token' && !self.groupsInToken)
          ? {}
          : { groups: someone.groups }),
      });
      return { accountId: id, claims };
    },
    async loadExistingGrant({ oidc }: Any) {
      // One for all sign-ins of a session there: what was given before would be gone with another.
      const known = await oidc.provider.Grant.find(oidc.session.grantIdFor(oidc.client.clientId) ?? '');
      if (known !== undefined) return known;
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email groups offline_access');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  listener = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    // Whoever is there has typed their name and password.
    const result = self.present === undefined ? { error: 'access_denied' } : { login: { accountId: self.present } };
    provider.interactionFinished(request, response, result).catch((error: Error) => response.end(error.message));
  };
  return self;
}

const [minutes, hours] = [60, 3_600];
const lifetimes = {
  ...{ AccessToken: hours, IdToken: hours, RefreshToken: 24 * hours, Grant: 24 * hours, Session: 24 * hours },
  ...{ AuthorizationCode: minutes, Interaction: 10 * minutes },
};

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signingKey = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'of-the-test' };

class Adapter extends MemoryAdapter {}

async function logoutSource(context: Any, form: string): Promise<void> {
  context.body = form;
}
