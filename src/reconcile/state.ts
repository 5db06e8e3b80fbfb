import type { Application, Project } from '../model/application.ts';
import type { Lock } from '../model/lock.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { ApplicationStatus, Sync } from '../model/status.ts';
import type { Attempts } from './attempts.ts';
import type { Declared } from './declare.ts';
import type { Dropped } from './handover.ts';
import type { Heals } from './heals.ts';
import type { Findings } from './survey.ts';

/** What is known of one application between two looks at it. All of it can be found again from Git, the target and the store. */
export interface ApplicationState {
  name: string;
  /** The last that could be rendered: it stays enforced while something newer cannot. */
  declared?: Declared;
  /** When (monotonic ms) the look began that last found out what is declared; undefined while it cannot be read. */
  declaredAsOf?: number;
  /** When (monotonic ms) the first of the looks began that could not, one after the other; undefined where the last one could. */
  failsSince?: number;
  /** When (monotonic ms) the look began that last compared what is there with what Git says by then. */
  comparedAsOf?: number;
  dropped: ReadonlyMap<ResourceKey, Dropped>;
  findings: Findings;
  /** UIDs of what is to be pruned though nothing is known of its making: Git was asked for news after it was seen. */
  askedAbout: Set<string>;
  /** Whether memory was held against the target since the start. */
  surveyed: boolean;
  operation?: Operation;
  /** When (monotonic ms) the last sync ended. */
  endedAt?: number;
  attempts: Attempts;
  heals: Heals;
  /** Until when (monotonic ms) the lock last synced has to be healthy. */
  gate?: { sync: Sync; deadline: number };
  /** What Git asked for when pins and quarantines were last compared with it. */
  carriedTo?: string;
  /** What runs: the lock of the last sync that succeeded, or a newer one that comes to the same. */
  inForce?: Lock;
  /** The lock that was last seen healthy. */
  healthyLock?: string;
  /** The declaration that the store has. */
  remembered?: Application;
  rememberedProject?: Project;
  status: ApplicationStatus;
  /** Was seen Degraded, and not Healthy since. */
  degraded?: boolean;
  /** When (monotonic ms) the look began that found `status`. */
  seenAsOf?: number;
}

/** Whether `status` shows what the last sync left: a look that began before its end may have seen what was there before. */
export function isSeenSinceSync({ operation, endedAt = 0, seenAsOf = -1 }: ApplicationState): boolean {
  return operation === undefined && seenAsOf >= endedAt;
}

/** A sync under way. */
export interface Operation {
  sync: Sync;
  /** What it is about: a newer lock supersedes it, unless it says the same (`work`). */
  lock: string;
  work: string;
  /** Keeps what is in force. */
  heal: boolean;
  byPerson: boolean;
  abort: AbortController;
  ended: Promise<void>;
}
