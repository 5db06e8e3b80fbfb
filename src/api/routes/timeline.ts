import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import * as out from '../schemas.ts';
import { thenAndNow } from '../then-and-now.ts';
import * as schemas from '../timeline-schemas.ts';

const usualLimit = 100;
/** Later than whatever is recorded: what runs now, as it is recorded. */
const endOfTime = 8.64e15;

/** What happened, over all applications, on one line. */
export function addTimelineRoutes(server: ApiServer, operator: Operator, authority: Authority, timers: Timers): void {
  server.get(
    '/api/v1/timeline',
    {
      schema: {
        summary: 'Commits, syncs, drift, health and overrides over all applications, newest first',
        querystring: schemas.timelineQuery,
        response: { 200: schemas.timeline, default: out.problem },
      },
    },
    async ({ query: { from: since, to: until, after: before, limit = usualLimit, ...query }, session }, { raw }) => {
      const span = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
      const page = before === undefined ? {} : { before };
      const shows = authority.seesRecord(session.subject);
      return await whileAnswering(raw, timers, answerMs, signal =>
        operator.past.timeline({ ...query, ...span, ...page }, limit, shows, signal),
      );
    },
  );

  server.get(
    '/api/v1/timeline/at',
    {
      schema: {
        summary: 'What ran at a moment, and what of it is otherwise by now, application by application',
        querystring: schemas.momentQuery,
        response: { 200: schemas.thenAndNow, default: out.problem },
      },
    },
    async ({ query: { time, limit = usualLimit, ...filter }, session: { subject } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, async signal => {
        const then = await operator.past.at(time, undefined, signal);
        const now = await operator.past.at(endOfTime, undefined, signal);
        const page = thenAndNow(then, now, filter, limit, authority.seesRecord(subject));
        const { environment } = then;
        const mayRestore = authority.seesEnvironment(subject);
        return { ...page, mayRestore, ...(mayRestore && environment !== undefined ? { environment } : {}) };
      }),
  );
}
