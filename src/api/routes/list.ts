import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import type { Subject } from '../../access/subject.ts';
import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import type { CommitSummary } from '../../reconcile/commits.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import type { Changes } from '../changes.ts';
import { named } from '../inputs.ts';
import { listChanges } from '../list/changes.ts';
import { Entries } from '../list/entries.ts';
import { findPage, listOf } from '../list/query.ts';
import { toListRow } from '../list/row.ts';
import { Visible } from '../list/visible.ts';
import * as listing from '../list-schemas.ts';
import type { OpenStreams } from '../open-streams.ts';
import { problem } from '../schemas.ts';

export interface ListParts {
  env: Pick<Env, 'timers' | 'random'>;
  operator: Operator;
  changes: Changes;
  streams: OpenStreams;
  access: Access;
  authority: Authority;
}

/** Commits that are not at hand by then are left out of the answer; when they are, the row is told anew. */
const commitsMs = 25;

/** Applications as people look at them. */
export function addListRoutes(server: ApiServer, parts: ListParts): void {
  const { env, operator, changes, streams, access, authority } = parts;
  const entries = new Entries(operator, changes);
  const visible = new Visible(access, authority, entries);
  const epoch = env.random.uuid().slice(0, 8);
  server.addHook('onClose', async () => entries.close());

  /** Means the same only to the same process and policy. */
  const stateAt = (generation: number) => `${epoch}.${access.version}.${generation}`;

  /** Undefined: of another process, or of what another policy showed. */
  function generationIn(state: string): number | undefined {
    const generation = Number(/\.(\d{1,15})$/.exec(state)?.[1] ?? Number.NaN);
    return state === stateAt(generation) ? generation : undefined;
  }

  function rowOf(name: string, subject: Subject, commit: CommitSummary | undefined): listing.ListRow {
    const entry = entries.of(operator.application(name));
    const may = authority.may(subject, name, entry.status.project);
    return toListRow(entry, changes.generationOf(name), may, commit);
  }

  async function rowsOf(names: readonly string[], subject: Subject): Promise<listing.ListRow[]> {
    const commits = new Map<string, CommitSummary | undefined>();
    let isLate = false;
    const reading = names.map(async name => {
      const commit = await operator.inspect.commit(name);
      commits.set(name, commit);
      if (isLate && commit !== undefined) changes.foundOut(name);
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = env.timers.after(commitsMs, resolve);
    await Promise.race([Promise.allSettled(reading), late]);
    cancel();
    isLate = true;
    return names.map(name => rowOf(name, subject, commits.get(name)));
  }

  server.get(
    '/api/v1/list',
    {
      schema: {
        summary: 'Applications, filtered, sorted and paged, with counts of all that one may see',
        querystring: listing.listQuery,
        response: { 200: listing.list, default: problem },
      },
      // Rows are made field by field: to check hundreds of them again would take longer than all the rest.
      serializerCompiler: () => JSON.stringify,
    },
    async ({ query, session: { subject } }) => {
      const at = stateAt(changes.generation);
      const sorted = visible.sorted(subject, query.sort ?? 'attention');
      const facets = visible.facets(subject);
      const { page, ...found } = findPage(sorted, query);
      const items = await rowsOf(
        page.map(({ status }) => status.name),
        subject,
      );
      return { items, ...found, facets, at };
    },
  );

  server.get(
    '/api/v1/applications/:name/row',
    {
      schema: {
        summary: 'One application as the list shows it',
        params: named,
        response: { 200: listing.listRow, default: problem },
      },
    },
    async ({ params: { name }, session: { subject } }) => {
      const [row] = await rowsOf([name], subject);
      if (row === undefined) throw failure('APP_NOT_FOUND', { name });
      return row;
    },
  );

  server.get(
    '/api/v1/list/changes',
    {
      schema: {
        summary: 'Server-sent events: `ready` or `reset`, then `changes`, a few a second at most',
        querystring: listing.changesQuery,
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } }, default: problem },
      },
    },
    async ({ query, headers, session }, reply) => {
      const { version } = access;
      const { subject } = session;
      const lastId = headers['last-event-id'];
      const seen = typeof lastId === 'string' && lastId !== '' ? lastId : query.after;
      const after = seen === undefined ? changes.generation : generationIn(seen);
      const signal = streams.add(reply.raw, () => session.isGood() && access.version === version);
      const stream = listChanges(
        {
          ...{ changes, timers: env.timers, stateAt, after },
          shows: (name, project) => authority.sees(subject, name, project),
          projectOf: name => presentProject(operator, name),
          row: async name => (await rowsOf([name], subject).catch(() => []))[0],
          whole: new Set(listOf(query.name)),
          only: query.only === 'true',
        },
        signal,
      );
      reply.type('text/event-stream').header('x-accel-buffering', 'no');
      return reply.send(Readable.from(stream) as never);
    },
  );
}

function presentProject(operator: Operator, name: string): string | undefined {
  try {
    return operator.application(name).project;
  } catch {
    return undefined;
  }
}
