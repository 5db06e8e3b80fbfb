import { permits } from '../dialects/argo/project/rules.ts';
import type { Application, Condition, Project } from '../model/application.ts';
import { type Lock, lockId } from '../model/lock.ts';
import type { ApplicationStatus, Event, Sync } from '../model/status.ts';
import { advance } from './advance.ts';
import { carryOver } from './carry-over.ts';
import { type Catalog, keepSame } from './catalog.ts';
import { Chronicle, type Happening, startOf } from './chronicle.ts';
import { basisOf, type Declared, declare, isCurrent, workOf } from './declare.ts';
import { dependentsIn } from './dependencies.ts';
import { freshState } from './fresh-state.ts';
import { HealthSince } from './health-since.ts';
import { chooseLock, type LockChoice } from './lock-choice.ts';
import { Locks } from './locks.ts';
import { look } from './look.ts';
import { beginSync, isTeardown, type OperationInput, operate, Superseded } from './operation.ts';
import { permitFor } from './permit.ts';
import { KeyQueue } from './queue.ts';
import type { Reconciling, Services } from './services.ts';
import type { ApplicationState } from './state.ts';
import { type Survey, survey } from './survey.ts';
import { teardown } from './teardown.ts';
import { tracedWork } from './traced-work.ts';
import { afterSync, atRevision } from './verdicts.ts';

/** Applications looked at at the same time. A look mostly waits for the renderer; a sync under way is not counted. */
const concurrentLooks = 128;
/** A sync of many resources is seen by as many events: how it gets on is looked at now and then, and when it ends. */
const duringSyncMs = 2_000;
/** A look that failed in a way nobody foresaw is taken again. */
const afterErrorMs = 15_000;

export interface StartRequest extends Pick<OperationInput, 'plan' | 'reason' | 'startedBy' | 'dryRun' | 'desired'> {
  lock: Lock;
  byPerson: boolean;
  heal: boolean;
}

/** Keeps what is known of every application, looks at those that may have changed, and holds their syncs. */
export class Controller {
  readonly services: Reconciling;
  readonly locks: Locks;
  readonly chronicle: Chronicle;
  readonly queue: KeyQueue;
  readonly healthSince: HealthSince;
  readonly #states = new Map<string, ApplicationState>();
  readonly #listeners = new Set<(application: string) => void>();
  readonly #life = new AbortController();
  #stopListening = () => {};
  #catalog: Catalog;
  /** Who depends on whom, turned round. */
  #dependents = new Map<string, string[]>();

  constructor(services: Services, catalog: Catalog) {
    this.services = {
      ...services,
      permitFor: application => permitFor(application, act => this.#rulesFor(application, act), services),
    };
    this.#catalog = catalog;
    this.locks = new Locks(services);
    this.chronicle = new Chronicle(services, name => this.projectOf(name));
    this.healthSince = new HealthSince(services.store);
    const work = tracedWork(this, (name, signal, isHint) => this.#work(name, signal, isHint));
    this.queue = new KeyQueue({ env: services.env, concurrency: concurrentLooks, work });
  }

  /** Looks at what changes in the target. Not before declarations were read: what is remembered may not be in force. */
  listen(): void {
    this.#stopListening = this.services.target.onChange(name => {
      if (this.#states.get(name)?.operation !== undefined) this.queue.addAfter(name, duringSyncMs);
      else if (this.#states.has(name) || this.#catalog.applications.has(name)) this.queue.add(name);
    });
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Applications that are new, changed or gone are looked at. */
  setCatalog(read: Catalog): void {
    const before = this.#catalog;
    const applications = keepSame(before.applications, read.applications);
    const projects = keepSame(before.projects, read.projects);
    const catalog = { ...read, applications, projects };
    // Those that are gone come last: what they had may be declared by another one now.
    const names = new Set([...catalog.applications.keys(), ...before.applications.keys()]);
    const isOther = (name: string) => before.projects.get(name) !== projects.get(name);
    const rules = [...before.projects.keys(), ...projects.keys()].some(isOther);
    this.chronicle.declared(before, catalog);
    this.#catalog = catalog;
    this.#dependents = dependentsIn(catalog);
    for (const name of names) {
      if (rules || before.applications.get(name) !== catalog.applications.get(name)) this.queue.follow(name);
    }
  }

  project(application: Application): Project | undefined {
    return this.#catalog.projects.get(application.project);
  }

  /** The project of an application that is declared, or was; undefined when it is not known at all. */
  projectOf(name: string): string | undefined {
    const declared = this.#catalog.applications.get(name)?.project ?? this.#states.get(name)?.status.project;
    return declared ?? (this.services.store.fact(name, 'declaration') as Application | undefined)?.project;
  }

  /** What of its own declaration or its project forbids to deliver it, whoever asks. */
  refusals(application: Application): Condition[] {
    return [...application.conditions.filter(({ level }) => level === 'error'), ...this.forbids(application)];
  }

  /** What its project forbids. */
  forbids(application: Application): Condition[] {
    const { target, place } = this.services;
    return permits(this.project(application), application, target.server, place.repoURL);
  }

  /** A project that is no longer declared still says what may be taken away; one that the application has left for none does not. */
  #rulesFor(application: Application, act: 'write' | 'delete'): Project | undefined {
    const now = this.project(application);
    if (now !== undefined || act === 'write') return now;
    const last = this.services.store.fact(application.name, 'project') as Project | undefined;
    return application.project === 'default' && last?.name !== 'default' ? undefined : last;
  }

  /** The lock that is to run, of what Git says now; ends a pin that Git has overtaken. */
  async choose(application: Application, signal: AbortSignal): Promise<LockChoice> {
    const { store } = this.services;
    const { name } = application;
    const wanted = await this.locks.resolve(application, undefined, signal);
    await carryOver(this, application, wanted, signal);
    const override = store.override(name);
    const quarantine = store.quarantine(name);
    const lastHealthy = quarantine.length === 0 ? undefined : store.lastHealthySync(name);
    const choice = chooseLock(wanted, override, quarantine, lastHealthy);
    if (choice.pinEnded) {
      const { pinned: _, ...rest } = override;
      store.setOverride(name, rest);
      this.chronicle.happened(name, 'its pin ended: Git has something newer', 'git', {
        action: 'override.unpinned',
        lock: wanted,
      });
    }
    return choice;
  }

  find(name: string): ApplicationState | undefined {
    return this.#states.get(name);
  }

  statuses(): ApplicationStatus[] {
    return [...this.#states.values()].map(({ status }) => status);
  }

  onChange(listener: (application: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everyone who listens, and looks at those that depend on it. */
  changed(name: string): void {
    for (const other of this.#dependents.get(name) ?? []) this.queue.add(other);
    for (const listener of this.#listeners) listener(name);
  }

  /** With a `happening`, it is for the audit log, too. */
  tell(application: string, type: Event['type'], message: string, by: string, happening?: Happening): void {
    if (type === 'drift') this.services.metrics.count('holdfast_drifts_total');
    if (happening !== undefined) this.chronicle.happened(application, message, by, happening);
    const project = this.projectOf(application);
    this.services.store.appendEvent({ application, ...(project === undefined ? {} : { project }), type, message, by });
    this.services.env.log.info(message, { application, type, by });
  }

  isSuspended(application: Application): boolean {
    return application.suspended || this.services.store.override(application.name).suspended !== undefined;
  }

  /** What the application should be at the lock; rendered anew only when something it depends on is new. */
  async declare(application: Application, lock: Lock, signal: AbortSignal): Promise<Declared> {
    const project = this.project(application);
    const capabilities = await this.services.target.capabilities(signal);
    const known = this.#states.get(application.name)?.declared;
    if (isCurrent(known, lock, basisOf(application, project, capabilities.hash))) return known;
    return await declare(application, lock, project, this.services, this.locks, signal);
  }

  async survey(application: Application, declared: Declared, signal: AbortSignal): Promise<Survey> {
    const state = this.stateOf(application);
    const { findings } = state;
    const healsAtOnce = application.policy.automated?.selfHeal === true && !this.isSuspended(application);
    const busy = state.operation !== undefined;
    const isFirst = !state.surveyed;
    const { services } = this;
    const found = await survey({ application, declared, services, findings, healsAtOnce, busy, isFirst, signal });
    state.surveyed ||= found.complete && !busy;
    return found;
  }

  /** Starts a sync, ending one under way at its next write border first. Answers its record, which goes on changing. */
  async start(application: Application, request: StartRequest): Promise<Sync> {
    const state = this.stateOf(application);
    while (state.operation !== undefined) {
      // A person's sync is theirs to end.
      if (state.operation.byPerson && !request.byPerson) return state.operation.sync;
      await this.endOperation(state, `superseded: ${request.reason}`);
    }
    const abort = new AbortController();
    // As declared: what a person asks for this once (force, replace) makes it no other work.
    const declaredAs = this.#catalog.applications.get(application.name) ?? application;
    const work = isTeardown(request.lock) ? '' : workOf(declaredAs, request.desired);
    const attempt = state.attempts.work === work ? state.attempts.count + 1 : 1;
    const input: OperationInput = {
      ...request,
      application,
      attempt,
      services: this.services,
      signal: AbortSignal.any([abort.signal, this.#life.signal]),
      // One of its own: thousands of waiting writes that all listen to one signal slow each other down.
      writeSignal: AbortSignal.any([this.#life.signal]),
      onProgress: () => this.changed(application.name),
    };
    const sync = beginSync(input);
    const verb = request.heal ? 'heals' : request.dryRun ? 'tries' : sync.revision === '' ? 'deletes' : 'syncs';
    this.tell(
      application.name,
      request.heal ? 'heal' : 'sync',
      `${verb}${atRevision(sync)}: ${request.reason}`,
      sync.startedBy,
      startOf(sync, request.plan, request.heal, this.chronicle.environment),
    );
    state.status = { ...state.status, operation: sync };
    const ended = operate(sync, input).then(() => {
      delete state.operation;
      state.endedAt = this.services.env.clock.monotonic();
      state.status = { ...state.status, operation: sync };
      afterSync(this, application, state, { sync, work }, request);
      this.queue.follow(application.name);
    });
    const { heal, byPerson } = request;
    state.operation = { sync, lock: lockId(request.lock), work, heal, byPerson, abort, ended };
    return sync;
  }

  async cancel(name: string, reason: string): Promise<void> {
    const state = this.#states.get(name);
    if (state !== undefined) await this.endOperation(state, reason);
  }

  /** Ends the sync under way, if any, at its next write border. */
  async endOperation({ operation }: ApplicationState, reason: string): Promise<void> {
    if (operation === undefined) return;
    operation.abort.abort(new Superseded(reason));
    await operation.ended;
  }

  /** Forgets an application that is no more. */
  async drop(name: string): Promise<void> {
    const application = this.services.store.fact(name, 'declaration') as Application | undefined;
    if (application?.origin.kind === 'cluster')
      await this.services.target.declarations?.release(application.origin.path);
    this.#states.delete(name);
    this.services.store.forget(name);
    this.changed(name);
  }

  async close(): Promise<void> {
    const reason = new Error('Holdfast stops');
    this.#stopListening();
    this.#life.abort(reason);
    await this.queue.close(reason);
    await Promise.all([...this.#states.values()].map(({ operation }) => operation?.ended));
    await this.chronicle.close();
  }

  stateOf(application: Application): ApplicationState {
    const known = this.#states.get(application.name);
    if (known !== undefined) return known;
    const fresh = freshState(application, this.services, this.locks.shownURL(application.sources[0]));
    this.#states.set(application.name, fresh);
    return fresh;
  }

  async #work(name: string, signal: AbortSignal, isHint: boolean): Promise<void> {
    const application = this.#catalog.applications.get(name);
    const done = this.services.metrics.timed('holdfast_reconcile', this.services.env.clock);
    try {
      if (application === undefined) await teardown(name, this, signal);
      else if (!isHint) await look(application, this, signal);
      // A look may wait long for its render: not in the place of a hint, of which there are few. It also finds and tells what fails here.
      else if (!(await advance(application, this, signal).catch(() => false))) this.queue.follow(name);
      done('done');
    } catch (error) {
      done('failed');
      this.queue.addAfter(name, afterErrorMs);
      throw error;
    }
  }
}
