import type { Application, Condition, Project } from '../../../model/application.ts';
import { describeResource, type ResourceId } from '../../../model/resource.ts';
import { globMatches } from '../../glob.ts';

/** Other names for the environment's own target. */
export const ownServer = 'https://kubernetes.default.svc';
export const ownName = 'in-cluster';

/** Definitions steer the operator itself. Whoever may write them can get at everything, so a project has to name the very kind. */
const steeringGroups = ['argoproj.io', 'holdfast.dev'];

/**
 * What of its project forbids the application. `project` is undefined when none of that name is declared: then the name `default`
 * allows everything, and any other nothing. `server`: address of the environment's target; `ownRepo`: what a source without
 * an address means.
 */
export function permits(
  project: Project | undefined,
  application: Application,
  server: string,
  ownRepo = '',
): Condition[] {
  if (project === undefined) {
    if (application.project === 'default') return [];
    return [refusal(`there is no project ${application.project}`)];
  }
  const conditions = project.conditions.filter(({ level }) => level === 'error');
  for (const source of application.sources) {
    const url = source.repoURL === '' ? ownRepo : source.repoURL;
    if (!permitsSource(project, url))
      conditions.push(refusal(`project ${project.name} does not allow the repository ${withoutLogin(url)}`));
  }
  const { destination } = application;
  if (!permitsDestination(project, destination.server, destination.namespace, server)) {
    const where = `${destination.server || server || 'here'}, namespace ${destination.namespace || '(none)'}`;
    conditions.push(refusal(`project ${project.name} does not allow to deliver to ${where}`));
  }
  const { refusal: reason } = accountOf(project, application, server);
  if (reason !== undefined) conditions.push(refusal(reason));
  return conditions;
}

/**
 * As whom the project has the application delivered: the name of a service account as its cluster knows it; undefined for the
 * operator itself; a refusal where the project names accounts, and none is for this destination: no account means no rights.
 */
export function accountOf(
  project: Project | undefined,
  { destination: { server, namespace } }: Application,
  ownAddress: string,
): { account?: string; refusal?: string } {
  if (project === undefined || project.serviceAccounts.length === 0) return {};
  const isOwn = server === '' || server === ownServer || server === ownName || server === ownAddress;
  const names = isOwn ? [ownServer, ownAddress].filter(name => name !== '') : [server];
  const found = project.serviceAccounts.find(
    rule => fits(rule.server, names) && !isDenial(rule.server) && fits(rule.namespace, [namespace]),
  );
  const [, home = namespace, name] = /^(?:(.*):)?(.*)$/.exec(found?.account ?? '') ?? [];
  if (found === undefined || home === '' || isDenial(found.namespace))
    return { refusal: `project ${project.name} names no service account for the namespace ${namespace || '(none)'}` };
  return { account: `system:serviceaccount:${home}:${name}` };
}

/** Whether applications of the project may use this repository. At least one rule allows it, and none denies it. */
export function permitsSource(project: Project | undefined, url: string): boolean {
  if (project === undefined) return true;
  const denied = project.sourceRepos.some(rule => isDenial(rule) && fitsRepo(rule.slice(1), url));
  const allowed = project.sourceRepos.some(rule => !isDenial(rule) && fitsRepo(rule, url));
  return allowed && !denied;
}

/**
 * Why the project forbids this resource; undefined when it does not. Asked about everything that is about to be written, hooks
 * included, with the namespace that it will be in: '' is a cluster-wide one. `server`: as for `permits`.
 */
export function permitsResource(
  project: Project | undefined,
  id: ResourceId,
  server = '',
  clusterScoped = id.namespace === '',
): string | undefined {
  if (project === undefined) return undefined;
  const forbidden = `project ${project.name} does not allow ${describeResource(id)}`;
  if (clusterScoped) {
    const allowed = isListed(project.clusterResourceAllow, id) && !isListed(project.clusterResourceDeny, id);
    return allowed ? undefined : `${forbidden}: cluster-wide ${id.kind} is not in its list`;
  }
  const { namespaceResourceAllow: allow, namespaceResourceDeny: deny } = project;
  if ((allow !== undefined && !isListed(allow, id)) || isListed(deny, id))
    return `${forbidden}: ${id.kind} is not in its list`;
  if (steeringGroups.includes(id.group) && !allow?.some(({ group, kind }) => group === id.group && kind === id.kind)) {
    return `${forbidden}: ${id.kind} steers Holdfast itself, so its list has to name it in full`;
  }
  if (!permitsDestination(project, '', id.namespace, server)) return `${forbidden}: not in this namespace`;
  return undefined;
}

/** `destination` as declared ('' for the environment's own target, which `server` is the address of). */
function permitsDestination(project: Project, destination: string, namespace: string, server: string): boolean {
  const isOwn = destination === '' || destination === ownServer || destination === ownName || destination === server;
  const names = isOwn ? [ownServer, ownName, server].filter(name => name !== '') : [destination];
  let allowed = false;
  for (const rule of project.destinations) {
    const isThere = fits(rule.server, names) || fits(rule.name, names);
    if (!isThere || !fits(rule.namespace, [namespace])) continue;
    if ([rule.server, rule.name, rule.namespace].some(isDenial)) return false;
    allowed = true;
  }
  return allowed;
}

/** Whether the rule's glob, its `!` left aside, fits any of the names. No rule fits nothing. */
function fits(rule: string, names: readonly string[]): boolean {
  if (rule === '') return false;
  const glob = isDenial(rule) ? rule.slice(1) : rule;
  return names.some(name => globMatches(glob, name));
}

function isListed(list: readonly { group: string; kind: string }[], { group, kind }: ResourceId): boolean {
  return list.some(item => globMatches(item.group, group) && globMatches(item.kind, kind));
}

function isDenial(rule: string): boolean {
  return rule.startsWith('!');
}

/** `*` alone is anything; elsewhere it stops at slashes. */
function fitsRepo(rule: string, url: string): boolean {
  return rule === '*' || globMatches(normalRepo(rule), normalRepo(url), '/');
}

/** One spelling for an address: case, `.git` and the short form of ssh do not matter. */
function normalRepo(url: string): string {
  const short = /^([\w.-]+@[\w.-]+):(?!\/\/)(.*)$/.exec(url.trim());
  const long = short ? `ssh://${short[1]}/${short[2]}` : url.trim();
  return long
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

function refusal(message: string): Condition {
  return { type: 'InvalidSpecError', message, level: 'error' };
}
