import type { Condition } from './application.ts';
import type { Lock } from './lock.ts';
import type { Drift, Health, Phase, ResourceId, ResourceKey } from './resource.ts';

export type SyncStatus = 'Synced' | 'OutOfSync' | 'Unknown';

export interface ResourceStatus {
  id: ResourceId;
  key: ResourceKey;
  sync: SyncStatus;
  health: Health;
  drift?: Drift;
  hook: boolean;
  wave: number;
  summary?: string;
  message?: string;
  /** Why automation leaves it as it is, though it may repair and delete. */
  held?: string;
  /** A sync that a person asks for leaves it as it is, too. */
  refused?: true;
  /** The application that it belongs to as well, or instead. */
  sharedWith?: string;
}

/** Why automation leaves a resource as it is. */
export interface Held {
  reason: string;
  /** Nor does a person's sync change that. */
  isRefused: boolean;
}

/** One execution of a plan. It ends succeeded, failed or superseded, and stays in the history. */
export interface Sync {
  id: string;
  application: string;
  lock: Lock;
  revision: string;
  startedAt: number;
  endedAt?: number;
  result: 'running' | 'succeeded' | 'failed' | 'superseded';
  /** `automated`, `self-heal`, `rollback`, or a person's name. */
  startedBy: string;
  reason: string;
  message: string;
  attempt: number;
  dryRun: boolean;
  /** Where it is now. */
  phase?: Phase;
  wave?: number;
  /** What its plan has to do, in order. Earlier versions did not say. */
  waves?: PlannedWave[];
  results: StepResult[];
  /** All the application's resources were healthy after it, at this time. */
  healthyAt?: number;
}

export interface PlannedWave {
  phase: Phase;
  wave: number;
  steps: number;
}

export interface StepResult {
  key: ResourceKey;
  action: 'create' | 'change' | 'delete' | 'run';
  phase: Phase;
  result: 'running' | 'succeeded' | 'failed' | 'skipped';
  message: string;
  /** Of a hook that is running: the uid of what was there in its place before this sync, '' for nothing. */
  former?: string;
  /** Of a hook that failed: it was kept from running to its end, which is no mistake of its revision. */
  hindered?: boolean;
}

/** A revision that failed its health gate: not tried again until Git changes. */
export interface Quarantine {
  revision: string;
  /** What it is about: another commit that says the very same is quarantined, too. */
  lock?: Lock;
  reason: string;
  at: number;
}

/** Set by a person, instead of what Git says, until a newer commit or their next word. */
export interface Override {
  suspended?: { by: string; at: number; reason: string };
  pinned?: { lock: Lock; by: string; at: number /** What Git said then: a newer lock ends the pin. */; over: Lock };
}

export interface ApplicationStatus {
  name: string;
  project: string;
  namespace: string;
  target: string;
  source: { repoURL: string; path: string; targetRevision: string; type: string };
  sync: { status: SyncStatus; revision: string /** Why not Synced, or why unknown. */; message: string };
  health: Health;
  conditions: Condition[];
  resources: ResourceStatus[];
  /** The running sync, or else the last one. */
  operation?: Sync;
  /** Milliseconds since 1970 of the next try, when one is planned. */
  nextTryAt?: number;
  quarantined?: Quarantine;
  suspended?: { by: string; at: number; reason: string };
  pinned?: { revision: string; by: string; at: number };
  /** Git no longer declares it: what is left of it is on its way out, or waits for a person. */
  undeclared?: true;
  labels?: Record<string, string>;
  /** When its health became what it is, ms since 1970; undefined: nobody knows. */
  healthSince?: number;
  observedAt: number;
}

/** One line of the account: what happened to which application, when. */
export interface Event {
  id: number;
  at: number;
  application: string;
  /** Of the application when it happened. Earlier versions did not say. */
  project?: string;
  type: 'revision' | 'sync' | 'drift' | 'heal' | 'health' | 'condition' | 'person' | 'prune';
  message: string;
  by: string;
}
