import type { WrittenConfig } from '../config/written.ts';
import type { ApplicationStatus } from '../model/status.ts';
import type { EnvironmentStatus, Operator } from '../reconcile/operator.ts';
import type { ProjectFacts, RepositoryFacts, TargetFacts } from '../reconcile/overview.ts';
import type { ProjectView, RepositoryView, TargetView } from './places-schemas.ts';

type Counts = ProjectView['counts'];

/** Statuses by the names of their applications: of those that somebody may see. */
export type Seen = ReadonlyMap<string, ApplicationStatus>;

export function seenOf(operator: Operator, shows: (status: ApplicationStatus) => boolean): Seen {
  return new Map(operator.applications().flatMap(status => (shows(status) ? [[status.name, status]] : [])));
}

export function projectView({ name, project }: ProjectFacts, seen: Seen): ProjectView {
  const counts = countsOf([...seen.values()].filter(status => status.project === name));
  if (project === undefined) return { ...noRules, name, declared: false, counts };
  const { sourceRepos, destinations, clusterResourceAllow, clusterResourceDeny, namespaceResourceDeny } = project;
  const { namespaceResourceAllow, roles, conditions, serviceAccounts } = project;
  return {
    ...{ name, declared: true, sourceRepos, destinations, clusterResourceAllow, clusterResourceDeny },
    ...(namespaceResourceAllow === undefined ? {} : { namespaceResourceAllow }),
    ...{ namespaceResourceDeny, roles, conditions, counts, serviceAccounts },
  };
}

const noRules = {
  ...{ sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] },
  ...{ namespaceResourceDeny: [], serviceAccounts: [], roles: [], conditions: [] },
};

/** Of the applications that use it, only those count that somebody may see. */
export function repositoryView(facts: RepositoryFacts, seen: Seen, config: WrittenConfig): RepositoryView {
  const { url, kind, own, checkedAt, trouble } = facts;
  const users = facts.users.filter(({ application }) => seen.has(application));
  const revisions = new Map(users.flatMap(({ locked }) => (locked === undefined ? [] : [[locked.from, locked]])));
  const credentials = config.credentialsFor(url);
  const state = trouble !== undefined ? 'failing' : checkedAt === undefined ? 'unknown' : 'ok';
  return {
    ...{ url: withoutLogin(url), kind, own, state },
    ...(checkedAt === undefined ? {} : { checkedAt }),
    ...(trouble === undefined ? {} : { problem: problemOf(trouble) }),
    revisions: [...revisions.values()].slice(0, maxRevisions).map(({ from, revision }) => ({ from, revision })),
    ...(credentials === undefined ? {} : { credentials }),
    counts: countsOf(users.flatMap(({ application }) => seen.get(application) ?? [])),
    projects: [...new Set(users.map(({ project }) => project))].toSorted(),
  };
}

/** Beyond them, each application says its own. */
const maxRevisions = 100;

function problemOf({ error, since }: NonNullable<RepositoryFacts['trouble']>) {
  const { code, message, advice, fault } = error;
  return { code, message, advice, fault, since };
}

export function targetView(
  environment: EnvironmentStatus,
  { reachable = true, since = environment.startedAt, problems = [], watches, resources, version, server }: TargetFacts,
  seen: Seen,
): TargetView {
  const statuses = [...seen.values()];
  const known = resources ?? statuses.reduce((sum, status) => sum + status.resources.length, 0);
  return {
    ...{ name: environment.name, kind: environment.target, description: environment.targetDescription },
    ...{ server, version, reachable, since, problems: problems.slice(0, maxProblems), resources: known },
    ...(watches === undefined ? {} : { watches }),
    counts: countsOf(statuses),
  };
}

const maxProblems = 50;

function countsOf(statuses: readonly ApplicationStatus[]): Counts {
  const count = (is: (status: ApplicationStatus) => boolean) => statuses.filter(is).length;
  return {
    applications: statuses.length,
    outOfSync: count(({ sync }) => sync.status === 'OutOfSync'),
    unhealthy: count(({ health }) => health.status === 'Degraded' || health.status === 'Missing'),
    drifted: count(({ resources }) => resources.some(({ drift }) => drift !== undefined && drift.kind !== 'extra')),
  };
}

/** Addresses may be declared with a password in them. */
function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
