import semver from 'semver';
import { asFailure, failure, type HoldfastError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Application, Source } from '../model/application.ts';
import type { Lock, LockedSource } from '../model/lock.ts';
import type { RemoteChart } from '../render/remote.ts';
import type { Tree } from '../sources/tree.ts';
import type { Services } from './services.ts';

/** How long a range of chart versions is taken to mean the same version. */
const rangeMs = 300_000;
/** Charts held ready; each is a few hundred kilobytes at most while it is used. */
const keptCharts = 200;

type LockServices = Pick<Services, 'env' | 'repositories' | 'remote' | 'place'>;

interface KnownChart {
  chart: RemoteChart;
  at: number;
}

/** How a repository of charts was found, ms since 1970. */
interface ChartRepository {
  checkedAt?: number;
  trouble?: { error: HoldfastError; since: number };
}

/** Resolves the sources of applications to immutable revisions, and finds their trees. */
export class Locks {
  /**
   * The commit of the environment's own repository whose declarations are in force; undefined before any were read. What applications
   * take from the same branch is of that commit, too: a commit that declares other rules is never applied by those of the one before.
   */
  #declaredAt: string | undefined;
  /** Why nothing was read yet, though it was tried: no commit may be gone by then, for nobody knows its rules. */
  #unread: HoldfastError | undefined;
  /** Monotonic ms. */
  #declaredSince = Number.NEGATIVE_INFINITY;
  /** Brings the declarations of the newest commit that the mirror knows into force. */
  catchUp: () => Promise<void> = async () => {};
  readonly #services: LockServices;
  readonly #charts = new Map<string, KnownChart>();
  readonly #repositories = new Map<string, ChartRepository>();

  constructor(services: LockServices) {
    this.#services = services;
  }

  /** The declarations of this commit are in force from now on. */
  declare(commit: string | undefined): void {
    if (commit !== this.#declaredAt) this.#declaredSince = this.#services.env.clock.monotonic();
    this.#declaredAt = commit;
    this.#unread = undefined;
  }

  /** The declarations could not be read. Those in force stay so, for what was taken with them; where none are, nothing is taken. */
  failed(error: HoldfastError): void {
    if (this.#declaredAt === undefined) this.#unread = error;
  }

  /** Monotonic ms: who looked at the source before that may not know what it says now. */
  movedAt(source: Source): number {
    const repository = this.repositoryOf(source);
    if (repository === undefined) return Number.NEGATIVE_INFINITY;
    return this.#isOwn(repository, this.#revision(source), source)
      ? Math.max(repository.movedAt, this.#declaredSince)
      : repository.movedAt;
  }

  /** What became of the last question to a repository of charts. */
  chartsOf(url: string): ChartRepository {
    return this.#repositories.get(url) ?? {};
  }

  /** For people: also of an address that was refused. */
  shownURL(source: Source | undefined): string {
    return source === undefined ? '' : (source.refusedURL ?? this.repositoryURL(source));
  }

  repositoryURL(source: Source): string {
    return source.repoURL === '' ? this.#services.place.repoURL : source.repoURL;
  }

  /** Where a source comes from; undefined of a chart, and of an address that is none (said in the application's conditions). */
  repositoryOf(source: Source): Repository | undefined {
    if (source.chart !== undefined) return undefined;
    try {
      return this.#services.repositories.open(this.repositoryURL(source));
    } catch {
      return undefined;
    }
  }

  /** From what the mirrors know: no request but for a chart not asked for lately. Throws when any source cannot be resolved. */
  async resolve(application: Application, override: string | undefined, signal: AbortSignal): Promise<Lock> {
    if (application.sources.length === 0) throw failure('APP_WITHOUT_SOURCE', { name: application.name });
    const sources: LockedSource[] = [];
    for (const [index, source] of application.sources.entries()) {
      sources.push(await this.resolveSource(source, signal, index === 0 ? override : undefined));
    }
    return { sources };
  }

  async tree(source: Source, locked: LockedSource, signal: AbortSignal): Promise<Tree> {
    if (source.chart === undefined)
      return await this.#services.repositories.open(locked.repoURL).tree(locked.revision, signal);
    return (await this.#chart(source, locked.from, signal, locked.revision)).tree;
  }

  /** A range of versions may mean a newer one by now. */
  forgetCharts({ sources }: Application): void {
    const charts = new Set(sources.map(({ repoURL, chart }) => JSON.stringify([repoURL, chart])));
    for (const key of this.#charts.keys()) {
      const [repoURL, chart] = JSON.parse(key) as string[];
      if (charts.has(JSON.stringify([repoURL, chart]))) this.#charts.delete(key);
    }
  }

  #revision(source: Source): string {
    if (source.targetRevision !== '') return source.targetRevision;
    return source.repoURL === '' || source.repoURL === this.#services.place.repoURL
      ? this.#services.place.revision
      : 'HEAD';
  }

  async resolveSource(source: Source, signal: AbortSignal, override?: string): Promise<LockedSource> {
    const revision = override ?? this.#revision(source);
    const repoURL = this.repositoryURL(source);
    if (source.chart !== undefined) {
      const chart = await this.#chart(source, revision, signal);
      return { repoURL, revision: chart.digest, from: chart.version };
    }
    const options = source.tagPrefix === undefined ? {} : { tagPrefix: source.tagPrefix };
    const repository = this.#services.repositories.open(repoURL);
    const isOwn = this.#isOwn(repository, revision, source);
    if (isOwn && this.#unread !== undefined) throw this.#unread;
    const declared = isOwn ? this.#declaredAt : undefined;
    return { repoURL, revision: declared ?? (await repository.resolve(revision, options, signal)), from: revision };
  }

  #isOwn({ url }: Repository, revision: string, { tagPrefix }: Source): boolean {
    const { place, repositories } = this.#services;
    return revision === place.revision && tagPrefix === undefined && url === repositories.open(place.repoURL).url;
  }

  /** With `digest`, only that very archive will do: a version that was published anew is not what was locked. */
  async #chart(source: Source, version: string, signal: AbortSignal, digest?: string): Promise<RemoteChart> {
    const { clock } = this.#services.env;
    const key = JSON.stringify([source.repoURL, source.chart, version]);
    const known = this.#charts.get(key);
    const isFresh = known !== undefined && (semver.valid(version) !== null || clock.monotonic() - known.at < rangeMs);
    if (known !== undefined && (digest === undefined ? isFresh : known.chart.digest === digest)) return known.chart;
    const chart = await this.#fetch(source, version, signal, digest);
    this.#charts.delete(key);
    this.#charts.set(key, { chart, at: clock.monotonic() });
    for (const oldest of this.#charts.keys()) {
      if (this.#charts.size <= keptCharts) break;
      this.#charts.delete(oldest);
    }
    return chart;
  }

  async #fetch({ repoURL, chart: name = '' }: Source, version: string, signal: AbortSignal, digest?: string) {
    const { remote, env } = this.#services;
    const { checkedAt, trouble } = this.chartsOf(repoURL);
    const reference = { repoURL, name, version, ...(digest === undefined ? {} : { digest }) };
    try {
      const chart = await remote.chart(reference, signal);
      this.#repositories.set(repoURL, { checkedAt: env.clock.now() });
      return chart;
    } catch (error) {
      signal.throwIfAborted();
      const found = { error: asFailure(error), since: trouble?.since ?? env.clock.now() };
      this.#repositories.set(repoURL, { ...(checkedAt === undefined ? {} : { checkedAt }), trouble: found });
      throw error;
    }
  }
}
