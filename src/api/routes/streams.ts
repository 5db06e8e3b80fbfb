import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Timers } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import { logsQuery, named } from '../inputs.ts';
import type { Rows } from '../rows.ts';
import * as out from '../schemas.ts';
import { changeStream, logStream } from '../streams.ts';

const maxStreams = 200;

/** Answers without an end. The reader's pace decides: what is not read is not made. */
export function addStreamRoutes(server: ApiServer, operator: Operator, rows: Rows, timers: Timers): void {
  let open = 0;

  /** Aborted when the connection goes, whoever ends it. */
  function whileOpen(response: NodeJS.EventEmitter): AbortSignal {
    if (open >= maxStreams) throw failure('API_BUSY', { limit: maxStreams });
    open += 1;
    const controller = new AbortController();
    response.once('close', () => {
      open -= 1;
      controller.abort();
    });
    return controller.signal;
  }

  server.get(
    '/api/v1/events/stream',
    {
      schema: {
        summary: 'Server-sent events: `ready`, `application` (its row), `removed` (its name)',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, default: out.problem },
      },
    },
    async (_, reply) => {
      const signal = whileOpen(reply.raw);
      reply.type('text/event-stream').header('x-accel-buffering', 'no');
      return reply.send(Readable.from(changeStream(operator, rows, timers, signal)) as never);
    },
  );

  server.get(
    '/api/v1/applications/:name/logs',
    {
      schema: {
        summary: 'Output of what runs: a JSON object a line; empty lines are signs of life',
        params: named,
        querystring: logsQuery,
        response: { 200: { content: { 'application/x-ndjson': { schema: out.logLine } } }, default: out.problem },
      },
    },
    async ({ params, query }, reply) => {
      const signal = whileOpen(reply.raw);
      const options = {
        ...(query.tail === undefined ? {} : { tail: query.tail }),
        follow: query.follow === 'true',
        previous: query.previous === 'true',
      };
      const lines = operator.logs(params.name, query.resource, options, signal);
      const stream = Readable.from(await logStream(lines, timers));
      return reply.type('application/x-ndjson').send(stream as never);
    },
  );
}
