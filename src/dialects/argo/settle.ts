import type { Application, Project } from '../../model/application.ts';
import { invalid, refuseDuplicates } from '../application.ts';

/**
 * What holds for all definitions of one place together: each name once, and nothing for another target. `servers`: addresses and
 * names of the environment's own, besides Argo CD's words for "this cluster".
 */
export function settle<Definitions extends { applications: Application[]; projects: Project[] }>(
  definitions: Definitions,
  servers: readonly string[],
): Definitions {
  const applications = definitions.applications.map(application => atHome(application, servers));
  return { ...definitions, applications: refuseDuplicates(applications), projects: uniqueProjects(definitions) };
}

/** One operator has one target. What is meant for another is listed, and left alone. */
function atHome(application: Application, servers: readonly string[]): Application {
  const { server, namespace } = application.destination;
  if (server === '') return application;
  if (servers.includes(server)) return { ...application, destination: { server: '', namespace } };
  const elsewhere = invalid(`the destination ${server.slice(0, 200)} is not the target of this environment`);
  return { ...application, conditions: [...application.conditions, elsewhere] };
}

/** Rules that are written twice might contradict each other: nobody may use such a project. */
function uniqueProjects({ projects }: { projects: readonly Project[] }): Project[] {
  const byName = new Map<string, Project>();
  for (const project of projects) {
    const first = byName.get(project.name);
    const twice = first && [...first.conditions, invalid(`project ${project.name} is declared more than once`)];
    byName.set(project.name, first && twice ? { ...first, conditions: twice } : project);
  }
  return [...byName.values()];
}
