import type { Application, Project } from '../model/application.ts';

/** What was declared in one place. */
export interface Declarations {
  applications: Application[];
  projects: Project[];
  problems: Problem[];
  /** False when a part could not be read: what is absent then may be declared all the same. */
  complete: boolean;
}

export interface Problem {
  path: string;
  line?: number;
  message: string;
}

/** All applications of the environment, as far as they are known. */
export interface Catalog {
  applications: ReadonlyMap<string, Application>;
  projects: ReadonlyMap<string, Project>;
  problems: string[];
}

export const emptyCatalog: Catalog = { applications: new Map(), projects: new Map(), problems: [] };

/** Fewer applications than this may all go at once: small environments stay easy to change. */
const neverAMass = 3;

/**
 * The new catalog after declarations were read. Applications that are no longer declared leave it, unless not everything
 * could be read, or so many left at once that it is more likely a mistake: then they stay until a person deletes them.
 */
export function nextCatalog(previous: Catalog, places: readonly Declarations[]): Catalog {
  const applications = new Map<string, Application>();
  const projects = new Map<string, Project>();
  const problems = places.flatMap(place => place.problems.map(describeProblem));
  for (const place of places) {
    for (const project of place.projects) projects.set(project.name, project);
    for (const application of place.applications) {
      const other = applications.get(application.name);
      if (other === undefined) applications.set(application.name, application);
      else
        problems.push(
          `${application.origin.path}: an application ${application.name} is declared in ${other.origin.path} already; this one is left out`,
        );
    }
  }
  const gone = [...previous.applications.values()].filter(({ name }) => !applications.has(name));
  const kept = keepReason(gone.length, previous.applications.size, places);
  if (kept !== undefined && gone.length > 0) {
    problems.push(kept);
    for (const application of gone) applications.set(application.name, application);
  }
  if (places.some(({ complete }) => !complete)) {
    for (const project of previous.projects.values())
      if (!projects.has(project.name)) projects.set(project.name, project);
  }
  return { applications, projects, problems };
}

function keepReason(gone: number, before: number, places: readonly Declarations[]): string | undefined {
  if (places.some(({ complete }) => !complete)) {
    return `not everything could be read, so ${gone} applications that seem to be gone are kept`;
  }
  if (gone > neverAMass && gone > before / 2) {
    return `${gone} of ${before} applications are no longer declared; they are kept until a person deletes them (holdfast delete NAME)`;
  }
  return undefined;
}

function describeProblem({ path, line, message }: Problem): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}
