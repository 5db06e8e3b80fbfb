import type { Access } from '../../access/access.ts';
import { minPassword } from '../../access/login/password.ts';
import type { Clock } from '../../env/env.ts';
import type { ApiServer } from '../app.ts';
import * as login from '../login-schemas.ts';
import { problem } from '../schemas.ts';
import { begin, mustMaySignIn, partyOf, witnessed } from './login.ts';

/** Coming in by a link: the first account, and every later one. */
export function addSetupRoutes(server: ApiServer, access: Access, clock: Clock): void {
  const { signIn, enrolment } = access;

  server.post(
    '/api/v1/setup/look',
    {
      schema: {
        summary: 'What a link is for',
        body: login.setupLookBody,
        response: { 200: login.setupState, default: problem },
      },
    },
    async request => {
      mustMaySignIn(request);
      const { name, admin, expiresAt } = signIn.people.invitation(request.body.token);
      const passkey = request.place.party !== undefined;
      return { ...(name === undefined ? {} : { name }), admin, expiresAt, passkey, minPassword };
    },
  );

  server.post(
    '/api/v1/setup/passkey',
    {
      schema: {
        summary: 'What `navigator.credentials.create` is asked',
        body: login.setupNamedBody,
        response: { 200: login.creationOptions, default: problem },
      },
    },
    async request => {
      const { token, name } = request.body;
      return enrolment.optionsForLink(token, name, partyOf(request));
    },
  );

  server.post(
    '/api/v1/setup',
    {
      schema: {
        summary: 'Uses up a link: sets a password or a passkey, and signs in',
        body: login.setupBody,
        response: { 200: login.sessionState, default: problem },
      },
    },
    async (request, reply) =>
      await witnessed(access, request, 'link', async () => {
        const { body, ip } = request;
        const opened = await enrolment.byLink(body, request.place.party);
        const proof = body.password === undefined ? 'a passkey' : 'a password';
        const what = `set up the account ${opened.subject.name} with ${proof}`;
        access.witness.tell(
          { subject: opened.subject, from: ip },
          { action: 'access.changed', what, result: 'done', detail: { subjectOf: opened.subject.name } },
        );
        return begin(access, clock, request, reply, opened);
      }),
  );
}
