import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { PersonRecord, SessionRecord } from '../../access/login/records.ts';
import { actorOf, type Subject } from '../../access/subject.ts';
import { failure } from '../../errors.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import * as login from '../login-schemas.ts';
import { homeOf } from '../place.ts';
import { problem } from '../schemas.ts';

const done = z.undefined().describe('Done');
const nothing = z.strictObject({}).nullable();

/** Accounts of people, for who administers them. */
export function addAccountRoutes(server: ApiServer, access: Access, publicURL: string | undefined): void {
  const { signIn } = access;
  const { people, sessions } = signIn;

  function tell(request: FastifyRequest, what: string, subjectOf: string): void {
    access.witness.tell(doerOf(request), { action: 'access.changed', what, result: 'done', detail: { subjectOf } });
  }

  /** What the account may is no more than whoever asks may: by a link one is who it is for. */
  function outranks(subject: Subject, name: string, admin = false): boolean {
    if (access.isAdmin(subject)) return true;
    const known = [access.subjectNamed(name), ...sessions.of(name).map(subjectOfSession)];
    return !admin && !known.some(one => access.isAdmin(one));
  }

  /** Throws ACCESS_DENIED. */
  function mustOutrank({ session: { subject } }: FastifyRequest, name: string, admin = false): void {
    if (outranks(subject, name, admin)) return;
    const asked = { action: 'update', resource: 'accounts', object: `${name} as admin` };
    throw failure('ACCESS_DENIED', { subject: subject.name, ...asked });
  }

  /**
   * Only an admin comes this far about an admin, so that one is left, unless they are the same. Throws ACCOUNT_LAST_ADMIN when nobody
   * else with an account here is one; whoever has the operator's own token is none of them, and never shut out.
   */
  function mustLeaveAdmin({ session: { subject } }: FastifyRequest, name: string): void {
    const own = people.find(name);
    if (own === undefined || own.name !== subject.name || !access.isAdmin(subject)) return;
    const canCome = ({ disabled, password, passkeys }: PersonRecord) =>
      !disabled && (password !== undefined || passkeys.length > 0);
    const others = people.list().filter(one => one.name !== own.name && canCome(one));
    if (!others.some(one => access.isAdmin(access.subjectNamed(one.name))))
      throw failure('ACCOUNT_LAST_ADMIN', { name: own.name });
  }

  server.get(
    '/api/v1/accounts',
    {
      schema: {
        summary: 'Accounts that one may see, and who is signed in by the provider',
        response: { 200: z.array(login.accountView), default: problem },
      },
    },
    async ({ session: { subject } }) => {
      const local = people.list().map(person => viewOf(person, sessions.of(person.name).length));
      const invited = people.invited().flatMap(({ name, admin, createdAt, createdBy }) => {
        if (name === undefined || people.find(name) !== undefined) return [];
        return [{ name, admin, state: 'invited' as const, createdAt, createdBy, ...nothingYet }];
      });
      const vouched = sessions.list().filter(({ oidc }) => oidc !== undefined);
      const names = [...new Set(vouched.map(({ name }) => name))].filter(name => people.find(name) === undefined);
      const others = names.map(name => {
        const own = vouched.filter(one => one.name === name).sort((a, b) => b.createdAt - a.createdAt);
        const [newest] = own;
        return {
          ...{ name, state: 'provider' as const, ...nothingYet, sessions: own.length },
          admin: newest !== undefined && access.isAdmin(subjectOfSession(newest)),
          ...{ createdAt: own.at(-1)?.createdAt ?? 0, createdBy: signIn.oidc?.title ?? 'provider' },
          ...(newest === undefined ? {} : { signedInAt: newest.createdAt }),
        };
      });
      return [...local, ...invited, ...others]
        .filter(({ name }) => access.may(subject, 'accounts', 'get', name))
        .map(one => ({
          ...one,
          mayUpdate: access.may(subject, 'accounts', 'update', one.name) && outranks(subject, one.name, one.admin),
        }));
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
      mustOutrank(request, params.name, admin);
      const name = people.find(params.name)?.name ?? params.name;
      const { token, expiresAt } = people.invite(name, admin, actorOf(session.subject));
      tell(request, `made a link for the account ${name}${admin ? ', an admin' : ''}`, name);
      return { name, link: `${homeOf(publicURL, place.origin)}/setup#${token}`, expiresAt };
    },
  );

  server.post(
    '/api/v1/accounts/:name/disable',
    {
      schema: {
        summary: 'Nobody signs in to it any more, or comes by a link that was made for it; its sessions end at once',
        params: login.accountNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      mustOutrank(request, name);
      mustLeaveAdmin(request, name);
      people.disable(name);
      signIn.endOthers(people.find(name)?.name ?? name);
      tell(request, `disabled the account ${name}`, name);
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/accounts/:name/enable',
    {
      schema: {
        summary: 'It is signed in to again, by what it was before',
        params: login.accountNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      mustOutrank(request, request.params.name);
      const { name } = people.enable(request.params.name);
      tell(request, `enabled the account ${name}`, name);
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/accounts/:name/remove',
    {
      schema: {
        summary:
          'There is no such account any more; its sessions end at once, command lines included, and so do the tokens that it made',
        params: login.accountNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const { params, session } = request;
      mustOutrank(request, params.name);
      mustLeaveAdmin(request, params.name);
      const name = people.find(params.name)?.name ?? params.name;
      people.remove(name);
      signIn.endOthers(name);
      const ended = access.revokeTokensOf(name, actorOf(session.subject));
      tell(request, `removed the account ${name}${ended === 0 ? '' : `, and ${ended} tokens that it had made`}`, name);
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/accounts/:name/demote',
    {
      schema: {
        summary: 'It no longer has the role admin by itself; what policies say of it stays. Its sessions end at once',
        params: login.accountNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      mustOutrank(request, request.params.name);
      mustLeaveAdmin(request, request.params.name);
      const { name } = people.demote(request.params.name);
      signIn.endOthers(name);
      tell(request, `took the role admin from the account ${name}`, name);
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/accounts/:name/sessions/end',
    {
      schema: {
        summary: 'Ends all sessions of somebody at once, with what they have open; they may sign in again',
        params: login.personNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const name = people.find(request.params.name)?.name ?? request.params.name;
      mustOutrank(request, name);
      if (people.find(name) === undefined && sessions.of(name).length === 0)
        throw failure('ACCOUNT_NOT_FOUND', { name });
      signIn.endOthers(name);
      tell(request, `ended all sessions of ${name}`, name);
      return reply.code(204).send();
    },
  );
}

const nothingYet = { password: false, passkeys: 0, sessions: 0 };

function subjectOfSession({ name, oidc }: SessionRecord): Subject {
  return { name, groups: oidc?.groups ?? [] };
}

function viewOf(person: PersonRecord, sessions: number): Omit<login.AccountView, 'mayUpdate'> {
  const { name, admin, disabled, password, passkeys, createdAt, createdBy, signedInAt } = person;
  return {
    ...{ name, admin, createdAt, createdBy, sessions },
    state: disabled ? 'disabled' : 'active',
    password: password !== undefined,
    passkeys: passkeys.length,
    ...(signedInAt === undefined ? {} : { signedInAt }),
  };
}
