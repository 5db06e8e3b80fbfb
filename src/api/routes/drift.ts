import { actorOf } from '../../access/subject.ts';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { driftsOf } from '../drift.ts';
import { acceptance, acceptBody, driftQuery, drifts, proposeBody, proposed } from '../drift-schemas.ts';
import { named } from '../inputs.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import * as out from '../schemas.ts';

const usualLimit = 100;

/** What differs now, and the commit that would make Git say the same. */
export function addDriftRoutes(server: ApiServer, operator: Operator, authority: Authority, timers: Timers): void {
  server.get(
    '/api/v1/drift',
    {
      schema: {
        summary:
          'Every difference that exists now, over all applications, as the last looks saw it; secret values masked',
        querystring: driftQuery,
        response: { 200: drifts, default: out.problem },
      },
    },
    async ({ query: { limit = usualLimit, ...filter }, session: { subject } }) => {
      const page = driftsOf(operator, filter, limit, ({ name, project }) => authority.sees(subject, name, project));
      const projects = new Map(page.rows.map(({ application, project }) => [application, project]));
      const about = [...projects].map(([name, project]) => {
        const syncing = operator.application(name).operation?.result === 'running';
        return [name, { syncing, may: authority.may(subject, name, project) }] as const;
      });
      return { ...page, about: Object.fromEntries(about) };
    },
  );

  server.post(
    '/api/v1/applications/:name/accept',
    {
      schema: {
        summary: 'The commit that would make Git say what is live; changes nothing',
        params: named,
        body: acceptBody.nullable(),
        response: { 200: acceptance, default: out.problem },
      },
    },
    async ({ params, body, session }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal =>
        operator.accept(params.name, body?.resources, session.subject.name, signal),
      ),
  );

  server.post(
    '/api/v1/applications/:name/propose',
    {
      schema: {
        summary:
          'Pushes that commit on a branch of its own, for somebody to merge; nothing that is followed is written to',
        params: named,
        body: proposeBody.nullable(),
        response: { 200: proposed, default: out.problem },
      },
    },
    async ({ params, body, session: { subject } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal =>
        operator.propose(params.name, { ...body, author: subject.name }, actorOf(subject), signal),
      ),
  );
}
