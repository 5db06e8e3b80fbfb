import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import * as out from '../schemas.ts';
import { timeline, timelineQuery } from '../timeline-schemas.ts';

const usualLimit = 100;

/** What happened, over all applications, on one line. */
export function addTimelineRoutes(server: ApiServer, operator: Operator, authority: Authority, timers: Timers): void {
  server.get(
    '/api/v1/timeline',
    {
      schema: {
        summary: 'Commits, syncs, drift, health and overrides over all applications, newest first',
        querystring: timelineQuery,
        response: { 200: timeline, default: out.problem },
      },
    },
    async ({ query: { from: since, to: until, after: before, limit = usualLimit, ...query }, session }, { raw }) => {
      const span = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
      const page = before === undefined ? {} : { before };
      const shows = authority.seesRecord(session.subject);
      return await whileAnswering(raw, timers, answerMs, () =>
        operator.past.timeline({ ...query, ...span, ...page }, limit, shows),
      );
    },
  );
}
