import type { Lock } from '../model/lock.ts';
import type { ResourceKey } from '../model/resource.ts';
import { type CommitSummary, Commits } from './commits.ts';
import { type Contrast, contrastSyncs } from './contrast.ts';
import type { Controller } from './controller.ts';
import { LastChanges } from './last-change.ts';
import type { SyncRequest } from './operator.ts';
import { type PlanPreview, previewPlan } from './plan-preview.ts';
import { previewRemoval, type RemovalPreview } from './removal.ts';
import { type ResourceDetail, resourceDetail } from './resource-detail.ts';
import { type ResourceEvent, resourceEvents } from './resource-events.ts';
import { type Revisions, revisionsOf } from './revisions.ts';
import { resourceTree, type Tree } from './tree.ts';

export interface PlanAsked
  extends Pick<SyncRequest, 'revision' | 'prune' | 'resources' | 'force' | 'replace' | 'confirm'> {
  /** A rollback instead of a sync; '' for the one that it would choose. */
  rollbackTo?: string;
}

/** One application, looked at closely: when somebody asks, and never by itself. All throw APP_NOT_FOUND. */
export interface Inspect {
  /** What is declared and what that has made. */
  tree(name: string, signal: AbortSignal): Promise<Tree>;
  /** Throws RESOURCE_NOT_FOUND for what is not in the tree. */
  resource(name: string, key: ResourceKey, signal: AbortSignal): Promise<ResourceDetail>;
  /** What the target tells about one of the tree and about what it has made, newest first. */
  events(name: string, key: ResourceKey, signal: AbortSignal): Promise<ResourceEvent[]>;
  /** Exactly what a sync or rollback would do. Changes nothing. */
  plan(name: string, asked: PlanAsked, signal: AbortSignal): Promise<PlanPreview>;
  /** What deleting it would delete. Changes nothing. */
  removal(name: string, signal: AbortSignal): Promise<RemovalPreview>;
  /** What differs between a sync (by the beginning of its id) and `against`: `live`, `declared`, or another one; default: the one before. */
  contrast(name: string, id: string, against: string | undefined, signal: AbortSignal): Promise<Contrast>;
  /** By which it became what it is declared to be: the newest that changed anything of it. Undefined where there is none or it cannot be found. */
  commit(name: string): Promise<CommitSummary | undefined>;
  /** What of its history, and which branches and tags, one may want to sync to. */
  revisions(name: string, signal: AbortSignal): Promise<Revisions>;
}

export function createInspect(controller: Controller): Inspect {
  const commits = new Commits(controller);
  const lastChanges = new LastChanges(controller);
  const commitOf = (lock: Lock) => commits.of(lock);
  return {
    tree: (name, signal) => resourceTree(controller, name, signal),
    resource: (name, key, signal) => resourceDetail(controller, name, key, signal),
    events: (name, key, signal) => resourceEvents(controller, name, key, signal),
    plan: (name, asked, signal) => previewPlan(controller, name, asked, commitOf, signal),
    removal: (name, signal) => previewRemoval(controller, name, signal),
    contrast: (name, id, against, signal) => contrastSyncs(controller, name, id, against, commitOf, signal),
    revisions: (name, signal) => revisionsOf(controller, name, signal),
    async commit(name) {
      const { declared } = controller.find(name) ?? {};
      const application = controller.catalog.applications.get(name);
      if (declared === undefined || application === undefined) return undefined;
      return await lastChanges.of(application, declared);
    },
  };
}
