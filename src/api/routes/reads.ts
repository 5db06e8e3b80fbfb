import { z } from 'zod';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { diffQuery, eventsQuery, named } from '../inputs.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import type { Rows } from '../rows.ts';
import * as out from '../schemas.ts';

/** What changes nothing. */
export function addReadRoutes(
  server: ApiServer,
  operator: Operator,
  rows: Rows,
  authority: Authority,
  timers: Timers,
): void {
  server.get(
    '/api/v1/environment',
    { schema: { summary: 'The environment', response: { 200: out.environment, default: out.problem } } },
    async ({ session: { subject } }) => {
      const environment = operator.environment();
      // Its troubles name what belongs to others.
      const hidden = { targetDescription: '', repoURL: '', path: '', revision: '', problems: [] };
      return authority.seesEnvironment(subject) ? environment : { ...environment, ...hidden };
    },
  );

  server.get(
    '/api/v1/applications',
    {
      schema: {
        summary: 'All applications, without their resources',
        response: { 200: z.array(out.applicationRow), default: out.problem },
      },
      // The rows are text already.
      serializerCompiler: () => (text: unknown) => String(text),
    },
    async ({ session: { subject } }, reply) => {
      // What the type provider expects here is the array; what it gets is the same as text.
      const text: unknown = rows.list(({ name, project }) => authority.sees(subject, name, project));
      return reply.type('application/json').send(text as never);
    },
  );

  server.get(
    '/api/v1/applications/:name',
    {
      schema: {
        summary: 'One application with its resources',
        params: named,
        response: { 200: out.application, default: out.problem },
      },
    },
    async ({ params }) => operator.application(params.name),
  );

  server.get(
    '/api/v1/applications/:name/diff',
    {
      schema: {
        summary: 'What a sync would change, by dry-run; secret values masked',
        params: named,
        querystring: diffQuery,
        response: { 200: out.difference, default: out.problem },
      },
    },
    async ({ params, query }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => operator.diff(params.name, query, signal)),
  );

  server.get(
    '/api/v1/applications/:name/history',
    {
      schema: {
        summary: 'Syncs, newest first',
        params: named,
        response: { 200: z.array(out.sync), default: out.problem },
      },
    },
    async ({ params }) => operator.history(params.name),
  );

  server.get(
    '/api/v1/events',
    {
      schema: {
        summary: 'What happened, oldest first; without `after` the newest',
        querystring: eventsQuery,
        response: { 200: z.array(out.event), default: out.problem },
      },
    },
    async ({ query, session: { subject } }) =>
      operator.events({ ...query, where: event => authority.seesEvent(subject, event) }),
  );

  server.get(
    '/api/v1/doctor',
    {
      schema: {
        summary: 'Access to Git and the target, checked now',
        response: { 200: z.array(out.checkResult), default: out.problem },
      },
    },
    async (_, { raw }) => await whileAnswering(raw, timers, answerMs, signal => operator.doctor(signal)),
  );
}
