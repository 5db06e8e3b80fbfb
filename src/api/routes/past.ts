import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Subject } from '../../access/subject.ts';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import { momentPage } from '../moment.ts';
import * as past from '../past-schemas.ts';
import * as out from '../schemas.ts';

const usualLimit = 200;
const usualPage = 500;

/** What was: the audit log, and what follows from it. */
export function addPastRoutes(server: ApiServer, operator: Operator, authority: Authority, timers: Timers): void {
  const shows = (subject: Subject) => authority.seesRecord(subject);

  server.get(
    '/api/v1/audit',
    {
      schema: {
        summary: 'Records of the audit log, newest first; `before` a number for the next page',
        querystring: past.auditQuery,
        response: { 200: z.array(past.record), default: out.problem },
      },
    },
    async ({ query: { limit = usualLimit, ...query }, session }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal =>
        operator.past.records(query, limit, shows(session.subject), signal),
      ),
  );

  server.get(
    '/api/v1/audit/export',
    {
      schema: {
        summary: 'The whole audit log as it is, oldest first: what `holdfast audit verify` takes',
        response: { 200: { content: { 'application/x-ndjson': { schema: past.record } } }, default: out.problem },
      },
    },
    async (_, reply) =>
      reply.type('application/x-ndjson').send(Readable.from(operator.past.lines(), { objectMode: false }) as never),
  );

  server.get(
    '/api/v1/past',
    {
      schema: {
        summary:
          'What ran at a moment, and from which commit, application by application; `after` a name for the next page',
        querystring: past.momentQuery,
        response: { 200: past.moment, default: out.problem },
      },
    },
    async ({ query: { time, application, limit = usualPage, ...filter }, session: { subject } }, { raw }) => {
      const then = await whileAnswering(raw, timers, answerMs, signal => operator.past.at(time, application, signal));
      const { environment, ...page } = momentPage(then, filter, limit, shows(subject));
      return environment === undefined || !authority.seesEnvironment(subject) ? page : { ...page, environment };
    },
  );

  server.get(
    '/api/v1/past/rebuild',
    {
      schema: {
        summary: 'What bringing back a moment would do, application by application; changes nothing',
        querystring: past.rebuildQuery,
        response: { 200: past.rebuild, default: out.problem },
      },
    },
    async ({ query: { time, application } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => operator.past.rebuild(time, application, signal)),
  );

  server.get(
    '/api/v1/past/delivery',
    {
      schema: {
        summary: 'How often, how fast and how well is delivered, of what one may see',
        querystring: past.deliveryQuery,
        response: { 200: past.delivery, default: out.problem },
      },
    },
    async ({ query, session: { subject } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => operator.past.delivery(query, shows(subject), signal)),
  );
}
