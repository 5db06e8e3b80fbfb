import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { Opened } from '../../access/login/sign-in.ts';
import type { Subject } from '../../access/subject.ts';
import type { Clock } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import { cookieText } from '../cookies.ts';
import * as login from '../login-schemas.ts';
import { problem } from '../schemas.ts';

/** Signing in with a password or a passkey, and out. */
export function addLoginRoutes(server: ApiServer, access: Access, clock: Clock): void {
  const { signIn } = access;
  const begun = { 200: login.sessionState, default: problem };

  server.get(
    '/api/v1/session',
    { schema: { summary: 'Who one is, and how one can sign in; anybody may ask', response: begun } },
    async request => stateOf(access, request, request.session.subject),
  );

  server.post(
    '/api/v1/session/password',
    { schema: { summary: 'Signs in with a password', body: login.passwordBody, response: begun } },
    async (request, reply) =>
      await witnessed(access, request, `password of ${nameFor(access, request.body.name)}`, async () => {
        const { name, password } = request.body;
        return begin(access, clock, request, reply, await signIn.withPassword(name, password, request.ip));
      }),
  );

  server.post(
    '/api/v1/session/passkey/begin',
    {
      schema: {
        summary: 'What `navigator.credentials.get` is asked',
        body: z.strictObject({}).nullable(),
        response: { 200: login.requestOptions, default: problem },
      },
    },
    async request => signIn.passkeyOptions(partyOf(request)),
  );

  server.post(
    '/api/v1/session/passkey',
    { schema: { summary: 'Signs in with a passkey', body: login.assertionBody, response: begun } },
    async (request, reply) =>
      await witnessed(access, request, 'passkey', async () =>
        begin(access, clock, request, reply, signIn.withPasskey(request.body.credential, partyOf(request))),
      ),
  );

  server.post(
    '/api/v1/session/logout',
    {
      schema: {
        summary: 'Ends the session, or all of one’s own',
        body: login.logoutBody.nullable(),
        response: { 200: login.loggedOut, default: problem },
      },
    },
    async (request, reply) => {
      const { place, session, body } = request;
      reply.header('set-cookie', cookieText('session', place, '', 0));
      if (session.secret === undefined) return {};
      const everywhere = body?.everywhere === true;
      const what = everywhere ? 'signed out everywhere' : 'signed out';
      access.witness.tell(doerOf(request), { action: 'access.logout', what, result: 'done' });
      const redirect = await signIn.end(session.secret, everywhere, `${place.origin}/login`);
      return redirect === undefined ? {} : { redirect };
    },
  );
}

/** Throws LOGIN_INSECURE where a browser would send secrets in the clear. */
export function mustMaySignIn({ place }: Pick<FastifyRequest, 'place'>): void {
  if (!place.maySignIn) throw failure('LOGIN_INSECURE', {});
}

export function partyOf({ place }: Pick<FastifyRequest, 'place'>) {
  const reason = 'browsers have them for names over https, and for localhost, only';
  if (place.party === undefined) throw failure('LOGIN_PASSKEY_REFUSED', { reason });
  return place.party;
}

/** Gives the browser its cookie; a session that it had before is over. */
export function begin(
  access: Access,
  clock: Clock,
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, subject }: Opened,
): login.SessionState {
  const { expiresAt = clock.now() } = subject;
  reply.header('set-cookie', cookieText('session', request.place, secret, (expiresAt - clock.now()) / 1_000));
  if (request.session.secret !== undefined) access.signIn.drop(request.session.secret);
  access.signIn.describe(secret, { from: request.ip, agent: request.headers['user-agent'] ?? '' });
  access.witness.tell(
    { subject, from: request.ip },
    { action: 'access.login', what: `signed in by ${subject.through ?? 'a link'}`, result: 'done' },
  );
  return stateOf(access, request, subject);
}

export function stateOf({ signIn }: Access, { place }: FastifyRequest, subject: Subject): login.SessionState {
  const { people, oidc } = signIn;
  const known = people.list().filter(({ disabled }) => !disabled);
  const { name, groups, token, expiresAt } = subject;
  const through = subject.through ?? (token === undefined ? 'owner' : 'token');
  return {
    ...(name === ''
      ? {}
      : { subject: { name, groups: [...groups], through, ...(expiresAt === undefined ? {} : { expiresAt }) } }),
    methods: {
      password: known.some(({ password }) => password !== undefined),
      passkey: place.party !== undefined && known.some(({ passkeys }) => passkeys.length > 0),
      ...(oidc === undefined ? {} : { oidc: { name: oidc.title } }),
    },
    setup: signIn.needsSetup(),
    insecure: !place.maySignIn,
  };
}

/** Writes down who could not sign in. What was typed as a name is told for those that there are: others may have typed a password there. */
export async function witnessed<T>(
  access: Access,
  request: FastifyRequest,
  by: string,
  work: () => Promise<T>,
): Promise<T> {
  mustMaySignIn(request);
  try {
    return await work();
  } catch (error) {
    const { code } = asFailure(error);
    const isCounted = code !== 'LOGIN_BUSY' && code !== 'INTERNAL';
    const said = { action: 'access.login', what: `could not sign in: ${by}`, result: 'refused' } as const;
    if (isCounted)
      access.witness.tell({ subject: nobodysName, from: request.ip }, { ...said, detail: { reason: code } }, code);
    throw error;
  }
}

const nobodysName: Subject = { name: '', groups: [] };

function nameFor({ signIn }: Access, typed: string): string {
  return signIn.people.find(typed)?.name ?? 'an unknown name';
}
