import { asFailure } from '../errors.ts';
import type { Application, Condition } from '../model/application.ts';
import { type Lock, lockId, mainRevision, sameLock } from '../model/lock.ts';
import type { Plan } from '../model/plan.ts';
import { describeResource, parseResourceKey, type ResourceKey } from '../model/resource.ts';
import type { Held } from '../model/status.ts';
import { changedHooks, hooksOf, syncPhases } from '../plan/hooks.ts';
import { plan } from '../plan/plan.ts';
import { outside, startPart, traced } from '../telemetry/tracing/tracer.ts';
import { noAttempts, setAttempts } from './attempts.ts';
import type { Controller } from './controller.ts';
import { type Decision, decide } from './decide.ts';
import { type Declared, workOf } from './declare.ts';
import { judgeDependencies } from './dependencies.ts';
import { awaitsHeirs, markClaims, noteDropped, noteRead } from './handover.ts';
import type { LockChoice } from './lock-choice.ts';
import { narrateDrift, type Tell } from './narrate.ts';
import { report } from './report.ts';
import type { ApplicationState } from './state.ts';
import { awaitsNews } from './strangers.ts';
import type { Survey } from './survey.ts';
import { isUnfinished } from './unfinished.ts';
import { short } from './verdicts.ts';

/** What one look gathers on its way. */
export interface Look {
  application: Application;
  controller: Controller;
  state: ApplicationState;
  signal: AbortSignal;
  conditions: Condition[];
  /** What automation leaves undone on purpose, and why. */
  held: ReadonlyMap<ResourceKey, Held>;
  /** A sync was under way when the look began: what it is changing is not drift. */
  busy: boolean;
  /** Monotonic ms. */
  beganAt: number;
  choice?: LockChoice;
  /** Why the comparison cannot be trusted, when it cannot. */
  unknown?: string;
}

/**
 * The recipe for one application: lock → render → observe → compare → decide → start → report. Takes nothing from an
 * event: everything is read anew. Starts at most one sync, and does not wait for it.
 */
export async function look(application: Application, controller: Controller, signal: AbortSignal): Promise<void> {
  const { services } = controller;
  const state = controller.stateOf(application);
  const it: Look = {
    application,
    controller,
    state,
    signal,
    conditions: [...warningsOf(application), ...controller.refusals(application)],
    held: new Map(),
    busy: state.operation !== undefined,
    beganAt: services.env.clock.monotonic(),
  };
  rememberDeclaration(it);
  outside(() => services.target.watchProbes(application.name, application.probes));
  const dependencies = judgeDependencies(
    application,
    controller.catalog.applications,
    name => controller.find(name)?.status,
  );
  it.conditions.push(...dependencies.conditions);

  await chooseRevision(it);
  await renderIt(it);
  noteRead(state, it.beganAt, it.unknown === undefined);
  const { declared } = state;
  await supersede(it, declared);
  const found =
    declared === undefined
      ? nothingFound
      : await traced('compare', nothingToSay, () => controller.survey(application, declared, signal));
  if (!found.complete) {
    it.unknown ??= found.reason;
    // What may be seen may have changed (rights taken away): the next look names everything anew, and says so of single resources.
    if (declared !== undefined) state.declared = { ...declared, basis: '' };
  }
  // Declared otherwise meanwhile, or not at all: the look that was asked for with it decides.
  if (controller.catalog.applications.get(application.name) !== application) return;
  const hooksChanged = changedHooks(declared?.desired ?? [], services.store.applied(application.name));
  // From here to the start of a sync nothing is waited for: what others declare now is what counts.
  if (it.unknown === undefined) {
    const isGits =
      it.choice?.quarantined === undefined && services.store.override(application.name).pinned === undefined;
    noteDropped(state, found.rows, services.env.clock.monotonic(), isGits ? it.beganAt : undefined);
  }
  markClaims(application.name, found.rows, controller);
  const unfinished =
    declared !== undefined &&
    it.choice !== undefined &&
    isUnfinished(application, controller, it.choice.lock, declared.desired);

  const decision = decide({
    application,
    rows: found.rows,
    hooksLeft: unfinished || hooksChanged.length > 0,
    suspended: controller.isSuspended(application),
    blocked: blockedBy(it, found, dependencies.ready),
    attempts: state.attempts,
    heals: state.heals,
    now: services.env.clock.monotonic(),
  });
  const tell: Tell = (...told) => controller.tell(application.name, ...told);
  if (!it.busy) narrateDrift(state.status, found.rows, tell);
  const nextTryAt = await act(it, decision, found);
  report(it, found, hooksChanged, nextTryAt);
}

/** So that its deletion is done as it asked for, even when it was declared away while Holdfast was stopped. */
function rememberDeclaration({ application, controller, state }: Look): void {
  const { store } = controller.services;
  const project = controller.project(application);
  if (state.remembered !== application) store.setFact(application.name, 'declaration', application);
  if (project !== undefined && state.rememberedProject !== project) store.setFact(application.name, 'project', project);
  state.remembered = application;
  if (project !== undefined) state.rememberedProject = project;
}

function warningsOf({ conditions }: Application): Condition[] {
  return conditions.filter(({ level }) => level === 'warning');
}

const nothingToSay = () => ({});
const nothingFound: Survey = { rows: [], complete: true, reason: '' };

async function chooseRevision(it: Look): Promise<void> {
  try {
    it.choice = await it.controller.choose(it.application, it.signal);
  } catch (error) {
    noteFailure(it, error);
  }
}

/** What cannot be rendered leaves the last that could in force, even after a restart. */
async function renderIt(it: Look): Promise<void> {
  const { application, controller, state, signal } = it;
  const { store } = controller.services;
  const remembered = () => store.fact(application.name, 'lock') as Lock | undefined;
  const lock = it.choice?.lock ?? state.declared?.lock ?? remembered();
  if (lock === undefined) return;
  try {
    const declared = await controller.declare(application, lock, signal);
    const before = state.declared === undefined ? remembered() : state.declared.lock;
    if (before === undefined || lockId(before) !== lockId(lock)) {
      const isNew = isNews(it, declared);
      if (isNew) {
        const name = short(mainRevision(lock));
        // That what is declared anew has a revision is no news.
        const news = before === undefined ? undefined : ({ action: 'revision.declared', lock } as const);
        controller.tell(application.name, 'revision', `is to be at ${name}`, 'git', news);
      }
      // What is applied next must not give way to the one before, should Holdfast be killed now and find Git unreadable.
      store.setFact(application.name, 'lock', lock, isNew && before !== undefined ? 'now' : 'soon');
    }
    state.declared = declared;
    const { attempts } = state;
    if (attempts.count > 0 && attempts.work !== workOf(application, declared.desired))
      setAttempts(store, state, noAttempts);
  } catch (error) {
    noteFailure(it, error);
    const last = remembered();
    if (state.declared !== undefined || last === undefined || lockId(last) === lockId(lock)) return;
    try {
      state.declared = await controller.declare(application, last, signal);
    } catch {
      signal.throwIfAborted(); // The first error is the one to show.
    }
  }
}

/** A commit that changes nothing of an application is no news of it; after a restart nobody knows what it changes. */
function isNews({ application, state }: Look, { desired }: Declared): boolean {
  return state.declared === undefined || workOf(application, state.declared.desired) !== workOf(application, desired);
}

function noteFailure(it: Look, error: unknown): void {
  it.signal.throwIfAborted();
  const { message, advice } = asFailure(error);
  it.unknown ??= message;
  it.conditions.push({ type: 'ComparisonError', level: 'error', message, advice });
}

/**
 * Newest wins: what automation runs for an older lock ends at its next write border. A person's sync is theirs to end. Most
 * commits to a repository of many applications are about others: a sync goes on under the name of one that says the same.
 */
async function supersede({ application, state, choice, controller }: Look, declared?: Declared): Promise<void> {
  const { operation } = state;
  if (operation === undefined || choice === undefined || operation.lock === lockId(choice.lock)) return;
  // What automation would not go on with is a person's to end.
  if (operation.byPerson && (application.policy.automated === undefined || controller.isSuspended(application))) return;
  const isNewest = declared !== undefined && sameLock(declared.lock, choice.lock);
  // While the newest cannot be rendered, what was before is in force, and kept so.
  if (operation.heal && !isNewest && declared !== undefined && operation.lock === lockId(declared.lock)) return;
  if (isNewest && operation.work === workOf(application, declared.desired)) {
    operation.lock = lockId(choice.lock);
    Object.assign(operation.sync, { lock: choice.lock, revision: mainRevision(choice.lock) });
    controller.services.store.saveSync(operation.sync, application.historyLimit);
    return;
  }
  await controller.endOperation(state, `superseded by ${short(mainRevision(choice.lock))}`);
}

/** What was in force before an error is still kept as it was; nothing newer is applied. */
function blockedBy(
  { application, controller, conditions, unknown, state }: Look,
  found: Survey,
  dependenciesReady: boolean,
): 'all' | 'sync' | undefined {
  if (state.declared === undefined || !found.complete) return 'all';
  // What its project forbids is not even kept as it was.
  if (controller.forbids(application).length > 0) return 'all';
  const trouble = unknown !== undefined || conditions.some(({ level }) => level === 'error');
  return trouble || !dependenciesReady ? 'sync' : undefined;
}

/** Starts what was decided, when there is anything to do about it. Answers when the next try is, wall clock. */
async function act(it: Look, decision: Decision, found: Survey): Promise<number | undefined> {
  const { application, controller, state } = it;
  const { declared } = state;
  const { clock } = controller.services.env;
  const { automated } = application.policy;
  if (automated === undefined || declared === undefined) return undefined;
  const heal = decision.do === 'heal';
  const { policy } = application;
  const request = { rows: found.rows, policy, prune: automated.prune, confirmed: false };
  const part = startPart('plan', nothingToSay);
  const whole = plan({ ...request, hooks: hooksOf(declared.desired, syncPhases) });
  const planned = heal ? plan({ ...request, hooks: [], only: decision.only }) : whole;
  part?.end();
  it.conditions.push(...heldBack(whole, found));
  it.held = heldOf(whole, found);
  if (decision.do === 'nothing') return undefined;
  if (decision.do === 'wait') {
    const ms = decision.until - clock.monotonic();
    controller.queue.addAfter(application.name, ms);
    return clock.now() + ms;
  }
  if (state.operation !== undefined) return undefined;
  const writes = planned.groups.some(({ steps }) => steps.some(({ action }) => action !== 'run'));
  if (!writes && (heal || !decision.runsHooks)) return undefined;
  if (awaitsHeirs(state, planned, controller) || awaitsNews(it, planned)) return undefined;
  await controller.start(application, {
    plan: planned,
    lock: declared.lock,
    desired: heal ? declared.desired.filter(({ key }) => decision.only.has(key)) : declared.desired,
    reason: heal
      ? `${decision.reason}${makersOf(found, decision.only)}`
      : it.choice?.quarantined === undefined
        ? decision.reason
        : 'what Git asks for is quarantined',
    startedBy: heal ? 'self-heal' : 'automated',
    dryRun: false,
    byPerson: false,
    heal,
  });
  return undefined;
}

/** Who made a repair necessary, as far as the target knows, in words. */
function makersOf({ rows }: Survey, keys: ReadonlySet<string>): string {
  const names = rows.flatMap(({ key, drift }) => (keys.has(key) && drift?.by !== undefined ? [drift.by.name] : []));
  return names.length === 0 ? '' : ` (${[...new Set(names)].slice(0, 5).join(', ')})`;
}

/** By key, and why. What two applications declare is not repaired: it would go to and fro for ever. */
function heldOf(whole: Plan, { rows }: Survey): ReadonlyMap<ResourceKey, Held> {
  const shared = rows.flatMap(({ key, sharedWith }): [ResourceKey, Held][] =>
    sharedWith === undefined
      ? []
      : [[key, { reason: `it also belongs to the application ${sharedWith}`, isRefused: false }]],
  );
  const left = whole.heldBack.map(({ key, reason, confirmable }): [ResourceKey, Held] => [
    key,
    { reason, isRefused: !confirmable },
  ]);
  return new Map([...shared, ...left]);
}

/** What automation leaves undone on purpose, whether or not there is anything else to do; what is declared by two is said as that. */
function heldBack({ heldBack: held, guard }: Plan, { rows }: Survey): Condition[] {
  const shared = new Set(rows.flatMap(({ key, desired, sharedWith }) => (desired && sharedWith ? [key] : [])));
  const own = held.filter(({ key }) => !shared.has(key));
  const reasons = new Set(
    own.map(({ key, reason }) => (reason === guard ? reason : `${describeResource(parseResourceKey(key))}: ${reason}`)),
  );
  return [...reasons].slice(0, 20).map(message => ({ type: 'HeldBack', level: 'warning', message }));
}
