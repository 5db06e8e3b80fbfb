import type { ApiAnswer, ApiRequest } from '../cluster.ts';
import type { JsonObject, KubeObject } from '../json.ts';
import { apiVersionOf } from '../kinds.ts';
import type { Server } from '../server.ts';

/** What controllers have: a client, and a queue that knows each key once. */
export class Tools {
  readonly server: Server;
  readonly #send: (request: ApiRequest) => ApiAnswer;
  readonly #waiting = new Set<string>();

  constructor(server: Server, send: (request: ApiRequest) => ApiAnswer) {
    this.server = server;
    this.#send = send;
  }

  /** Runs after a while; asked again meanwhile, still once. */
  later(key: string, ms: number, run: () => void): void {
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.server.time.after(ms, () => {
      this.#waiting.delete(key);
      run();
    });
  }

  /** Answers the status code: who fails looks again at the next change. */
  send(method: string, path: string, body?: JsonObject, component = 'kube-controller-manager'): number {
    const headers: Record<string, string> = { 'user-agent': `${component}/v1.36.3`, accept: 'application/json' };
    if (body !== undefined)
      headers['content-type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const request: ApiRequest = { method, path, headers, user: `system:${component}`, groups: ['system:masters'] };
    return this.#send(body === undefined ? request : { ...request, body: JSON.stringify(body) }).status;
  }

  /** Where the object is; with its version asked for, so that nothing newer is overwritten. */
  pathOf({ apiVersion, kind, metadata }: KubeObject, subresource = ''): string {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const plural = this.server.kinds.byKind(group!, kind)?.plural ?? kind.toLowerCase();
    const base = group === '' ? `/api/${version}` : `/apis/${apiVersionOf({ group: group!, version: version! })}`;
    const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    return `${base}${scope}/${plural}/${metadata.name}${subresource === '' ? '' : `/${subresource}`}`;
  }

  /** Writes the status over the object as it was read. */
  putStatus(object: KubeObject, status: JsonObject, component?: string): number {
    return this.send('PUT', this.pathOf(object, 'status'), { ...object, status }, component);
  }

  removeFinalizer(object: KubeObject, finalizer: string): void {
    const finalizers = (object.metadata.finalizers ?? []).filter(other => other !== finalizer);
    const { resourceVersion } = object.metadata;
    this.send('PATCH', this.pathOf(object), { metadata: { finalizers, resourceVersion } });
  }
}
