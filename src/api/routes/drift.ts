import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { driftsOf } from '../drift.ts';
import { driftQuery, drifts } from '../drift-schemas.ts';
import * as out from '../schemas.ts';

const usualLimit = 100;

/** What differs now. */
export function addDriftRoutes(server: ApiServer, operator: Operator, authority: Authority): void {
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
}
