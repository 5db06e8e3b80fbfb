import { basename, join } from 'node:path';
import { Access } from './access/access.ts';
import { createAudit } from './access/audit/log.ts';
import { deliveryMeter } from './access/audit/meter.ts';
import { readCredentials } from './config/credentials.ts';
import { holdDirectory } from './config/hold.ts';
import { readOidc } from './config/oidc.ts';
import type { OperatorConfig } from './config/schema.ts';
import { readSettings } from './dialects/read.ts';
import type { Env } from './env/env.ts';
import { asFailure, failure } from './errors.ts';
import { createRepositories, type Repositories } from './git/repositories.ts';
import type { Sync } from './model/status.ts';
import { recordConfigured } from './reconcile/configured.ts';
import { type RunningOperator, startOperator } from './reconcile/environment.ts';
import { gitPlace, targetPlace } from './reconcile/places.ts';
import type { EnvironmentPlace, Services } from './reconcile/services.ts';
import { createRenderer } from './render/create.ts';
import type { JsonQueries } from './render/queries.ts';
import { createContents } from './sources/contents.ts';
import { networkPolicy } from './sources/network-policy.ts';
import { createRemote } from './sources/remote.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { createTarget, type TargetSettings } from './targets/create.ts';
import { countingRenders, countingRequests } from './telemetry/counting.ts';
import { Metrics } from './telemetry/metrics.ts';
import { createTracing } from './telemetry/tracing/create.ts';
import { correlated } from './telemetry/tracing/log.ts';
import { tracingRenders } from './telemetry/tracing/renders.ts';
import { version } from './version.ts';

/** Secrets are read anew this often, so that tokens can be rotated under a running operator. */
const rereadSecretsMs = 60_000;

/** What does not depend on the target. */
export type Parts = Pick<
  Services,
  'audit' | 'metrics' | 'store' | 'repositories' | 'renderer' | 'remote' | 'contents'
> & {
  queries: JsonQueries;
};

export interface AssembleOptions {
  /** Other repositories in front of the real ones. */
  wrap?: (real: Repositories) => Repositories;
  metrics?: Metrics;
}

/** Builds everything but the target; `closing` gets what has to be closed, in the order it was opened. */
export async function assemble(
  env: Env,
  config: OperatorConfig,
  closing: Closing,
  { wrap = real => real, metrics = new Metrics() }: AssembleOptions = {},
): Promise<Parts> {
  const { dataDirectory, budgets } = config;
  const store = await openStore({ env, path: join(dataDirectory, 'store.db') });
  closing.push(() => store.close());
  const audit = createAudit({
    env,
    dataDirectory,
    onEntry: deliveryMeter(metrics, deliveredBefore(store, env.clock.now())),
    ...(config.audit.retention === undefined ? {} : { retentionMs: config.audit.retention }),
  });
  closing.push(() => audit.close());
  let lookUp = await readCredentials(env, config.credentials);
  const reread = async () => {
    lookUp = await readCredentials(env, config.credentials);
  };
  closing.push(repeat(env, rereadSecretsMs, reread));
  const credentialsFor: typeof lookUp = url => lookUp(url);
  const denies = networkPolicy;
  const repositories = wrap(
    createRepositories({
      env,
      dataDirectory,
      credentialsFor,
      allowFile: url => config.allowLocalRepositories || url === config.repo,
      denies,
      fetchTimeoutMs: budgets.fetchTime,
      maxFetches: budgets.fetches,
    }),
  );
  closing.push(() => repositories.close());
  const remote = createRemote({
    env,
    repositories,
    cacheDirectory: join(dataDirectory, 'charts'),
    credentialsFor,
    denies,
  });
  closing.push(() => remote.close());
  const program = await rendererProgram(env);
  const renderer = await createRenderer({
    env,
    program,
    cacheDirectory: join(dataDirectory, 'rendered'),
    remote,
    budgets: {
      milliseconds: budgets.renderTime,
      memoryBytes: budgets.renderMemory,
      outputBytes: budgets.renderOutput,
      resources: budgets.renderResources,
      cacheBytes: budgets.cache,
    },
  });
  closing.push(() => renderer.close());
  return {
    audit,
    metrics,
    store,
    repositories,
    renderer: countingRenders(tracingRenders(renderer), metrics),
    remote,
    contents: createContents(repositories),
    queries: renderer.queries,
  };
}

export type Closing = (() => Promise<void> | void)[];

/** Whatever cannot be closed, the rest is; then the first failure is thrown. */
export async function closeAll(closing: Closing): Promise<void> {
  const failures: unknown[] = [];
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

export interface Holdfast {
  operator: RunningOperator;
  access: Access;
  services: Services;
  /** With `stopProcesses`, what it supervises ends too. */
  close(options?: { stopProcesses?: boolean }): Promise<void>;
}

/** Builds the object graph of an operator, and starts it. */
export async function startHoldfast(world: Env, config: OperatorConfig, signal: AbortSignal): Promise<Holdfast> {
  const closing: Closing = [];
  try {
    closing.push(await holdDirectory(world, config.dataDirectory));
    const metrics = new Metrics();
    const tracing = await createTracing(world, metrics, version);
    if (tracing !== undefined) closing.push(() => tracing.close());
    const env = tracing === undefined ? world : { ...world, log: correlated(world.log) };
    const { queries, ...parts } = await assemble(env, config, closing, { metrics });
    const { place, settings } = await findPlace(env, config, parts, signal);
    const { dataDirectory, interval } = config;
    const target = await createTarget(
      {
        env: countingRequests(env, parts.metrics),
        dataDirectory,
        name: place.name,
        version,
        jqPaths: jqPathsOf(queries),
      },
      settings,
    );
    const { tracer } = tracing ?? {};
    const services: Services = { env, target, place, ...parts, ...(tracer === undefined ? {} : { tracer }) };
    recordRun(services, 'operator.started', 'the operator started');
    recordConfigured(services, config);
    closing.push(() => recordRun(services, 'operator.stopped', 'the operator was stopped'));
    const places = [gitPlace(services, [target.server]), ...targetPlace(target)];
    const oidc = await readOidc(env, config.oidc);
    const access = new Access({ env, store: parts.store, settings: config.access, oidc, audit: parts.audit });
    closing.push(() => access.close());
    const operator = await startOperator({ services, places, intervalMs: interval, version, access }, signal);
    return {
      operator,
      access,
      services,
      close: async options => {
        closing.push(() => operator.close(options));
        await closeAll(closing);
      },
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

function recordRun(
  { audit, place, target }: Services,
  action: 'operator.started' | 'operator.stopped',
  what: string,
): void {
  const { repoURL: repository, path, name: environment } = place;
  const detail = { version, repository, path, environment, target: target.description };
  audit.record({ who: 'holdfast', via: 'automation', action, what, result: 'done', detail });
}

/** Revisions of an application that earlier runs delivered. */
function deliveredBefore(store: Store, startedAt: number): (application: string) => string[] {
  const isDone = ({ result, dryRun, revision, endedAt = startedAt }: Sync) =>
    result === 'succeeded' && !dryRun && revision !== '' && endedAt < startedAt;
  return application =>
    store
      .history(application, 100)
      .filter(isDone)
      .map(({ revision }) => revision);
}

export function jqPathsOf(queries: JsonQueries) {
  // The renderer bounds every query in time by itself.
  return (document: unknown, expressions: readonly string[]) =>
    queries.paths(JSON.stringify(document), expressions, new AbortController().signal);
}

/** The built Go program: named by a variable where Holdfast is installed, built on first use where it runs from a clone. */
async function rendererProgram(env: Env): Promise<string> {
  const given = env.processes.variable('HOLDFAST_RENDERER');
  if (given !== undefined && given !== '') return given;
  const { buildGo, programs } = await import('../scripts/build-go.ts');
  return await buildGo(programs.renderer);
}

interface Said {
  name?: string;
  target?: TargetSettings;
}

/** What the environment is called and what it is for: the configuration first, then holdfast.yaml; while Git is away, as it was the last time. */
async function findPlace(
  env: Env,
  config: OperatorConfig,
  { repositories, store }: Pick<Parts, 'repositories' | 'store'>,
  signal: AbortSignal,
): Promise<{ place: EnvironmentPlace; settings: TargetSettings }> {
  const { repo: repoURL, path, revision } = config;
  const title = basename(path === '.' ? repoURL.replace(/(\.git)?\/*$/, '') : path);
  const said = await readSaid(env, config, repositories, store, signal);
  const settings = settingsOf(config, said.target);
  if (settings === undefined) throw failure('TARGET_UNKNOWN', { path });
  return { place: { name: config.name ?? said.name ?? title, repoURL, path, revision }, settings };
}

async function readSaid(
  env: Env,
  config: OperatorConfig,
  repositories: Services['repositories'],
  store: Store,
  signal: AbortSignal,
): Promise<Said> {
  try {
    const repository = repositories.open(config.repo);
    const tree = await repository.tree(await repository.resolve(config.revision, {}, signal), signal);
    const said = (await readSettings(tree, config.path)) ?? {};
    store.setMeta('environment', JSON.stringify(said));
    return said;
  } catch (error) {
    signal.throwIfAborted();
    const remembered = store.meta('environment');
    if (remembered === undefined && config.target === undefined) throw error;
    env.log.warn('Git cannot be read; what was known goes on', { reason: asFailure(error).message });
    return JSON.parse(remembered ?? '{}') as Said;
  }
}

/** What the operator's own configuration says goes before what Git says; Git may not widen where files can be written to. */
export function settingsOf(
  { target }: Pick<OperatorConfig, 'target'>,
  said: TargetSettings | undefined,
): TargetSettings | undefined {
  const sameKind = (kind: TargetSettings['kind']) => (said?.kind === kind ? said : {});
  if (target?.kubernetes !== undefined) return { ...sameKind('kubernetes'), kind: 'kubernetes', ...target.kubernetes };
  if (target?.machine !== undefined) return { ...sameKind('machine'), kind: 'machine', ...target.machine };
  return said;
}

function repeat(env: Env, ms: number, work: () => Promise<void>): () => void {
  let stop = () => {};
  const again = () => {
    stop = env.timers.after(ms, () => {
      const failed = (error: unknown) =>
        env.log.warn('Secrets cannot be read; the old ones are used', { reason: asFailure(error).message });
      work().catch(failed).finally(again);
    });
  };
  again();
  return () => stop();
}
