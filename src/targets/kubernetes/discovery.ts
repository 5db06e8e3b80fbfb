import { createHash } from 'node:crypto';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import type { Capabilities } from '../target.ts';
import type { ApiClient } from './client.ts';
import { definitionSchema, groupListSchema, versionSchema } from './discovery-schema.ts';

/** One kind in one version, as the cluster serves it. */
export interface ServedKind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  verbs: readonly string[];
}

export type GroupKind = string;

export function groupKind(id: { group: string; kind: string }): GroupKind {
  return `${id.group}/${id.kind}`;
}

/** `apps/v1`; `v1` for the core group. */
export function apiVersion({ group, version }: { group: string; version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Where the API serves it: all of them, those of a namespace, or one by name. */
export function apiPath(kind: ServedKind, namespace = '', name = ''): string {
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = kind.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${scope}/${kind.plural}${name === '' ? '' : `/${encodeURIComponent(name)}`}`;
}

const accept = ['v2', 'v2beta1']
  .map(version => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');

const unknownKindIntervalMs = 5_000;
const definedForMs = 60_000;

/** What the cluster serves. Asked again only when it may have changed, and then the server mostly says that it has not. */
export class Discovery {
  readonly #env: Env;
  readonly #client: ApiClient;
  readonly #answers = new Map<string, { etag: string; versions: Map<string, ServedKind[]>; stale: Set<string> }>();
  /** First version of a kind: the preferred one. */
  #kinds = new Map<GroupKind, ServedKind[]>();
  #capabilities: Capabilities | undefined;
  #kubeVersion = '';
  #refreshing: Promise<void> | undefined;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  /** Answers that `#kinds` was not made from yet: the other one of a pair failed, and the server will not send this one again. */
  #hasNews = false;
  readonly #listeners = new Set<() => void>();
  /** From CRDs that we applied ourselves: known before discovery tells. */
  readonly #defined = new Map<GroupKind, { versions: ServedKind[]; at: number }>();

  constructor(env: Env, client: ApiClient) {
    this.#env = env;
    this.#client = client;
  }

  /** All kinds, each in its preferred version. */
  all(): ServedKind[] {
    return [...this.#kinds.values()].flatMap(versions => versions.slice(0, 1));
  }

  find(id: { group: string; kind: string }, version?: string): ServedKind | undefined {
    const versions = this.versions(id);
    return version === undefined ? versions[0] : versions.find(served => served.version === version);
  }

  versions(id: { group: string; kind: string }): readonly ServedKind[] {
    return this.#kinds.get(groupKind(id)) ?? this.#defined.get(groupKind(id))?.versions ?? [];
  }

  /** Asks the server once more for a kind that is not known, but not again and again. */
  async look(
    id: { group: string; kind: string },
    version: string,
    signal: AbortSignal,
  ): Promise<ServedKind | undefined> {
    const known = this.find(id, version);
    if (known !== undefined) return known;
    if (this.#env.clock.monotonic() - this.#refreshedAt > unknownKindIntervalMs) await this.refresh(signal);
    return this.find(id, version);
  }

  /** Whether the server of this group is down, so that nobody can say what it serves. */
  isUnknownGroup(group: string): boolean {
    for (const { stale } of this.#answers.values()) if (stale.has(group)) return true;
    return false;
  }

  unknownGroups(): string[] {
    return [...this.#answers.values()].flatMap(({ stale }) => [...stale]).sort();
  }

  /** Calls back when the cluster serves other kinds than before. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Takes the kinds of a CustomResourceDefinition as served from now on. */
  define(definition: unknown): void {
    const read = definitionSchema.safeParse(definition);
    if (!read.success) return;
    const { group, scope, names, versions } = read.data.spec;
    const served = versions
      .filter(version => version.served)
      .map(({ name }) => ({
        ...{ group, version: name, kind: names.kind, plural: names.plural, namespaced: scope === 'Namespaced' },
        verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
      }));
    const at = this.#env.clock.monotonic();
    this.#defined.set(groupKind({ group, kind: names.kind }), { versions: served, at });
  }

  async capabilities(signal: AbortSignal): Promise<Capabilities> {
    if (this.#kubeVersion === '') await this.refresh(signal);
    this.#capabilities ??= this.#summarize();
    return this.#capabilities;
  }

  /** Those who ask while it is under way share it. */
  async refresh(signal?: AbortSignal): Promise<void> {
    this.#refreshing ??= this.#refresh(signal).finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #refresh(signal: AbortSignal | undefined): Promise<void> {
    const version = this.#kubeVersion === '' ? this.#readVersion(signal) : undefined;
    await Promise.all([this.#read('/api', signal), this.#read('/apis', signal), version]);
    const now = this.#env.clock.monotonic();
    this.#refreshedAt = now;
    // What is still not listed after a while was deleted again.
    const isOver = ({ at }: { at: number }) => now - at > definedForMs;
    if (!this.#hasNews && ![...this.#defined.values()].some(isOver)) return;
    this.#hasNews = false;
    const kinds = new Map<GroupKind, ServedKind[]>();
    for (const answer of this.#answers.values()) {
      for (const served of [...answer.versions.values()].flat()) {
        const versions = kinds.get(groupKind(served));
        if (versions === undefined) kinds.set(groupKind(served), [served]);
        else versions.push(served);
      }
    }
    this.#kinds = kinds;
    this.#capabilities = undefined;
    for (const [kind, defined] of this.#defined) if (kinds.has(kind) || isOver(defined)) this.#defined.delete(kind);
    for (const listener of this.#listeners) listener();
  }

  async #readVersion(signal: AbortSignal | undefined): Promise<void> {
    const answer = await this.#client.json({ path: '/version', request: 'read the version' }, signal);
    this.#kubeVersion = versionSchema.parse(answer).gitVersion;
  }

  async #read(path: string, signal: AbortSignal | undefined): Promise<void> {
    const former = this.#answers.get(path);
    const headers = former === undefined || former.etag === '' ? {} : { 'if-none-match': former.etag };
    const answer = await this.#client.call(
      { path, accept, headers, request: 'discover what the cluster serves' },
      signal,
    );
    if (answer.status === 304) return;
    const versions = new Map<string, ServedKind[]>();
    const stale = new Set<string>();
    const list = groupListSchema.parse(parsed(answer.text));
    for (const item of list.items ?? []) {
      const group = item.metadata?.name ?? '';
      for (const { version, resources, freshness } of item.versions ?? []) {
        const id = `${group}/${version}`;
        const served: ServedKind[] = [];
        for (const { resource, responseKind, scope, verbs } of resources ?? []) {
          if (responseKind === undefined || responseKind === null) continue;
          const kind = { group, version, kind: responseKind.kind, plural: resource };
          served.push({ ...kind, namespaced: scope === 'Namespaced', verbs: verbs ?? [] });
        }
        if (freshness === 'Stale') stale.add(group);
        // A group whose server is down keeps what was known of it: it is unknown, not absent.
        versions.set(id, freshness === 'Stale' && served.length === 0 ? (former?.versions.get(id) ?? []) : served);
      }
    }
    this.#answers.set(path, { etag: answer.headers.etag ?? '', versions, stale });
    this.#hasNews = true;
  }

  #summarize(): Capabilities {
    const apiVersions = new Set<string>();
    for (const served of [...this.#kinds.values()].flat()) {
      apiVersions.add(apiVersion(served));
      apiVersions.add(`${apiVersion(served)}/${served.kind}`);
    }
    const sorted = [...apiVersions].sort();
    const hash = createHash('sha256')
      .update([this.#kubeVersion, ...sorted].join('\n'))
      .digest('hex');
    return { kubeVersion: this.#kubeVersion, apiVersions: sorted, hash };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw asFailure(error);
  }
}
