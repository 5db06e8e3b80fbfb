import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { driftsOf } from '../drift.ts';
import { acceptance, acceptBody, driftQuery, drifts } from '../drift-schemas.ts';
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
    async ({ query: { limit = usualLimit, ...filter }, session: { subject } }) =>
      driftsOf(operator, filter, limit, ({ name, project }) => authority.sees(subject, name, project)),
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
}
