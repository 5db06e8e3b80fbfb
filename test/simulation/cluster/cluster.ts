// A model of a Kubernetes API server with its controllers, in one process and in the time that it is given.
import { type Call, readCall } from './call.ts';
import { startControllers } from './controllers/all.ts';
import { discover } from './discovery.ts';
import { ApiError, internal, methodNotAllowed } from './errors.ts';
import type { JsonObject, KubeObject } from './json.ts';
import { Kinds, resourceOf } from './kinds.ts';
import { list } from './list.ts';
import { type Exchange, toExchange } from './log.ts';
import type { Written } from './persist.ts';
import { Policy, type Verb } from './policy.ts';
import { listText, objectText, viewOf } from './present.ts';
import { get } from './read.ts';
import { remove, removeAll } from './remove.ts';
import { reviewAccess } from './review.ts';
import { readScale, writeScale } from './scale.ts';
import type { Server } from './server.ts';
import { Store } from './store.ts';
import { Watches } from './watch.ts';
import { create, patch, update } from './write.ts';

export interface ClusterTime {
  /** Milliseconds since 1970. */
  now(): number;
  after(ms: number, fn: () => void): () => void;
  /** 0 ≤ x < 1 */
  fraction(): number;
  uuid(): string;
}

export interface ApiRequest {
  method: string;
  /** With its query. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
  user: string;
  groups?: string[];
  /** Serve reads from a replica that has seen only up to this revision (lists with resourceVersion=0, and watches). */
  seenRevision?: number;
}

export type ApiAnswer =
  | { status: number; headers: Record<string, string>; body: string }
  | {
      status: 200;
      headers: Record<string, string>;
      /** Called once. Each line comes whole, with its `\n`; `end` comes once. Answers how to cancel. */
      open(push: (line: string) => void, end: () => void): () => void;
    };

export interface ClusterOptions {
  /** How long Jobs run, and whether they succeed. Default: 1 s, and they do. */
  job?: (job: KubeObject) => { ms: number; succeeds: boolean } | undefined;
  /** How long after a change of its spec all replicas of a Deployment are ready; undefined: never. Default 100 ms. */
  readyMs?: (deployment: KubeObject) => number | undefined;
  /** From a definition being established to its kinds being seen in discovery. Default 500 ms. */
  discoveryLagMs?: number;
}

const jsonType = { 'content-type': 'application/json' };
const gitVersion = 'v1.36.3';

export class ModelCluster {
  /** Every request that reached the server and what came of it, in order. */
  readonly log: Exchange[] = [];
  readonly policy = new Policy();
  readonly #server: Server;
  readonly #watches: Watches;
  readonly #controllers: ReturnType<typeof startControllers>;

  constructor(time: ClusterTime, options: ClusterOptions = {}) {
    this.#server = { time, store: new Store(), kinds: new Kinds(), policy: this.policy };
    this.#watches = new Watches(this.#server);
    const send = (request: ApiRequest) => this.handle(request);
    this.#controllers = startControllers(this.#server, send, options, resource => this.#watches.endAll(resource));
  }

  get revision(): number {
    return this.#server.store.revision;
  }

  /** Never throws. */
  handle(request: ApiRequest): ApiAnswer {
    let call: Call | undefined;
    let answer: ApiAnswer;
    try {
      const path = request.path.split('?', 1)[0]!;
      const known = this.#special(request, path);
      if (known === undefined) {
        call = readCall(request, this.#server.kinds);
        answer = this.#answer(call);
      } else answer = known;
    } catch (thrown) {
      answer = refusal(thrown);
    }
    this.log.push(toExchange(request, call, answer.status, this.#server.time.now()));
    return answer;
  }

  object(group: string, kind: string, namespace: string, name: string): KubeObject | undefined {
    const found = this.#server.kinds.byKind(group, kind);
    return found === undefined ? undefined : this.#server.store.get(resourceOf(found), `${namespace}/${name}`);
  }

  *objects(): Generator<KubeObject> {
    for (const [, objects] of this.#server.store.resources()) yield* objects.values();
  }

  /** Watches and continue tokens of before get 410. */
  compact(revision = this.revision): void {
    this.#server.store.compact(revision);
  }

  /** As when the API server restarts. */
  endWatches(): void {
    this.#watches.endAll();
  }

  snapshot(): unknown {
    return this.#server.store.snapshot();
  }

  /** etcd as it was then: revisions go back, uids are those of then. Watches end. */
  restore(snapshot: unknown): void {
    this.#server.store.restore(snapshot);
    this.#controllers.resync();
    this.#watches.endAll();
  }

  /** The server behind an aggregated group does not answer, until it is mended. */
  breakGroup(group: string, isBroken = true): void {
    if (isBroken) this.policy.brokenGroups.add(group);
    else this.policy.brokenGroups.delete(group);
  }

  #special(request: ApiRequest, path: string): ApiAnswer | undefined {
    if (path === '/version') {
      const version = { major: '1', minor: '36', gitVersion, platform: 'linux/amd64' };
      return { status: 200, headers: jsonType, body: JSON.stringify(version) };
    }
    if (path === '/readyz' || path === '/livez' || path === '/healthz')
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' };
    const reviewed = reviewAccess(request, path);
    if (reviewed !== undefined) return reviewed;
    const [, group = ''] = /^\/apis\/([^/]+)/.exec(path) ?? [];
    if (this.policy.brokenGroups.has(group))
      return { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'service unavailable\n' };
    return request.method === 'GET'
      ? discover(request, this.#controllers.discovered(), this.policy.brokenGroups)
      : undefined;
  }

  #answer(call: Call): ApiAnswer {
    const { method, name, query, subresource } = call;
    const isWatch = method === 'GET' && (query.watch === 'true' || query.watch === '1');
    this.policy.authorize(call, verbOf(call, isWatch));
    if (subresource === 'scale') return this.#scale(call);
    if (isWatch) return { status: 200, headers: jsonType, open: this.#watches.prepare(call) };
    switch (method) {
      case 'GET':
        if (name === '') return { status: 200, headers: jsonType, body: list(call, this.#server) };
        return this.#object(call, 200, get(call, this.#server));
      case 'POST':
        if (name !== '') throw methodNotAllowed();
        return this.#written(call, create(call, this.#server));
      case 'PUT':
        if (name === '') throw methodNotAllowed();
        return this.#written(call, update(call, this.#server));
      case 'PATCH':
        if (name === '') throw methodNotAllowed();
        return this.#written(call, patch(call, this.#server));
      case 'DELETE':
        return this.#delete(call);
      default:
        throw methodNotAllowed();
    }
  }

  #scale(call: Call): ApiAnswer {
    if (call.method !== 'GET' && call.method !== 'PUT' && call.method !== 'PATCH') throw methodNotAllowed();
    const scale = call.method === 'GET' ? readScale(call, this.#server) : writeScale(call, this.#server);
    return { status: 200, headers: jsonType, body: JSON.stringify(scale) };
  }

  #written(call: Call, { object, created }: Written): ApiAnswer {
    return this.#object(call, created ? 201 : 200, object);
  }

  #object(call: Call, status: number, object: KubeObject): ApiAnswer {
    const warnings = call.warnings.map(text => `299 - ${JSON.stringify(text)}`);
    const headers = warnings.length === 0 ? jsonType : { ...jsonType, warning: warnings.join(', ') };
    return { status, headers, body: objectText(object, call.kind, viewOf(call, 'PartialObjectMetadata')) };
  }

  #delete(call: Call): ApiAnswer {
    if (call.subresource !== '') throw methodNotAllowed();
    if (call.name === '') {
      const resourceVersion = String(this.revision);
      const items = removeAll(call, this.#server);
      const view = viewOf(call, 'PartialObjectMetadataList');
      return { status: 200, headers: jsonType, body: listText(items, call.kind, view, { resourceVersion }) };
    }
    const left: JsonObject = remove(call, this.#server);
    if (left.kind === 'Status') return { status: 200, headers: jsonType, body: JSON.stringify(left) };
    return this.#object(call, 200, left as KubeObject);
  }
}

function verbOf({ method, name }: Call, isWatch: boolean): Verb {
  if (isWatch) return 'watch';
  if (method === 'GET') return name === '' ? 'list' : 'get';
  if (method === 'POST') return 'create';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  return name === '' ? 'deletecollection' : 'delete';
}

function refusal(thrown: unknown): ApiAnswer {
  const error =
    thrown instanceof ApiError ? thrown : internal(`model: ${thrown instanceof Error ? thrown.stack : thrown}`);
  if (error.code === 404 && error.message === '404 page not found')
    return { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '404 page not found\n' };
  return { status: error.code, headers: jsonType, body: JSON.stringify(error.status) };
}
