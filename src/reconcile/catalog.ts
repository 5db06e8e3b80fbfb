import type { AccessDeclaration } from '../dialects/access.ts';
import type { EnvironmentSettings } from '../dialects/holdfast/read.ts';
import type { Application, Origin, Project } from '../model/application.ts';

/** What was declared in one place. */
export interface Declarations {
  origin: Origin['kind'];
  applications: Application[];
  projects: Project[];
  access?: AccessDeclaration;
  environment?: EnvironmentSettings;
  /** The commit that this was read from, where it was read from Git. */
  revision?: string;
  problems: Problem[];
  /** False when a part could not be read: what is absent then may be declared all the same. */
  complete: boolean;
  /** Files of which nothing could be understood: what they declared before may be declared all the same. */
  unreadable?: readonly string[];
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
  /** Undefined: nothing is said about it. */
  access?: AccessDeclaration;
  /** Likewise: what the environment is called, and for what. It takes effect at the next start. */
  environment?: EnvironmentSettings;
}

export const emptyCatalog: Catalog = { applications: new Map(), projects: new Map(), problems: [] };

/** So few applications are never a mass, as long as others stay: small environments stay easy to change. */
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
  const unread = new Set(places.filter(({ complete }) => !complete).map(({ origin }) => origin));
  const broken = new Set(places.flatMap(({ unreadable = [] }) => unreadable));
  const isHidden = ({ origin }: Application) => unread.has(origin.kind) || broken.has(origin.path);
  const hidden = gone.filter(isHidden);
  const dropped = gone.filter(application => !isHidden(application));
  if (hidden.length > 0) {
    problems.push(`not everything could be read, so ${hidden.length} applications that seem to be gone are kept`);
  }
  const isMass =
    (dropped.length > neverAMass && dropped.length > previous.applications.size / 2) ||
    // An empty list is more often a mistake than a wish.
    (dropped.length > 1 && applications.size === 0 && hidden.length === 0);
  if (isMass) {
    const counted = `${dropped.length} of ${previous.applications.size} applications`;
    problems.push(
      `${counted} are no longer declared; they are kept until a person deletes them (holdfast delete NAME)`,
    );
  }
  for (const application of [...hidden, ...(isMass ? dropped : [])]) applications.set(application.name, application);
  if (unread.size > 0) {
    for (const project of previous.projects.values())
      if (!projects.has(project.name)) projects.set(project.name, project);
  }
  const said = places.find(place => place.access !== undefined)?.access;
  const access = said ?? (unread.size > 0 ? previous.access : undefined);
  const environment = places.find(place => place.environment !== undefined)?.environment ?? previous.environment;
  return {
    ...{ applications, projects, problems },
    ...(access === undefined ? {} : { access }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function describeProblem({ path, line, message }: Problem): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}

/** What is declared as before stays the same object: most of a thousand applications, whatever the commit. */
export function keepSame<Declared>(
  before: ReadonlyMap<string, Declared>,
  read: ReadonlyMap<string, Declared>,
): Map<string, Declared> {
  const kept = new Map<string, Declared>();
  for (const [name, now] of read) {
    const old = before.get(name);
    const isSame = old === now || (old !== undefined && JSON.stringify(old) === JSON.stringify(now));
    kept.set(name, isSame ? (old as Declared) : now);
  }
  return kept;
}
