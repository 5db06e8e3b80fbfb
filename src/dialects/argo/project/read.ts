import type { Condition, Project } from '../../../model/application.ts';
import { invalid, unsupported } from '../../application.ts';
import { parseLeniently } from '../lenient.ts';
import { type ProjectSpec, projectSpec } from './schema.ts';

/**
 * Fields that Holdfast does not follow yet. Those that would forbid something stand in the way of the project's applications: to
 * overlook a rule is to break it.
 */
const notYet: Record<string, Condition['level']> = {
  sourceNamespaces: 'warning',
  orphanedResources: 'warning',
  permitOnlyProjectScopedClusters: 'warning',
  syncWindows: 'error',
  signatureKeys: 'error',
  sourceIntegrity: 'error',
};

export function readProject(name: string, spec: unknown): Project {
  const { data, findings } = parseLeniently(projectSpec, withoutForeignTokens(spec));
  const conditions = findings.map(({ path, reason, unknownField }): Condition => {
    const field = String(path[0]);
    const level = path.length === 1 && Object.hasOwn(notYet, field) ? notYet[field] : undefined;
    if (unknownField && level) return unsupported(`spec.${field} of project ${name} is not supported yet`, level);
    // An item that says more than we understand may mean less than it seems to: `name` in a list of kinds narrows it.
    return unknownField && path.length === 1
      ? unsupported(`project ${name}: ${reason}`)
      : invalid(`project ${name}: ${reason}`);
  });
  return { ...toProject(name, data ?? projectSpec.parse({})), conditions };
}

/** What Argo CD knows of tokens that it signed itself says nothing here. */
function withoutForeignTokens(spec: unknown): unknown {
  if (typeof spec !== 'object' || spec === null || !('roles' in spec) || !Array.isArray(spec.roles)) return spec ?? {};
  const roles = spec.roles.map((role: unknown) => {
    if (typeof role !== 'object' || role === null || !('jwtTokens' in role)) return role;
    const { jwtTokens: _, ...rest } = role;
    return rest;
  });
  return { ...spec, roles };
}

export function toProject(name: string, spec: ProjectSpec): Project {
  return {
    name,
    sourceRepos: spec.sourceRepos,
    destinations: spec.destinations,
    clusterResourceAllow: spec.clusterResourceWhitelist,
    clusterResourceDeny: spec.clusterResourceBlacklist,
    namespaceResourceAllow: spec.namespaceResourceWhitelist,
    namespaceResourceDeny: spec.namespaceResourceBlacklist,
    serviceAccounts: spec.destinationServiceAccounts.map(({ server, namespace, defaultServiceAccount: account }) => ({
      server,
      namespace,
      account,
    })),
    roles: spec.roles.map(({ name: role, policies, groups }) => ({ name: role, policies, groups })),
    conditions: [],
  };
}
