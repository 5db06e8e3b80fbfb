/** What a request to a Kubernetes API server is, read from its line. */
export interface ApiRequest {
  verb: Verb;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** Plural; '' where it is about no resource. */
  resource: string;
  namespace: string;
  name: string;
}

export type Verb = 'get' | 'list' | 'watch' | 'apply' | 'dry run' | 'create' | 'replace' | 'delete' | 'other';

export function readRequest(method: string, url: string): ApiRequest {
  const { pathname: path, searchParams: query } = new URL(url, 'http://unused');
  const parts = path.split('/').filter(part => part !== '');
  // `/api/v1/…` or `/apis/GROUP/VERSION/…`
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = isInNamespace ? (rest[1] ?? '') : '';
  const [resource = '', name = ''] = isInNamespace ? rest.slice(2) : rest;
  return { verb: verbOf(method, query, resource, name), path, query, resource, namespace, name };
}

function verbOf(method: string, query: URLSearchParams, resource: string, name: string): Verb {
  if (query.has('dryRun')) return 'dry run';
  if (method === 'GET') {
    if (query.has('watch')) return 'watch';
    return resource === '' ? 'other' : name === '' ? 'list' : 'get';
  }
  const verbs: Record<string, Verb> = { PATCH: 'apply', POST: 'create', PUT: 'replace', DELETE: 'delete' };
  return verbs[method] ?? 'other';
}

/** `apply configmaps/a`: what was asked to be changed, and was. */
export function describeWrites(requests: readonly (ApiRequest & { status: number })[]): string[] {
  return requests
    .filter(({ verb, status }) => ['apply', 'create', 'replace', 'delete'].includes(verb) && status > 0 && status < 300)
    .map(({ verb, resource, name }) => `${verb} ${resource}/${name}`);
}
