import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { LogLine } from '../../targets/target.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import type { Changes } from '../changes.ts';
import { logsQuery, named } from '../inputs.ts';
import type { OpenStreams } from '../open-streams.ts';
import type { Rows } from '../rows.ts';
import * as out from '../schemas.ts';
import { changeStream, logStream } from '../streams.ts';

interface StreamParts {
  operator: Operator;
  rows: Rows;
  changes: Changes;
  streams: OpenStreams;
  access: Access;
  authority: Authority;
  timers: Timers;
}

/** Answers without an end. The reader's pace decides: what is not read is not made. */
export function addStreamRoutes(
  server: ApiServer,
  { operator, rows, changes, streams, access, authority, timers }: StreamParts,
): void {
  server.get(
    '/api/v1/events/stream',
    {
      schema: {
        summary: 'Server-sent events: `ready`, `application` (its row), `removed` (its name)',
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, default: out.problem },
      },
    },
    async ({ session }, reply) => {
      // What it shows depends on the policy: with another one, whoever follows it begins anew.
      const { version } = access;
      const signal = streams.add(reply.raw, () => session.isGood() && access.version === version);
      const shows = (name: string, project: string) => authority.sees(session.subject, name, project);
      reply.type('text/event-stream').header('x-accel-buffering', 'no');
      return reply.send(Readable.from(changeStream({ operator, rows, changes, timers, shows }, signal)) as never);
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
    async ({ params, query, session }, reply) => {
      const project = operator.projectOf(params.name);
      const may = () => authority.mayReadLogs(session.subject, params.name, project);
      const signal = streams.add(reply.raw, () => session.isGood() && may());
      const options = {
        ...(query.tail === undefined ? {} : { tail: query.tail }),
        ...(query.container === undefined ? {} : { container: query.container }),
        ...(query.since === undefined ? {} : { since: query.since }),
        follow: query.follow === 'true',
        previous: query.previous === 'true',
      };
      const lines = having(query.search, operator.logs(params.name, query.resource, options, signal));
      const stream = Readable.from(await logStream(lines, timers, signal));
      return reply.type('application/x-ndjson').send(stream as never);
    },
  );
}

async function* having(search: string | undefined, lines: AsyncIterable<LogLine>): AsyncGenerator<LogLine> {
  const wanted = search?.toLowerCase();
  for await (const line of lines) if (wanted === undefined || line.text.toLowerCase().includes(wanted)) yield line;
}
