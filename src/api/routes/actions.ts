import { z } from 'zod';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import { named, refreshBody, removeBody, rollbackBody, suspendBody, syncBody } from '../inputs.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import * as out from '../schemas.ts';

const done = z.undefined().describe('Done');
/** A request without a body arrives as null. */
const nothing = { 204: done, default: out.problem };
const started = { 200: out.sync, default: out.problem };

/**
 * Who asks, for the records. There is one token; the name that a client adds is its own claim, and marked as one: it can not
 * pass for `automated` or another of our own.
 */
export function actor(headers: Record<string, string | string[] | undefined>): string {
  const claimed = headers['x-holdfast-user'];
  return typeof claimed === 'string' && /^[\w.@-]{1,64}$/.test(claimed) ? `cli:${claimed}` : 'operator';
}

/** What changes something: POST only, JSON only. */
export function addActionRoutes(server: ApiServer, operator: Operator, timers: Timers): void {
  server.post(
    '/api/v1/applications/:name/sync',
    {
      schema: {
        summary: 'Starts a sync; a running one is superseded',
        params: named,
        body: syncBody.nullable(),
        response: started,
      },
    },
    async ({ params, body, headers }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, () => operator.sync(params.name, body ?? {}, actor(headers))),
  );

  server.post(
    '/api/v1/applications/:name/cancel',
    {
      schema: {
        summary: 'Ends the running sync at the next write; automation does not begin it again by itself',
        params: named,
        response: nothing,
      },
    },
    async ({ params, headers }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () => operator.cancel(params.name, actor(headers)));
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/applications/:name/rollback',
    {
      schema: {
        summary: 'Pins the application to what an earlier sync delivered',
        params: named,
        body: rollbackBody.nullable(),
        response: started,
      },
    },
    async ({ params, body, headers }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, () => operator.rollback(params.name, body ?? {}, actor(headers))),
  );

  server.post(
    '/api/v1/applications/:name/suspend',
    {
      schema: {
        summary: 'Stops automation for the application',
        params: named,
        body: suspendBody.nullable(),
        response: nothing,
      },
    },
    async ({ params, body, headers }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () =>
        operator.suspend(params.name, body?.reason ?? '', actor(headers)),
      );
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/applications/:name/resume',
    {
      schema: {
        summary: 'Ends a suspension, a pin, a quarantine, and what a cancelled sync left',
        params: named,
        response: nothing,
      },
    },
    async ({ params, headers }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () => operator.resume(params.name, actor(headers)));
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/applications/:name/remove',
    {
      schema: {
        summary: 'Deletes what runs, or (`orphan`) lets go of it',
        params: named,
        body: removeBody.nullable(),
        response: nothing,
      },
    },
    async ({ params, body, headers }, reply) => {
      const orphan = body?.orphan ?? false;
      await whileAnswering(reply.raw, timers, answerMs, () => operator.remove(params.name, { orphan }, actor(headers)));
      return reply.code(204).send();
    },
  );

  server.post(
    '/api/v1/refresh',
    {
      schema: {
        summary: 'Looks at Git now: for one application, or all repositories',
        body: refreshBody.nullable(),
        response: nothing,
      },
    },
    async ({ body }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, signal => operator.refresh(body?.application, signal));
      return reply.code(204).send();
    },
  );
}
