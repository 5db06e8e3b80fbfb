import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { actorOf, projectSubject } from '../../access/subject.ts';
import { resourceNamed } from '../../access/words.ts';
import { failure } from '../../errors.ts';
import type { TokenRecord } from '../../store/records.ts';
import { doerOf } from '../admission.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { canQuery, tokenBody, tokenNamed } from '../inputs.ts';
import * as out from '../schemas.ts';

/** Tokens of those who say nothing about their end. */
const usualLifetimeMs = 30 * 24 * 3_600_000;

/** Who one is, what one may, and tokens. */
export function addAccessRoutes(server: ApiServer, access: Access, authority: Authority): void {
  server.get(
    '/api/v1/whoami',
    { schema: { summary: 'Whom the token belongs to', response: { 200: out.subject, default: out.problem } } },
    async ({ session: { subject } }) => ({ ...subject, groups: [...subject.groups] }),
  );

  server.get(
    '/api/v1/rbac/can',
    {
      schema: {
        summary: 'Whether somebody may do something, and which line of the policy says so',
        querystring: canQuery,
        response: { 200: out.decision, default: out.problem },
      },
    },
    async ({ query: { subject, resource, action, object }, session }) => {
      const known = resourceNamed(resource);
      if (known === undefined) throw failure('API_INPUT_INVALID', { reason: `there is no resource ${resource}` });
      const who = subject === session.subject.name ? session.subject : access.subjectNamed(subject);
      const { allowed, place, through } = access.decide(who, known, action, object);
      return { allowed, through: [...through], ...(place === undefined ? {} : { line: place }) };
    },
  );

  server.get(
    '/api/v1/tokens',
    {
      schema: {
        summary: 'Tokens of the projects that one may see, newest first; never the tokens themselves',
        response: { 200: z.array(out.token), default: out.problem },
      },
    },
    async ({ session: { subject } }) =>
      access.tokens
        .list()
        .filter(({ project }) => authority.seesProject(subject, project))
        .map(record => view(access, record)),
  );

  server.post(
    '/api/v1/tokens',
    {
      schema: {
        summary: 'Makes a token for a role of a project; it is shown in this answer and never again',
        body: tokenBody,
        response: { 200: out.newToken, default: out.problem },
      },
    },
    async request => {
      const { subject } = request.session;
      const { project, role, name, expiresIn = usualLifetimeMs } = request.body;
      if (!access.hasRole(project, role)) throw failure('ROLE_NOT_FOUND', { project, role });
      const lifetime = expiresIn === 'never' ? undefined : expiresIn;
      const { record, token } = access.tokens.create({ project, role, name, lifetime }, actorOf(subject));
      const what = `made the token ${name} of ${projectSubject(project, role)}`;
      const subjectOf = projectSubject(project, role);
      access.witness.tell(doerOf(request), {
        ...{ action: 'token.created', what, result: 'done' },
        ...{ project, detail: { subjectOf, key: record.id } },
      });
      return { ...view(access, record), token };
    },
  );

  server.post(
    '/api/v1/tokens/:id/revoke',
    {
      schema: {
        summary: 'Ends a token at once, and the streams that were opened with it',
        params: tokenNamed,
        response: { 204: z.undefined().describe('Done'), default: out.problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const found = access.tokens.find(id);
      access.revoke(id, actorOf(request.session.subject));
      if (found !== undefined) {
        const { project, role, name } = found;
        const subjectOf = projectSubject(project, role);
        access.witness.tell(doerOf(request), {
          ...{ action: 'token.revoked', what: `ended the token ${name} of ${subjectOf}`, result: 'done' },
          ...{ project, detail: { subjectOf, key: id } },
        });
      }
      return reply.code(204).send();
    },
  );
}

function view(access: Access, record: TokenRecord) {
  const { hash: _, ...shown } = record;
  return { ...shown, good: access.tokens.isGood(record) && access.hasRole(record.project, record.role) };
}
