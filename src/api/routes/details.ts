import type { z } from 'zod';
import type { Timers } from '../../env/env.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { chosenBytes, keyed, named } from '../inputs.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import type { May } from '../list-schemas.ts';
import * as planning from '../plan-schemas.ts';
import { problem } from '../schemas.ts';
import * as trees from '../tree-schemas.ts';

/** One application, closely: what it consists of, what a sync would do, what differs between syncs. Changes nothing. */
export function addDetailRoutes(server: ApiServer, operator: Operator, authority: Authority, timers: Timers): void {
  const { inspect } = operator;

  server.get(
    '/api/v1/applications/:name/tree',
    {
      schema: {
        summary: 'Its resources and what they have made, as they are now',
        params: named,
        response: { 200: trees.tree, default: problem },
      },
    },
    async ({ params: { name }, session: { subject } }, { raw }) => {
      const { nodes, ...facts } = await whileAnswering(raw, timers, answerMs, signal => inspect.tree(name, signal));
      const object = `${operator.projectOf(name)}/${name}`;
      const may = ({ key, acts }: (typeof nodes)[number]) => authority.mayAct(subject, object, key, acts);
      return { nodes: nodes.map(node => ({ ...node, may: may(node) })), ...facts };
    },
  );

  server.get(
    '/api/v1/applications/:name/resources/:key',
    {
      schema: {
        summary: 'Declared and live text of one resource and what differs, secret values masked',
        params: keyed,
        response: { 200: trees.resourceView, default: problem },
      },
    },
    async ({ params: { name, key } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => inspect.resource(name, key, signal)),
  );

  server.get(
    '/api/v1/applications/:name/resources/:key/events',
    {
      schema: {
        summary: 'What the target tells about one resource and what it has made, newest first, at most 200',
        params: keyed,
        response: { 200: trees.resourceEvents, default: problem },
      },
    },
    async ({ params: { name, key } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => inspect.events(name, key, signal)),
  );

  server.post(
    '/api/v1/applications/:name/plan',
    {
      bodyLimit: chosenBytes,
      schema: {
        summary: 'Exactly what a sync or a rollback would do, by dry-run; changes nothing',
        params: named,
        body: planning.planBody.nullable(),
        response: { 200: planning.plan, default: problem },
      },
    },
    async ({ params: { name }, body, session }, { raw }) => {
      const asked = body ?? {};
      const preview = await whileAnswering(raw, timers, answerMs, signal => inspect.plan(name, asked, signal));
      const steps = preview.waves.flatMap(wave => wave.steps);
      const of = (action: planning.PlanAction) => steps.filter(step => step.action === action).length;
      const { unchanged, heldBack, ...shown } = preview;
      return {
        ...shown,
        heldBack,
        counts: {
          ...{ create: of('create'), change: of('change'), recreate: of('recreate'), delete: of('delete') },
          ...{ run: of('run'), unchanged, heldBack: heldBack.length },
        },
        permissions: permissionsFor(asked, authority.may(session.subject, name, operator.projectOf(name))),
      };
    },
  );

  server.get(
    '/api/v1/applications/:name/removal',
    {
      schema: {
        summary: 'Exactly what deleting it would delete; changes nothing',
        params: named,
        response: { 200: planning.removal, default: problem },
      },
    },
    async ({ params: { name } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => inspect.removal(name, signal)),
  );

  server.get(
    '/api/v1/applications/:name/revisions',
    {
      schema: {
        summary: 'Commits that changed it, branches and tags: what a sync to another revision may name',
        params: named,
        response: { 200: planning.revisions, default: problem },
      },
    },
    async ({ params: { name }, session: { subject } }, { raw }) => {
      const found = await whileAnswering(raw, timers, answerMs, signal => inspect.revisions(name, signal));
      return authority.seesRepository(subject, found.repoURL) ? found : { ...found, branches: [], tags: [] };
    },
  );

  server.get(
    '/api/v1/applications/:name/history/:id/diff',
    {
      schema: {
        summary:
          'What differs between a sync and another one (default: the one before), what is live, or what is declared now',
        params: planning.historyParams,
        querystring: planning.againstQuery,
        response: { 200: planning.contrast, default: problem },
      },
    },
    async ({ params: { name, id }, query: { against } }, { raw }) =>
      await whileAnswering(raw, timers, answerMs, signal => inspect.contrast(name, id, against, signal)),
  );
}

type Asked = z.infer<typeof planning.planBody>;

/** The same as the routes ask that would do it. */
function permissionsFor({ rollbackTo, revision, force, replace }: Asked, may: May) {
  if (rollbackTo !== undefined)
    return [{ action: 'rollback' as const, why: 'it is a rollback', allowed: may.rollback }];
  const permissions = [{ action: 'sync' as 'sync' | 'override', why: 'it is a sync', allowed: may.sync }];
  const reasons = [
    ...(revision === undefined ? [] : ['another revision than the declared one']),
    ...(force === true ? ['force'] : []),
    ...(replace === true ? ['replace'] : []),
  ];
  if (reasons.length > 0) permissions.push({ action: 'override', why: reasons.join(', '), allowed: may.override });
  return permissions;
}
