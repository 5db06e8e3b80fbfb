import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import type { Access } from './access.ts';

// Tests look at the cluster with this client and never with the product's: a fault in one must not hide in the other.

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { kind: string; name: string; uid: string }[];
    managedFields?: { manager: string; operation: string; time?: string; subresource?: string; fieldsV1?: unknown }[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: a test reads fields of any kind, and fails by itself where one is missing.
  [field: string]: any;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  body: any;
}

/** Names one object, or with `name` left out a collection. */
export interface Reference {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

export class KubeClient implements AsyncDisposable {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;
  readonly #resources = new Map<string, ApiResource[]>();

  constructor(access: Access, token: string = access.adminToken, userAgent = 'world-test') {
    this.#server = access.server;
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(access.caFile) });
    this.#headers = { authorization: `Bearer ${token}`, 'user-agent': userAgent, accept: 'application/json' };
  }

  /** Any request; any answer is an answer, only a broken connection throws. */
  request(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = { ...this.#headers, ...(payload === undefined ? {} : { 'content-type': contentType }) };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const options = { method, headers, agent: this.#agent, timeout: 30_000 };
    const request = httpsRequest(`${this.#server}${path}`, options, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type']?.startsWith('application/json');
        resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
      });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in 30 s to ${method} ${path}`)));
    request.on('error', reject);
    request.end(payload);
    return promise;
  }

  /** The object, or undefined if there is none. */
  async get(reference: Reference): Promise<KubeObject | undefined> {
    const path = await this.path(reference);
    const answer = await this.request('GET', path);
    return answer.status === 404 ? undefined : succeeded('GET', path, answer);
  }

  async list(reference: Omit<Reference, 'name'>, labelSelector?: string): Promise<KubeObject[]> {
    const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
    const path = (await this.path(reference)) + query;
    return succeeded('GET', path, await this.request('GET', path)).items;
  }

  async create(object: KubeObject): Promise<KubeObject> {
    const { name, ...collection } = referenceOf(object);
    const path = await this.path(collection);
    return succeeded('POST', path, await this.request('POST', path, object));
  }

  async replace(object: KubeObject): Promise<KubeObject> {
    const path = await this.path(referenceOf(object));
    return succeeded('PUT', path, await this.request('PUT', path, object));
  }

  async patch(reference: Reference, patch: unknown, type: keyof typeof patchTypes = 'merge'): Promise<KubeObject> {
    const path = await this.path(reference);
    return succeeded('PATCH', path, await this.request('PATCH', path, patch, patchTypes[type]));
  }

  patchStatus(reference: Reference, status: unknown): Promise<KubeObject> {
    return this.patch({ ...reference, subresource: 'status' }, { status });
  }

  /** Server-side apply, as another field manager would do it. */
  async apply(object: KubeObject, fieldManager: string, force = true): Promise<KubeObject> {
    const query = `?fieldManager=${encodeURIComponent(fieldManager)}&force=${force}`;
    const path = (await this.path(referenceOf(object))) + query;
    return succeeded('PATCH', path, await this.request('PATCH', path, object, patchTypes.apply));
  }

  /** Deletes the object; without a name, the collection. That it is not there is no error. */
  async delete(
    reference: Reference,
    propagation: 'Background' | 'Foreground' | 'Orphan' = 'Background',
  ): Promise<void> {
    const path = `${await this.path(reference)}?propagationPolicy=${propagation}`;
    const answer = await this.request('DELETE', path);
    if (answer.status !== 404) succeeded('DELETE', path, answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
  }

  async path({ apiVersion, kind, namespace, name, subresource }: Reference): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = await this.#resource(base, kind);
    const scope = resource.namespaced && namespace !== undefined ? ['namespaces', namespace] : [];
    return [base, ...scope, resource.name, name, subresource].filter(part => part !== undefined).join('/');
  }

  async #resource(base: string, kind: string): Promise<ApiResource> {
    const isIt = (resource: ApiResource) => resource.kind === kind && !resource.name.includes('/');
    const known = this.#resources.get(base)?.find(isIt);
    if (known) return known;
    // Asked again for each unknown kind: a test may have added it just now.
    const answer = await this.request('GET', base);
    const resources: ApiResource[] = answer.status === 200 ? answer.body.resources : [];
    this.#resources.set(base, resources);
    const found = resources.find(isIt);
    if (found) return found;
    throw new Error(`the cluster has no ${kind} in ${base}`);
  }
}

/** What the API server answered instead of success. */
class KubeError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export function referenceOf({ apiVersion, kind, metadata }: KubeObject): Required<Pick<Reference, 'name'>> & Reference {
  const { name, namespace } = metadata;
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function succeeded(method: string, path: string, { status, body }: Answer) {
  if (status < 300) return body;
  throw new KubeError(`${method} ${path} → ${status}: ${body?.message ?? body}`, status);
}
