import { permitsResource } from '../dialects/argo/project/rules.ts';
import type { Application, Project } from '../model/application.ts';
import type { Comparison, Plan } from '../model/plan.ts';
import type { ResourceId, ResourceKey } from '../model/resource.ts';
import type { Controller } from './controller.ts';
import type { ApplicationState } from './state.ts';

/** Longest time that a sync waits as a whole for other applications to be looked at. After that it goes without the deletes that one of them may have a claim to. */
const patienceMs = 90_000;
/** The same, where none of them can be expected to be known soon: their trouble is not to delay what is changed here. */
const patienceInTroubleMs = 15_000;
/** Of a look: most take milliseconds. */
const longLookMs = 5_000;
const lookAgainMs = 100;
const longestPauseMs = 5_000;
/** Whoever cannot be read is looked at as often. */
const heldPauseMs = 15_000;

/** What is there and no longer declared. Monotonic ms. */
export interface Dropped {
  /** When the look began that last found it declared; undefined when none did since the start. */
  after: number | undefined;
  since: number;
}

/** An application of which something newer than what is known may be declared. Monotonic ms. */
export interface Unread {
  name: string;
  project: Project | undefined;
  /** When the look began that last found out what it declares; undefined while it cannot be read. */
  asOf: number | undefined;
  /** When the first of the looks began that could not, one after the other; undefined where the last one could. */
  failsSince: number | undefined;
  /** What it comes from has moved since. */
  isOutdated: boolean;
  /** It waits to be looked at. */
  isDue: boolean;
  /** The last look could not read it, or the present one takes long. */
  isInTrouble: boolean;
}

/** Remembers whether a look could tell what is declared. One that could not be read may declare anything: others' deletes wait for it. */
export function noteRead(state: ApplicationState, asOf: number, isRead: boolean): void {
  if (isRead) {
    state.declaredAsOf = asOf;
    delete state.failsSince;
  } else {
    delete state.declaredAsOf;
    state.failsSince ??= asOf;
  }
}

/**
 * Remembers what a comparison finds dropped, and since when. `asOf`: when its look began, where it was with what Git says by then
 * and not with what runs in place of that.
 */
export function noteDropped(
  state: Pick<ApplicationState, 'dropped' | 'comparedAsOf'>,
  rows: readonly Comparison[],
  now: number,
  asOf?: number,
): void {
  const { dropped, comparedAsOf: after } = state;
  const extras = rows.filter(row => row.state === 'extra');
  state.dropped = new Map(extras.map(({ key }) => [key, dropped.get(key) ?? { after, since: now }]));
  if (asOf !== undefined) state.comparedAsOf = asOf;
}

/**
 * One commit may move a resource from one application to another, or rename an application. Then the new one takes over
 * what is there, and the former one must not delete it before. Says of each row which other application has a claim, or, when all
 * has waited long enough, may have one: then it is looked at again. `askedAt`: when a person asked, who is told at once.
 */
export function markClaims(name: string, rows: readonly Comparison[], controller: Controller, askedAt?: number): void {
  const { env, target } = controller.services;
  const now = env.clock.monotonic();
  const state = controller.find(name);
  const asked: Dropped | undefined = askedAt === undefined ? undefined : { after: state?.comparedAsOf, since: askedAt };
  let unread: Unread[] | undefined;
  for (const row of rows) {
    if (row.sharedWith !== undefined && !mayDeclare(row.sharedWith, row.key, controller)) delete row.sharedWith;
    if (row.state !== 'extra' || row.live === undefined) continue;
    const heir = heirOf(name, row.live.id, row.key, controller);
    const dropped = state?.dropped.get(row.key) ?? asked;
    // What it declared before says nothing of what it declares now.
    if (heir !== undefined && (dropped === undefined || isRead(unreadOf(heir, controller), dropped.since))) {
      row.sharedWith = heir.name;
      continue;
    }
    const isAsked = asked !== undefined;
    if (dropped === undefined || (!isAsked && now - dropped.since <= patienceInTroubleMs)) continue;
    const { id } = row.live;
    unread ??= unreadOthers(name, controller);
    const late = isAsked || isLate(dropped, now);
    const claimants = unread.filter(
      other => other.name === heir?.name || mayClaim(other, id, dropped, late, target.server),
    );
    const [claimant] = claimants;
    if (claimant !== undefined && (late || claimants.every(one => one.isInTrouble))) row.awaits = claimant.name;
  }
  if (rows.some(({ awaits }) => awaits !== undefined)) controller.queue.addAfter(name, heldPauseMs);
}

/** An application that is not known well enough may declare anything. */
function mayDeclare(name: string, key: ResourceKey, controller: Controller): boolean {
  if (!controller.catalog.applications.has(name)) return false;
  const declared = controller.find(name)?.declared;
  return declared === undefined || declared.desired.some(desired => desired.key === key);
}

function heirOf(name: string, id: ResourceId, key: ResourceKey, controller: Controller): Application | undefined {
  for (const [other, application] of controller.catalog.applications) {
    const declared = other === name ? undefined : controller.find(other)?.declared;
    if (declared?.desired.some(desired => desired.key === key && desired.hook === undefined)) return application;
    // What it may not see just now, say, is none the less declared; what its project forbids is not.
    if (!declared?.problems.some(problem => means(problem.id, id))) continue;
    if (permitsResource(controller.project(application), id, controller.services.target.server) === undefined)
      return application;
  }
  return undefined;
}

/** A resource that could not be named may lack its namespace. */
function means(declared: ResourceId, { group, kind, namespace, name }: ResourceId): boolean {
  const isThere = declared.namespace === '' || declared.namespace === namespace;
  return isThere && declared.group === group && declared.kind === kind && declared.name === name;
}

function unreadOthers(name: string, controller: Controller): Unread[] {
  const others = [...controller.catalog.applications.values()].filter(other => other.name !== name);
  return others
    .map(other => unreadOf(other, controller))
    .filter(({ asOf, isOutdated, isDue }) => asOf === undefined || isOutdated || isDue);
}

function unreadOf(application: Application, controller: Controller): Unread {
  const { name, sources } = application;
  const state = controller.find(name);
  const asOf = state?.declaredAsOf;
  const now = controller.services.env.clock.monotonic();
  return {
    name,
    project: controller.project(application),
    asOf,
    failsSince: state?.failsSince,
    // A commit may be known before all that it is about are told of it.
    isOutdated: asOf !== undefined && sources.some(source => asOf < controller.locks.movedAt(source)),
    isDue: controller.queue.has(name),
    isInTrouble: state?.failsSince !== undefined || (controller.queue.runsSince(name) ?? now) < now - longLookMs,
  };
}

/**
 * Whether what was dropped may be declared there, for all that is known. One that could not be read already while it was declared
 * elsewhere holds it up for a short time only: that it is broken is most likely about something else, and may last.
 */
export function mayClaim(
  { asOf, failsSince, isOutdated, isDue, project }: Unread,
  id: ResourceId,
  { after, since }: Dropped,
  isLate: boolean,
  server: string,
): boolean {
  if (isRead({ asOf, isOutdated, isDue }, since)) return false;
  const wasBroken = failsSince !== undefined && after !== undefined && failsSince < after;
  if (wasBroken && isLate) return false;
  return permitsResource(project, id, server) === undefined;
}

/** Whether what is known of it is as new as what was dropped elsewhere. */
function isRead({ asOf, isOutdated, isDue }: Pick<Unread, 'asOf' | 'isOutdated' | 'isDue'>, since: number): boolean {
  return asOf !== undefined && !isOutdated && !(isDue && asOf < since);
}

function isLate({ since }: Dropped, now: number): boolean {
  return now - since > patienceMs;
}

/** Whether deletes have to wait, because an application that may have a claim is about to be looked at. Looks again soon then. */
export function awaitsHeirs({ name, dropped }: ApplicationState, planned: Plan, controller: Controller): boolean {
  const { env, target } = controller.services;
  const now = env.clock.monotonic();
  const deletes = planned.groups.flatMap(({ steps }) =>
    steps.flatMap(step => (step.action === 'delete' ? [step] : [])),
  );
  const unread = deletes.length === 0 ? [] : unreadOthers(name, controller);
  for (const { key, live } of deletes) {
    const drop = dropped.get(key) ?? { after: undefined, since: now };
    if (!unread.some(other => mayClaim(other, live.id, drop, isLate(drop, now), target.server))) continue;
    const pause = Math.max(lookAgainMs, (now - drop.since) / 2);
    controller.queue.addAfter(name, Math.min(longestPauseMs, pause));
    return true;
  }
  return false;
}
