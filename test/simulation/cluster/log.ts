import type { Call } from './call.ts';
import type { ApiRequest } from './cluster.ts';
import type { KubeObject } from './json.ts';

/** A request that reached the server and what came of it. */
export interface Exchange {
  at: number;
  user: string;
  userAgent: string;
  fieldManager?: string;
  method: string;
  path: string;
  dryRun: boolean;
  /** Undefined for what is no resource, or not served. */
  resource?: {
    group: string;
    version: string;
    kind: string;
    resource: string;
    subresource?: string;
    namespace: string;
    /** '' for a collection. */
    name: string;
  };
  status: number;
  /** Of a write: the stored object that it found, and what it left. */
  before?: KubeObject;
  after?: KubeObject;
}

export function toExchange(request: ApiRequest, call: Call | undefined, status: number, at: number): Exchange {
  const { method, path, user } = request;
  const exchange: Exchange = {
    at,
    user,
    userAgent: request.headers['user-agent'] ?? '',
    method,
    path,
    dryRun: false,
    status,
  };
  if (call === undefined) return exchange;
  const { kind, namespace, name, subresource, query, before, after, dryRun } = call;
  exchange.dryRun = dryRun;
  if (query.fieldManager !== undefined) exchange.fieldManager = query.fieldManager;
  exchange.resource = {
    ...{ group: kind.group, version: kind.version, kind: kind.kind, resource: kind.plural, namespace, name },
    ...(subresource === '' ? {} : { subresource }),
  };
  if (before !== undefined) exchange.before = before;
  if (after !== undefined) exchange.after = after;
  return exchange;
}
