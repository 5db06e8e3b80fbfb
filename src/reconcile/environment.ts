import { asFailure, failure } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Application, Project } from '../model/application.ts';
import type { Override } from '../model/status.ts';
import type { CheckResult } from '../targets/target.ts';
import { LoopDelay } from '../telemetry/loop-delay.ts';
import { draw } from './accept/accept.ts';
import { propose } from './accept/propose.ts';
import { noAttempts, setAttempts } from './attempts.ts';
import type { Catalog } from './catalog.ts';
import type { Happening } from './chronicle.ts';
import { Controller } from './controller.ts';
import { difference } from './difference.ts';
import { forgetConclusions } from './forget.ts';
import { gaugesOf } from './gauges.ts';
import { createInspect } from './inspect.ts';
import type { EnvironmentStatus, Operator } from './operator.ts';
import { createOverview } from './overview.ts';
import { createPast } from './past.ts';
import { Poll } from './poll.ts';
import { reach } from './reach.ts';
import { Readiness } from './readiness.ts';
import { type DeclarationPlace, Reading } from './reading.ts';
import { requestRemoval } from './removal.ts';
import { applicationNamed, requestCancel, requestRollback, requestSync } from './requests.ts';
import { requestAct } from './resource-act.ts';
import type { Services } from './services.ts';
import { touched } from './touched.ts';
import { UsedRepositories } from './used-repositories.ts';
import { clearQuarantine } from './verdicts.ts';

export interface EnvironmentOptions {
  services: Services;
  places: DeclarationPlace[];
  intervalMs: number;
  version: string;
  /** What follows the declarations, besides the applications: who may do what. */
  access?: DeclaredAccess;
}

export interface DeclaredAccess {
  /** What is declared now; called again whenever declarations were read. */
  follow(catalog: Pick<Catalog, 'access' | 'projects'>): void;
  /** Why something of it is not followed. */
  problems(): string[];
}

export interface RunningOperator extends Operator {
  close(options?: { stopProcesses?: boolean }): Promise<void>;
}

/** Starts to reconcile: connects to the target, reads what is declared, and keeps looking. */
export async function startOperator(options: EnvironmentOptions, signal: AbortSignal): Promise<RunningOperator> {
  const { services } = options;
  const { env, store, target, place } = services;
  const life = new AbortController();
  const startedAt = env.clock.now();
  await reach(services, signal);
  const controller = new Controller(services, rememberedCatalog(services));
  const used = new UsedRepositories(controller);
  const { own } = used;
  const readiness = new Readiness(controller, env.clock);
  const delay = new LoopDelay(env);
  async function tellUsers(repository: Repository): Promise<void> {
    const names = used.users(repository.url);
    const first = new Set(await touched(names, repository, controller, used, life.signal).catch(() => []));
    for (const name of first) controller.queue.follow(name);
    for (const name of names) if (!first.has(name)) controller.queue.hint(name);
  }

  const reading = new Reading({
    controller,
    own,
    places: options.places,
    intervalMs: options.intervalMs,
    signal: life.signal,
    onRead() {
      readiness.read();
      options.access?.follow(controller.catalog);
    },
    onMoved: () => tellUsers(own),
  });

  controller.locks.catchUp = () => reading.again();

  const poll = new Poll({
    env,
    tracer: services.tracer,
    intervalMs: options.intervalMs,
    repositories() {
      // A mirror forgets what nobody asks for; applications do not ask for the branch of the declarations, but for what was read of it.
      own.resolve(place.revision, {}, life.signal).catch(() => {});
      return used.list();
    },
    onChecked: ok => services.metrics.count('holdfast_git_checks_total', ok ? 'done' : 'failed'),
    onMoved: repository => {
      if (repository.url === own.url) reading.moved();
      else void tellUsers(repository);
    },
    onTrouble: (repository, error) => {
      used.note(repository.url, error);
      env.log.warn(error === undefined ? 'A repository answers again' : 'A repository does not answer', {
        repository: repository.url,
        reason: error?.message,
      });
      if (error === undefined && reading.failure !== undefined) void reading.again();
    },
  });

  const stopListening = options.places.map(one => one.onChange(() => void reading.again()));
  await reading.again();
  controller.listen();
  for (const name of controller.catalog.applications.keys())
    if (!controller.queue.has(name)) controller.queue.add(name);
  poll.start();

  function setOverride(
    name: string,
    by: string,
    words: string,
    happening: Happening,
    change: (override: Override) => Override,
  ): void {
    applicationNamed(controller, name);
    store.setOverride(name, change(store.override(name)));
    controller.tell(name, 'person', words, by, happening);
    controller.queue.follow(name);
  }

  /** Asks the application's repositories for news; where they do not answer, what is known goes. */
  async function checkSources(name: string, asked: AbortSignal): Promise<void> {
    const { sources } = applicationNamed(controller, name);
    const urls = new Set(sources.flatMap(source => used.of(source)?.url ?? []));
    await Promise.all([...urls].map(url => poll.checkNow(url, asked)));
    // What moved is in force when its declarations were read.
    await reading.current;
  }

  async function doctor(asked: AbortSignal): Promise<CheckResult[]> {
    const checks = await Promise.all(
      used.list().map(async repository => {
        try {
          await repository.refresh(asked);
          return { name: `Git ${repository.url}`, ok: true, message: 'answers', advice: '' };
        } catch (error) {
          const { message, advice } = asFailure(error);
          return { name: `Git ${repository.url}`, ok: false, message, advice };
        }
      }),
    );
    return [...checks, ...(await target.check(asked))];
  }

  return {
    environment: (): EnvironmentStatus => ({
      name: place.name,
      target: target.kind,
      targetDescription: target.description,
      repoURL: own.url,
      path: place.path,
      revision: reading.revision,
      ...(own.checkedAt === undefined ? {} : { checkedAt: own.checkedAt }),
      problems: [
        ...(reading.failure === undefined ? [] : [reading.failure]),
        ...controller.catalog.problems,
        ...(options.access?.problems() ?? []),
        ...used.problems(),
      ],
      version: options.version,
      startedAt,
    }),
    applications: () => controller.statuses(),
    application: name => {
      const state = controller.find(name);
      if (state === undefined) throw failure('APP_NOT_FOUND', { name });
      return state.status;
    },
    projectOf: name => {
      const project = controller.projectOf(name);
      if (project === undefined) throw failure('APP_NOT_FOUND', { name });
      return project;
    },
    diff: (name, { revision: asked }, diffSignal) => difference(controller, name, asked, diffSignal),
    sync: async (name, request, by) => {
      await checkSources(name, life.signal);
      return await requestSync(controller, name, request, by, life.signal);
    },
    accept: async (name, chosen, by, asked) => (await draw(controller, name, chosen, by, asked)).acceptance,
    propose: async (name, request, by, asked) => {
      await checkSources(name, asked);
      return await propose(controller, name, request, by, asked);
    },
    cancel: (name, by) => requestCancel(controller, name, by),
    act: (name, key, act, by) => requestAct(controller, name, key, act, by, life.signal),
    refresh: async (name, asked, { hard = false } = {}) => {
      if (name === undefined) {
        const before = reading.count;
        await poll.checkNow(undefined, asked);
        // What moved has begun a reading already.
        return await (reading.count === before ? reading.again() : reading.current);
      }
      await checkSources(name, asked);
      if (hard) forgetConclusions(controller, name);
      controller.queue.follow(name);
    },
    history: name => store.history(name, applicationNamed(controller, name).historyLimit),
    rollback: (name, asked, by) => requestRollback(controller, name, asked, by, life.signal),
    suspend: async (name, reason, by) =>
      setOverride(
        name,
        by,
        `is suspended: ${reason}`,
        { action: 'override.suspended', detail: { reason } },
        override => ({
          ...override,
          suspended: { by, at: env.clock.now(), reason },
        }),
      ),
    resume: async (name, by) => {
      const state = controller.stateOf(applicationNamed(controller, name));
      clearQuarantine(controller, name, by);
      setAttempts(store, state, noAttempts);
      setOverride(name, by, 'is resumed', { action: 'override.resumed' }, () => ({}));
    },
    remove: (name, asked, by) => requestRemoval(controller, name, asked, by, life.signal),
    logs: (name, resource, logOptions, asked) => {
      applicationNamed(controller, name);
      if (target.logs === undefined) throw failure('LOGS_NOT_SUPPORTED', { target: target.kind, name });
      return target.logs(name, resource, logOptions, asked);
    },
    past: createPast(controller),
    inspect: createInspect(controller),
    overview: createOverview(controller, used),
    unready: () => readiness.reasons(reading.failure),
    metrics: () => services.metrics.text([...gaugesOf(controller), delay.sample()]),
    events: asked => store.events(asked),
    doctor,
    onChange: listener => controller.onChange(listener),
    close: async (closing = {}) => {
      life.abort(new Error('Holdfast stops'));
      delay.close();
      for (const stop of stopListening) stop();
      await poll.close();
      await controller.close();
      await reading.close();
      await target.close(closing);
    },
  };
}

/** What the store remembers of the declarations: so that what went away while Holdfast was stopped is noticed, and nothing is forgotten while Git is away. */
function rememberedCatalog({ store }: Services): Catalog {
  const applications = new Map<string, Application>();
  const projects = new Map<string, Project>();
  for (const name of store.applicationsWithFact('declaration')) {
    applications.set(name, store.fact(name, 'declaration') as Application);
    const project = store.fact(name, 'project') as Project | undefined;
    if (project !== undefined) projects.set(project.name, project);
  }
  return { applications, projects, problems: [] };
}
