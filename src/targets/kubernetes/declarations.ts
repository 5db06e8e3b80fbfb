import type { Env } from '../../env/env.ts';
import type { ApplicationStatus } from '../../model/status.ts';
import type { TargetDeclarations } from '../target.ts';
import type { ApiClient } from './client.ts';
import { saysAlready, statusOf, withoutOwnFinalizers } from './declaration-status.ts';
import { apiPath, type Discovery, type ServedKind } from './discovery.ts';
import type { KubeObject } from './object.ts';
import { runWatch, type WatchSink, type WatchState } from './watch.ts';

const kinds = ['Application', 'AppProject', 'ApplicationSet'].map(kind => ({ group: 'argoproj.io', kind }));

interface Watched {
  state: WatchState;
  objects: Map<string, unknown>;
  /** What each says of itself, and holds on to. */
  marks: Map<string, Marks>;
  settled: PromiseWithResolvers<void>;
}

interface Marks {
  status: unknown;
  finalizers: unknown;
  deleting: boolean;
  api: string;
}

export interface DeclarationsOptions {
  env: Env;
  client: ApiClient;
  discovery: Discovery;
  /** Where to look; '' for everywhere. */
  namespace: string;
}

/** Argo CD's own objects in the cluster, each whole: they are what users wrote. */
export class ClusterDeclarations implements TargetDeclarations {
  readonly #options: DeclarationsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(options: DeclarationsOptions) {
    this.#options = options;
  }

  /** Begins to watch kinds that the cluster has come to know; resolves when they are seen. */
  async look(): Promise<void> {
    const found = kinds.flatMap(kind => this.#options.discovery.find(kind) ?? []);
    await Promise.all(found.map(kind => this.#watch(kind).settled.promise));
  }

  list(): ReturnType<TargetDeclarations['list']> {
    const all = [...this.#watched.values()];
    const doubtful = all.find(({ state }) => state.phase !== 'live' && state.phase !== 'absent');
    const { discovery } = this.#options;
    const isAway = doubtful === undefined && discovery.isUnknownGroup('argoproj.io');
    // What is being deleted is declared no more.
    const objects = all.flatMap(({ objects: found, marks }) =>
      [...found].filter(([path]) => marks.get(path)?.deleting !== true).map(([path, object]) => ({ path, object })),
    );
    return {
      objects: objects.sort((a, b) => (a.path < b.path ? -1 : 1)),
      complete: doubtful === undefined && !isAway,
      reason: doubtful?.state.reason ?? (isAway ? 'the API group argoproj.io does not answer' : ''),
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async report(path: string, status: ApplicationStatus): Promise<void> {
    const marks = this.#marks(path);
    const wanted = statusOf(status);
    if (marks === undefined || marks.deleting || saysAlready(marks.status, wanted)) return;
    marks.status = { ...(marks.status as object | undefined), ...wanted };
    await this.#patch(path, marks.api, { status: wanted });
  }

  async release(path: string): Promise<void> {
    const marks = this.#marks(path);
    const finalizers = withoutOwnFinalizers(marks?.finalizers);
    if (marks === undefined || !marks.deleting || finalizers === undefined) return;
    await this.#patch(path, marks.api, { metadata: { finalizers } });
  }

  #marks(path: string): Marks | undefined {
    return this.#watched.get(path.split('/')[0] ?? '')?.marks.get(path);
  }

  async #patch(path: string, api: string, patch: unknown): Promise<void> {
    const body = JSON.stringify(patch);
    const contentType = 'application/merge-patch+json';
    await this.#options.client.call({
      method: 'PATCH',
      path: api,
      query: { fieldManager: 'holdfast' },
      body,
      contentType,
      request: `write the status of ${path}`,
    });
  }

  close(): void {
    this.#stop.abort();
  }

  #watch(kind: ServedKind): Watched {
    const running = this.#watched.get(kind.kind);
    if (running !== undefined && running.state.phase !== 'absent') return running;
    const { env, client, discovery, namespace } = this.#options;
    const state: WatchState = { phase: 'listing', reason: `${kind.plural} are being listed` };
    const watched: Watched = { state, objects: new Map(), marks: new Map(), settled: Promise.withResolvers<void>() };
    this.#watched.set(kind.kind, watched);
    const options = {
      ...{ env, client, path: apiPath(kind, namespace), name: `${kind.plural}.${kind.group}`, full: true },
      sink: this.#sink(kind, watched),
      async isServed() {
        await discovery.refresh().catch(() => {});
        return discovery.find(kind, kind.version) !== undefined;
      },
    };
    void runWatch(options, this.#stop.signal);
    return watched;
  }

  #sink(kind: ServedKind, watched: Watched): WatchSink<KubeObject> {
    const pathOf = ({ metadata }: KubeObject) => `${kind.kind}/${metadata.namespace}/${metadata.name}`;
    return {
      read: object => object,
      replace: objects => {
        watched.objects = new Map(objects.map(object => [pathOf(object), declared(object, kind)]));
        watched.marks = new Map(objects.map(object => [pathOf(object), marksOf(object, kind)]));
        this.#tell();
      },
      put: object => {
        const path = pathOf(object);
        const text = JSON.stringify(watched.objects.get(path));
        watched.objects.set(path, declared(object, kind));
        watched.marks.set(path, marksOf(object, kind));
        if (text !== JSON.stringify(watched.objects.get(path))) this.#tell();
      },
      remove: object => {
        watched.objects.delete(pathOf(object));
        watched.marks.delete(pathOf(object));
        this.#tell();
      },
      state: state => {
        const changed = watched.state.phase !== state.phase;
        watched.state = state;
        if (state.phase !== 'listing') watched.settled.resolve();
        if (changed) this.#tell();
      },
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function marksOf(object: KubeObject, kind: ServedKind): Marks {
  const { finalizers } = object.metadata as { finalizers?: unknown };
  const { name, namespace, deletionTimestamp } = object.metadata;
  const api = `${apiPath(kind, namespace)}/${encodeURIComponent(name)}`;
  return { status: object.status, finalizers, deleting: deletionTimestamp !== undefined, api };
}

/** What a person or a program declared, without what controllers wrote about it: their news is none of ours. */
function declared(object: KubeObject, { group, version, kind }: ServedKind): unknown {
  const { name, namespace, labels, annotations, deletionTimestamp } = object.metadata;
  const finalizers = (object.metadata as { finalizers?: unknown }).finalizers;
  const deleting = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  const kept = finalizers === undefined ? {} : { finalizers };
  const metadata = { name, namespace, labels, annotations, ...kept, ...deleting };
  return { apiVersion: `${group}/${version}`, kind, metadata, spec: object.spec };
}
