import { z } from 'zod';
import { actorOf } from '../../access/subject.ts';
import { resourceActs } from '../../apply/act.ts';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import { chosenBytes, keyed, named, refreshBody, removeBody, rollbackBody, suspendBody, syncBody } from '../inputs.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import * as out from '../schemas.ts';

const done = z.undefined().describe('Done');
/** A request without a body arrives as null. */
const nothing = { 204: done, default: out.problem };
const started = { 200: out.sync, default: out.problem };

const actSummaries = {
  restart: 'Has what runs of a resource begin anew, as it is declared',
  delete: 'Deletes one resource, or one that it has made; what Git declares is made again where it heals itself',
} as const;

/** What changes something: POST only, JSON only. */
export function addActionRoutes(server: ApiServer, operator: Operator, timers: Timers): void {
  server.post(
    '/api/v1/applications/:name/sync',
    {
      bodyLimit: chosenBytes,
      schema: {
        summary: 'Starts a sync; a running one is superseded',
        params: named,
        body: syncBody.nullable(),
        response: started,
      },
    },
    async ({ params, body, session }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, () =>
        operator.sync(params.name, body ?? {}, actorOf(session.subject)),
      ),
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
    async ({ params, session }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () => operator.cancel(params.name, actorOf(session.subject)));
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
    async ({ params, body, session }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, () =>
        operator.rollback(params.name, body ?? {}, actorOf(session.subject)),
      ),
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
    async ({ params, body, session }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () =>
        operator.suspend(params.name, body?.reason ?? '', actorOf(session.subject)),
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
    async ({ params, session }, reply) => {
      await whileAnswering(reply.raw, timers, answerMs, () => operator.resume(params.name, actorOf(session.subject)));
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
    async ({ params, body, session }, reply) => {
      const asked = { orphan: false, ...body };
      await whileAnswering(reply.raw, timers, answerMs, () =>
        operator.remove(params.name, asked, actorOf(session.subject)),
      );
      return reply.code(204).send();
    },
  );

  for (const act of resourceActs) {
    server.post(
      `/api/v1/applications/:name/resources/:key/${act}`,
      { schema: { summary: actSummaries[act], params: keyed, response: nothing } },
      async ({ params: { name, key }, session }, reply) => {
        await whileAnswering(reply.raw, timers, answerMs, () => operator.act(name, key, act, actorOf(session.subject)));
        return reply.code(204).send();
      },
    );
  }

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
      await whileAnswering(reply.raw, timers, answerMs, signal =>
        operator.refresh(body?.application, signal, { hard: body?.hard ?? false }),
      );
      return reply.code(204).send();
    },
  );
}
