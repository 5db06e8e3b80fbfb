import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { minPassword } from '../../access/login/password.ts';
import type { SessionRecord } from '../../access/login/records.ts';
import { idOfSession } from '../../access/login/sessions.ts';
import { failure } from '../../errors.ts';
import * as account from '../account-schemas.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import * as login from '../login-schemas.ts';
import { problem } from '../schemas.ts';
import { partyOf } from './login.ts';

const done = z.undefined().describe('Done');
const nothing = z.strictObject({}).nullable();

/** One's own account: who one is, by what one signs in, and where one is signed in. */
export function addOwnAccountRoutes(server: ApiServer, access: Access, authority: Authority): void {
  const { signIn, enrolment } = access;
  const own = { 200: account.ownAccount, default: problem };

  function tell(request: FastifyRequest, what: string): void {
    const { name } = request.session.subject;
    const detail = { subjectOf: name };
    access.witness.tell(doerOf(request), { action: 'access.changed', what, result: 'done', detail });
  }

  /** Throws ACCOUNT_NOT_FOUND for those who came by a token. */
  function sessionOf({ session }: FastifyRequest): SessionRecord {
    const found = signIn.sessions.find(session.secret ?? '');
    if (found === undefined) throw failure('ACCOUNT_NOT_FOUND', { name: session.subject.name });
    return found;
  }

  /** Throws ACCOUNT_NOT_FOUND also for those whose account is at a provider. */
  function self(request: FastifyRequest): { name: string; session: SessionRecord } {
    const session = sessionOf(request);
    if (session.oidc !== undefined) throw failure('ACCOUNT_NOT_FOUND', { name: session.name });
    return { name: session.name, session };
  }

  function view({ session: { subject, secret }, place }: FastifyRequest): account.OwnAccount {
    const { name, groups, through = subject.token === undefined ? 'owner' : 'token' } = subject;
    const session = signIn.sessions.find(secret ?? '');
    const person = session === undefined || session.oidc !== undefined ? undefined : signIn.people.find(name);
    const mayManage = (project: string) =>
      authority.seesProject(subject, project) && access.may(subject, 'projects', 'update', project);
    return {
      ...{ name, through, groups: groups.filter(group => !group.startsWith('role:')) },
      ...(through === 'oidc' && signIn.oidc !== undefined ? { provider: signIn.oidc.title } : {}),
      roles: access.rolesOf(subject).map(role => ({ name: role.name, through: [...role.through] })),
      ...{ local: person !== undefined, password: person?.password !== undefined },
      passkeys: (person?.passkeys ?? []).map(({ id, name: title, createdAt, usedAt }) => ({
        ...{ id, name: title, createdAt },
        ...(usedAt === undefined ? {} : { usedAt }),
      })),
      ...{ passkeysHere: place.party !== undefined, minPassword },
      fresh: session !== undefined && enrolment.isFresh(session),
      tokenRoles: access
        .projectRoles()
        .filter(({ project }) => mayManage(project))
        .sort((a, b) => (`${a.project}/${a.role}` < `${b.project}/${b.role}` ? -1 : 1)),
      invites: access.maySome(subject, 'accounts', 'update'),
      makesAdmins: access.isAdmin(subject),
    };
  }

  server.get(
    '/api/v1/account',
    { schema: { summary: 'Who one is, what one may, and by what one signs in', response: own } },
    async request => view(request),
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
      tell(request, 'set their password');
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
      enrolment.addPasskey(name, title, passkey, partyOf(request), session);
      tell(request, `added the passkey ${title}`);
      return view(request);
    },
  );

  server.post(
    '/api/v1/account/passkeys/:id/remove',
    {
      schema: {
        summary: 'Removes a passkey; all other sessions end',
        params: login.passkeyNamed,
        body: nothing,
        response: own,
      },
    },
    async request => {
      const { name, session } = self(request);
      enrolment.removePasskey(name, request.params.id, session);
      tell(request, 'removed a passkey');
      return view(request);
    },
  );

  server.get(
    '/api/v1/account/sessions',
    {
      schema: {
        summary: 'Where one is signed in, the one that was used last first',
        response: { 200: z.array(account.sessionView), default: problem },
      },
    },
    async request => {
      const present = sessionOf(request);
      const all = signIn.sessions.ofSame(present).sort((a, b) => b.seenAt - a.seenAt);
      return all.map(({ through, client, createdAt, seenAt, endsAt, from, agent, ...one }) => ({
        id: idOfSession({ through, createdAt, seenAt, endsAt, ...one }),
        current: one.hash === present.hash,
        ...{ through, client: client ?? ('browser' as const), createdAt, seenAt, endsAt },
        ...(from === undefined ? {} : { from }),
        ...(agent === undefined ? {} : { agent }),
      }));
    },
  );

  server.post(
    '/api/v1/account/sessions/:id/end',
    {
      schema: {
        summary: 'Ends one of one’s own sessions at once, with what it has open',
        params: account.sessionNamed,
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = signIn.sessions.ofSame(sessionOf(request)).find(one => idOfSession(one) === id);
      if (found === undefined) throw failure('SESSION_NOT_FOUND', { id });
      signIn.endSession(found);
      const said = { action: 'access.logout', what: 'ended one of their sessions', result: 'done' } as const;
      access.witness.tell(doerOf(request), { ...said, detail: { key: id } });
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/account/sessions/end-others',
    {
      schema: {
        summary: 'Ends all of one’s own sessions but this one',
        body: nothing,
        response: { 204: done, default: problem },
      },
    },
    async (request, reply) => {
      const present = sessionOf(request);
      for (const one of signIn.sessions.ofSame(present)) if (one.hash !== present.hash) signIn.endSession(one);
      const what = 'ended all their other sessions';
      access.witness.tell(doerOf(request), { action: 'access.logout', what, result: 'done' });
      return reply.code(204).send();
    },
  );
}
