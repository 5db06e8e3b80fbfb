import { createHash } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from './cluster.ts';
import type { JsonObject } from './json.ts';
import { apiVersionOf, type Kind, verbs } from './kinds.ts';

const aggregated = /application\/json;g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/;
const subresourceVerbs: Record<string, string[]> = { finalize: ['update'] };
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** `/api`, `/apis` and what is below them that is no resource; undefined for all other paths. */
export function discover(
  request: ApiRequest,
  kinds: readonly Kind[],
  broken: ReadonlySet<string>,
): ApiAnswer | undefined {
  const path = request.path.split('?', 1)[0]!;
  if (path === '/api' || path === '/apis') {
    const isAggregated = aggregated.test((request.headers.accept ?? '').replaceAll(' ', ''));
    if (!isAggregated) return json(path === '/api' ? legacyVersions : groupList(kinds));
    const document = groups(
      kinds.filter(({ group }) => (group === '') === (path === '/api')),
      path === '/api' ? new Set() : broken,
    );
    return tagged(request, {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: document,
    });
  }
  const [, group = '', version] = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  if (version === undefined) return undefined;
  const served = kinds.filter(kind => kind.group === group && kind.version === version);
  return served.length === 0 ? undefined : json(resourceList(group, version, served));
}

/** Asked again with what it was tagged with, it is not sent again. */
function tagged(request: ApiRequest, document: JsonObject): ApiAnswer {
  const body = JSON.stringify(document);
  const etag = etagOf(body);
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
  const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return { status: 200, headers: { 'content-type': type, ...headers }, body };
}

const etags = new Map<string, string>();

/** Most worlds have the same kinds. */
function etagOf(body: string): string {
  const known = etags.get(body);
  if (known !== undefined) return known;
  if (etags.size > 100) etags.clear();
  const etag = `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"`;
  etags.set(body, etag);
  return etag;
}

function groups(kinds: readonly Kind[], broken: ReadonlySet<string>): JsonObject[] {
  const names = [...new Set([...kinds.map(({ group }) => group), ...broken])];
  return names.map(name => {
    const own = kinds.filter(({ group }) => group === name);
    const versions = own.length === 0 ? ['v1'] : [...new Set(own.map(({ version }) => version))];
    return {
      metadata: name === '' ? {} : { name },
      versions: versions.map(version => {
        if (broken.has(name)) return { version, resources: [], freshness: 'Stale' };
        const resources = own
          .filter(kind => kind.version === version)
          .toSorted(byPlural)
          .map(resource);
        return { version, resources, freshness: 'Current' };
      }),
    };
  });
}

function byPlural(a: Kind, b: Kind): number {
  return a.plural < b.plural ? -1 : 1;
}

function resource(kind: Kind): JsonObject {
  const { group, version, plural, singular, namespaced, shortNames, categories, subresources } = kind;
  // The server leaves it to the reader to know where its own kinds are.
  const responseKind = kind.custom ? { group, version, kind: kind.kind } : { group: '', version: '', kind: kind.kind };
  const below = subresources.map(subresource => ({
    ...{ subresource, responseKind: subresource === 'scale' ? scale : responseKind },
    verbs: subresourceVerbs[subresource] ?? ['get', 'patch', 'update'],
  }));
  return {
    ...{ resource: plural, responseKind, scope: namespaced ? 'Namespaced' : 'Cluster', singularResource: singular },
    verbs: verbsOf(kind),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(below.length > 0 ? { subresources: below } : {}),
  };
}

/** Namespaces are never deleted by the collection. */
function verbsOf({ kind, custom }: Kind): string[] {
  if (custom) return customVerbs;
  return kind === 'Namespace' ? verbs.filter(verb => verb !== 'deletecollection') : verbs;
}

const legacyVersions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

function groupList(kinds: readonly Kind[]): JsonObject {
  const names = [...new Set(kinds.map(({ group }) => group))].filter(name => name !== '');
  const list = names.map(name => {
    const versions = [...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version))];
    const described = versions.map(version => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: described, preferredVersion: described[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: list };
}

function resourceList(group: string, version: string, kinds: readonly Kind[]): JsonObject {
  const resources = kinds.toSorted(byPlural).flatMap(kind => {
    const { plural, singular, namespaced, shortNames, categories } = kind;
    const main = {
      ...{ name: plural, singularName: singular, namespaced, kind: kind.kind, verbs: verbsOf(kind) },
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    };
    const below = kind.subresources.map(subresource => ({
      ...{ name: `${plural}/${subresource}`, singularName: '', namespaced },
      ...(subresource === 'scale' ? scale : { kind: kind.kind }),
      verbs: subresourceVerbs[subresource] ?? ['get', 'patch', 'update'],
    }));
    return [main, ...below];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources };
}

function json(document: JsonObject): ApiAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) };
}
