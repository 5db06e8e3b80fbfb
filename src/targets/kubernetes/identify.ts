import { readAnnotations } from '../../dialects/annotations.ts';
import {
  type Desired,
  describeResource,
  type Live,
  type Rendered,
  type ResourceId,
  resourceKey,
} from '../../model/resource.ts';
import type { ApplicationContext, Identified, Problem } from '../target.ts';
import { apiVersion, type Discovery, type ServedKind } from './discovery.ts';
import { rank } from './kinds.ts';
import { createdNamespace } from './namespaces.ts';
import type { Watches } from './watches.ts';

export interface IdentifyOptions {
  discovery: Discovery;
  watches: Watches;
  live(key: string): Live | undefined;
}

const namespaceKind = { group: '', kind: 'Namespace' };

type Scope = 'Namespaced' | 'Cluster';

/** Names what was rendered as the cluster knows it. What cannot be named, or not be seen, is a problem of that resource alone. */
export async function identify(
  rendered: readonly Rendered[],
  application: ApplicationContext,
  { discovery, watches, live }: IdentifyOptions,
  signal: AbortSignal,
): Promise<Identified> {
  const defined = definitions(rendered);
  const desired = new Map<string, Desired>();
  const problems: Problem[] = [];
  const kinds = new Map<Rendered, ServedKind>();
  for (const resource of rendered) {
    const served = await discovery.look(resource.id, resource.version, signal);
    if (served !== undefined) kinds.set(resource, served);
  }
  const namespaces = application.policy.options.createNamespace ? discovery.find(namespaceKind) : undefined;
  await watches.cover(new Set([...kinds.values(), ...(namespaces === undefined ? [] : [namespaces])]), signal);

  for (const resource of rendered) {
    const served = kinds.get(resource);
    const scope = served === undefined ? defined.get(definedName(resource.id)) : scopeOf(served);
    const refuse = (message: string) => problems.push({ id: resource.id, message });
    if (scope === undefined) {
      refuse(unknownKind(resource, discovery));
      continue;
    }
    const invisible = served === undefined ? undefined : watches.forbidden(served);
    if (invisible !== undefined) {
      refuse(`Holdfast cannot see resources of this kind, and does not change what it cannot see: ${invisible}`);
      continue;
    }
    const named = name(resource, scope, application);
    if (!isPathSegment(named.id.name) || (named.id.namespace !== '' && !isPathSegment(named.id.namespace))) {
      refuse('its name or namespace is not one that Kubernetes allows');
      continue;
    }
    const former = desired.get(named.key);
    if (former === undefined) desired.set(named.key, named);
    else if (former.body.hash !== named.body.hash)
      refuse(`${describeResource(named.id)} is declared more than once, in different ways`);
  }
  // Whoever may not see namespaces finds theirs made by somebody else, or is told so by what should go into it.
  const canSee = namespaces !== undefined && watches.forbidden(namespaces) === undefined;
  const namespace = canSee ? createdNamespace(application, desired, live) : undefined;
  if (namespace !== undefined) desired.set(namespace.key, namespace);
  return { desired: [...desired.values()], problems };
}

function name(resource: Rendered, scope: Scope, application: ApplicationContext): Desired {
  const { version, body, annotations } = resource;
  const written = resource.id.namespace === '' ? application.namespace : resource.id.namespace;
  const namespace = scope === 'Cluster' ? '' : written === '' ? 'default' : written;
  const id: ResourceId = { ...resource.id, namespace };
  const { phases, hook, wave, options } = readAnnotations(annotations, application.policy);
  return {
    ...{ id, key: resourceKey(id), version, body, phases, wave, rank: rank(id), options },
    ...(hook === undefined ? {} : { hook }),
    ...(resource.generateName === undefined ? {} : { generateName: resource.generateName }),
  };
}

/** Names become parts of addresses: one that climbs out of its place would be another request. */
function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 253 && !/[/%\\?#\s]/.test(name);
}

/** Kinds that CustomResourceDefinitions among the resources will bring. */
function definitions(rendered: readonly Rendered[]): Map<string, Scope> {
  const found = new Map<string, Scope>();
  for (const { defines } of rendered) if (defines !== undefined) found.set(definedName(defines), defines.scope);
  return found;
}

function definedName({ group, kind }: { group: string; kind: string }): string {
  return `${group}/${kind}`;
}

function scopeOf(kind: ServedKind): Scope {
  return kind.namespaced ? 'Namespaced' : 'Cluster';
}

function unknownKind({ id, version }: Rendered, discovery: Discovery): string {
  const others = discovery.versions(id).map(apiVersion);
  if (others.length > 0)
    return `the cluster does not serve ${id.kind} as ${apiVersion({ ...id, version })}, but as ${others.join(', ')}`;
  if (discovery.isUnknownGroup(id.group))
    return `the server behind the API group ${id.group} does not answer, so nobody knows whether it has the kind ${id.kind}`;
  return `the cluster does not know the kind ${id.kind} of ${apiVersion({ ...id, version })}; install its CustomResourceDefinition first, or declare it in the same application`;
}
