import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { PersonRecord, SessionRecord } from '../../access/login/records.ts';
import { actorOf } from '../../access/subject.ts';
import { failure } from '../../errors.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import * as login from '../login-schemas.ts';
import { homeOf } from '../place.ts';
import { problem } from '../schemas.ts';
import { partyOf } from './login.ts';

const done = z.undefined().describe('Done');
const nothing = z.strictObject({}).nullable();

/** Accounts of people: one's own, and those of others. */
export function addAccountRoutes(server: ApiServer, access: Access, publicURL: string | undefined): void {
  const { signIn, enrolment } = access;
  const own = { 200: login.ownAccount, default: problem };

  function tell(request: FastifyRequest, what: string, subjectOf: string): void {
    access.witness.tell(doerOf(request), { action: 'access.changed', what, result: 'done', detail: { subjectOf } });
  }

  /** Throws ACCOUNT_NOT_FOUND for those who came by a token, or whose account is at a provider. */
  function self({ session }: FastifyRequest): { name: string; session: SessionRecord } {
    const { name, through } = session.subject;
    const found = signIn.sessions.find(session.secret ?? '');
    if (found === undefined || through === undefined || through === 'oidc')
      throw failure('ACCOUNT_NOT_FOUND', { name });
    return { name, session: found };
  }

  server.get('/api/v1/account', { schema: { summary: 'What one signs in by oneself', response: own } }, async request =>
    ownView(enrolment.person(self(request).name)),
  );

  server.post(
    '/api/v1/account/password',
    {
      schema: {
        summary: 'Sets one’s own password; all other sessions end',
        body: login.newPasswordBody,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const { name, session } = self(request);
      await enrolment.changePassword(name, { ...request.body, from: request.ip }, session);
      tell(request, 'set their password', name);
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/account/passkeys/begin',
    {
      schema: {
        summary: 'What `navigator.credentials.create` is asked',
        body: nothing,
        response: { 200: login.creationOptions, default: problem },
      },
    },
    async request => {
      const { name, session } = self(request);
      return enrolment.optionsForOwn(name, partyOf(request), session);
    },
  );

  server.post(
    '/api/v1/account/passkeys',
    { schema: { summary: 'Adds a passkey', body: login.passkeyBody, response: own } },
    async request => {
      const { name, session } = self(request);
      const { name: title, passkey } = request.body;
      const person = enrolment.addPasskey(name, title, passkey, partyOf(request), session);
      tell(request, `added the passkey ${title}`, name);
      return ownView(person);
    },
  );

  server.post(
    '/api/v1/account/passkeys/:id/remove',
    { schema: { summary: 'Removes a passkey', params: login.passkeyNamed, body: nothing, response: own } },
    async request => {
      const { name, session } = self(request);
      const person = enrolment.removePasskey(name, request.params.id, session);
      tell(request, 'removed a passkey', name);
      return ownView(person);
    },
  );

  server.get(
    '/api/v1/accounts',
    {
      schema: {
        summary: 'Accounts that one may see',
        response: { 200: z.array(login.accountView), default: problem },
      },
    },
    async ({ session: { subject } }) => {
      const sees = ({ name }: { name: string }) => access.may(subject, 'accounts', 'get', name);
      const people = signIn.people.list().map(person => view(person, signIn.sessions.of(person.name).length));
      const invited = signIn.people.invited().flatMap(({ name, admin, createdAt, createdBy }) => {
        if (name === undefined || signIn.people.find(name) !== undefined) return [];
        const nothingYet = { password: false, passkeys: 0, sessions: 0 };
        return [{ name, admin, state: 'invited' as const, createdAt, createdBy, ...nothingYet }];
      });
      return [...people, ...invited].filter(sees);
    },
  );

  server.post(
    '/api/v1/accounts/:name/invite',
    {
      schema: {
        summary:
          'Makes a link by which somebody comes to have an account, or into theirs again; it is shown in this answer and never again',
        params: login.accountNamed,
        body: login.inviteBody.nullable(),
        response: { 200: login.invitation, default: problem },
      },
    },
    async request => {
      const { params, body, session, place } = request;
      const admin = body?.admin === true;
      // A link into an account is all that the account may, whoever says so.
      const isAdmins = admin || access.isAdmin(access.subjectNamed(params.name));
      if (isAdmins && !access.isAdmin(session.subject)) {
        const asked = { action: 'update', resource: 'accounts', object: `${params.name} as admin` };
        throw failure('ACCESS_DENIED', { subject: session.subject.name, ...asked });
      }
      const name = signIn.people.find(params.name)?.name ?? params.name;
      const { token, expiresAt } = signIn.people.invite(name, admin, actorOf(session.subject));
      tell(request, `made a link for the account ${name}${admin ? ', an admin' : ''}`, name);
      return { name, link: `${homeOf(publicURL, place.origin)}/setup#${token}`, expiresAt };
    },
  );

  server.post(
    '/api/v1/accounts/:name/disable',
    {
      schema: {
        summary: 'Nobody signs in to it any more; its sessions end at once',
        params: login.accountNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      if (access.isAdmin(access.subjectNamed(name)) && !access.isAdmin(request.session.subject)) {
        const asked = { action: 'update', resource: 'accounts', object: `${name} as admin` };
        throw failure('ACCESS_DENIED', { subject: request.session.subject.name, ...asked });
      }
      signIn.people.disable(name);
      signIn.endOthers(signIn.people.find(name)?.name ?? name);
      tell(request, `disabled the account ${name}`, name);
      return reply.code(204).send();
    },
  );
}

function ownView({ name, password, passkeys }: PersonRecord) {
  const shown = passkeys.map(({ id, name: title, createdAt, usedAt }) => ({
    ...{ id, name: title, createdAt },
    ...(usedAt === undefined ? {} : { usedAt }),
  }));
  return { name, password: password !== undefined, passkeys: shown };
}

function view(person: PersonRecord, sessions: number): login.AccountView {
  const { name, admin, disabled, password, passkeys, createdAt, createdBy, signedInAt } = person;
  return {
    ...{ name, admin, createdAt, createdBy, sessions },
    state: disabled ? 'disabled' : 'active',
    password: password !== undefined,
    passkeys: passkeys.length,
    ...(signedInAt === undefined ? {} : { signedInAt }),
  };
}
