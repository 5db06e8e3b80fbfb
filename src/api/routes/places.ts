import { z } from 'zod';
import type { Subject } from '../../access/subject.ts';
import type { WrittenConfig } from '../../config/written.ts';
import type { Timers } from '../../env/env.ts';
import { forgeLink } from '../../git/forge-link.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { ApiServer } from '../app.ts';
import type { Authority } from '../authority.ts';
import { answerMs, whileAnswering } from '../lifetime.ts';
import { projectView, repositoryView, seenOf, targetView } from '../places.ts';
import { project, repository, target } from '../places-schemas.ts';
import * as out from '../schemas.ts';
import { settings } from '../settings-schemas.ts';

interface PlaceParts {
  operator: Operator;
  authority: Authority;
  timers: Timers;
  config: WrittenConfig;
}

/** What surrounds applications: projects, repositories, targets, and the settings of the operator. */
export function addPlaceRoutes(server: ApiServer, { operator, authority, timers, config }: PlaceParts): void {
  const seenBy = (subject: Subject) => seenOf(operator, status => authority.sees(subject, status.name, status.project));

  server.get(
    '/api/v1/projects',
    {
      schema: {
        summary: 'Projects that one may see, with their rules and how their applications are',
        response: { 200: z.array(project), default: out.problem },
      },
    },
    async ({ session: { subject } }) => {
      const seen = seenBy(subject);
      const all = operator.overview.projects().filter(({ name }) => authority.seesProject(subject, name));
      return all.map(facts => projectView(facts, seen));
    },
  );

  server.get(
    '/api/v1/repositories',
    {
      schema: {
        summary: 'Repositories of the applications that one may see: when they were last asked, and what is wrong',
        response: { 200: z.array(repository), default: out.problem },
      },
    },
    async ({ session: { subject } }) => {
      const seen = seenBy(subject);
      const shown = operator.overview.repositories().filter(facts => {
        const isUsed = facts.users.some(({ application }) => seen.has(application));
        return isUsed || authority.seesRepository(subject, facts.url);
      });
      return shown.map(facts => repositoryView(facts, seen, config));
    },
  );

  server.get(
    '/api/v1/targets',
    {
      schema: {
        summary: 'Where applications are delivered to, and whether it answers',
        response: { 200: z.array(target), default: out.problem },
      },
    },
    async ({ session: { subject } }, { raw }) => {
      if (!authority.seesEnvironment(subject)) return [];
      const facts = await whileAnswering(raw, timers, answerMs, signal => operator.overview.target(signal));
      return [targetView(operator.environment(), facts, seenBy(subject))];
    },
  );

  server.get(
    '/api/v1/settings',
    {
      schema: {
        summary: 'Settings as they are in effect, and where each is written; they are changed there',
        response: { 200: settings, default: out.problem },
      },
    },
    async (_, { raw }) => {
      const declared = await whileAnswering(raw, timers, answerMs, signal => operator.overview.settings(signal));
      const { repoURL, path, revision } = declared;
      const all = [...config.settings, ...declared.settings].map(({ path: file, line, ...setting }) => {
        if (file === undefined) return setting;
        const url = setting.from === 'git' ? forgeLink(repoURL, revision, file, line) : undefined;
        const at = { path: file, ...(line === undefined ? {} : { line }), ...(url === undefined ? {} : { url }) };
        return { ...setting, place: at };
      });
      const own = config.file === undefined ? {} : { file: config.file };
      return { ...own, repoURL: repoURL.replace(/\/\/[^/@]*@/, '//'), path, revision, settings: all };
    },
  );
}
