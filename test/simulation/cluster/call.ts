import type { ApiRequest } from './cluster.ts';
import { ApiError, invalid, methodNotAllowed, type Named, notFound, unknownPath } from './errors.ts';
import type { KubeObject } from './json.ts';
import { apiVersionOf, type Kind, type Kinds, resourceOf } from './kinds.ts';
import type { Writer } from './managed-fields.ts';

/** A request for a resource, read. */
export interface Call {
  method: string;
  kind: Kind;
  namespace: string;
  /** '' for a collection. */
  name: string;
  subresource: string;
  query: Record<string, string>;
  body: string | undefined;
  contentType: string;
  accept: string;
  user: string;
  groups: readonly string[];
  userAgent: string;
  /** Who is said to write: `fieldManager`, or the first part of the user agent. */
  manager: string;
  dryRun: boolean;
  seenRevision: number | undefined;
  /** What the write found and what it left, for the log. */
  before: KubeObject | undefined;
  after: KubeObject | undefined;
  /** For the header `warning`. */
  warnings: string[];
}

/** Throws what a server answers to a path that it does not serve. */
export function readCall(request: ApiRequest, kinds: Kinds): Call {
  const [path = '', search] = request.path.split('?', 2);
  const steps = (path.includes('%') ? path.split('/').map(decodeURIComponent) : path.split('/')).slice(1);
  const isCore = steps[0] === 'api';
  const [group, version, ...rest] = isCore ? ['', ...steps.slice(1)] : steps.slice(1);
  if (group === undefined || version === undefined) throw notServed();
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2]!);
  const namespace = isNamespaced ? rest[1]! : '';
  const [plural = '', name = '', subresource = '', ...others] = isNamespaced ? rest.slice(2) : rest;
  const kind = kinds.find(group, version, plural);
  if (kind === undefined) throw isBuiltInGroup(kinds, group) ? unknownPath() : notServed();
  const isScoped = !isNamespaced || kind.namespaced;
  const isUnknown = subresource !== '' && !kind.subresources.includes(subresource);
  if (isUnknown && kind.custom) throw notFound({ ...kind, name });
  if (!isScoped || others.length > 0 || isUnknown) throw unknownPath();
  // One object needs its namespace; what does not name it is no path.
  if (kind.namespaced && !isNamespaced && name !== '') throw unknownPath();
  if (kind.namespaced && !isNamespaced && request.method === 'POST') throw methodNotAllowed();
  const query = readQuery(search);
  const userAgent = request.headers['user-agent'] ?? '';
  return {
    ...{ method: request.method, kind, namespace, name, subresource, query, body: request.body, userAgent },
    ...{ contentType: mediaType(request.headers['content-type']), accept: request.headers.accept ?? '' },
    ...{ user: request.user, groups: request.groups ?? [], dryRun: isDryRun(query) },
    manager: query.fieldManager || userAgent.split('/', 1)[0]!.slice(0, 128),
    seenRevision: request.seenRevision,
    ...{ before: undefined, after: undefined, warnings: [] },
  };
}

/** A group that nobody knows is not even spoken of in JSON. */
function notServed(): ApiError {
  return new ApiError(404, '', '404 page not found');
}

function isBuiltInGroup(kinds: Kinds, group: string): boolean {
  for (const kind of kinds.all()) if (kind.group === group) return !kind.custom;
  return false;
}

function isDryRun({ dryRun }: Record<string, string>): boolean {
  if (dryRun === undefined || dryRun === 'All') return dryRun === 'All';
  const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', plural: '', kind: 'PatchOptions', name: '' }, [
    { field: 'dryRun', type: 'Unsupported', message },
  ]);
}

function readQuery(search: string | undefined): Record<string, string> {
  if (search === undefined) return {};
  if (/[%+]/.test(search)) return Object.fromEntries(new URLSearchParams(search));
  const query: Record<string, string> = {};
  for (const part of search.split('&')) {
    const at = part.indexOf('=');
    query[at < 0 ? part : part.slice(0, at)] = at < 0 ? '' : part.slice(at + 1);
  }
  return query;
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim();
}

export function keyOf({ namespace, name }: { namespace?: string; name: string }): string {
  return `${namespace ?? ''}/${name}`;
}

export function storedAt(call: Call): [resource: string, key: string] {
  return [resourceOf(call.kind), keyOf(call)];
}

export function named({ kind, name }: Call): Named {
  return { group: kind.group, plural: kind.plural, kind: kind.kind, name };
}

export function writerOf(call: Call, operation: Writer['operation'], time: string): Writer {
  const { kind, subresource, manager } = call;
  return {
    ...{ manager, operation, apiVersion: apiVersionOf(kind), time },
    ...(subresource === '' ? {} : { subresource }),
  };
}
