import type { ApplicationStatus, Sync } from '../../model/status.ts';

/** Finalizers of Argo CD by which an `Application` asks that what it delivered goes with it. */
const ownFinalizers = /^resources-finalizer\.argocd\.argoproj\.io(\/|$)/;

const phases: Record<Sync['result'], string> = {
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  superseded: 'Failed',
};

/** The part of an `Application`'s status that is written: as Argo CD's clients read it, and only what changes when there is news. */
export function statusOf({ sync, health, conditions, operation }: ApplicationStatus): Record<string, unknown> {
  const message = health.message === '' ? {} : { message: health.message };
  return {
    sync: { status: sync.status, revision: sync.revision },
    health: { status: health.status, ...message },
    conditions: conditions.map(({ type, message: text }) => ({ type, message: text })),
    ...(operation === undefined ? {} : { operationState: operationState(operation) }),
  };
}

function operationState({ result, message, startedAt, endedAt, revision }: Sync): Record<string, unknown> {
  return {
    operation: { sync: { revision } },
    phase: phases[result],
    message,
    startedAt: isoTime(startedAt),
    ...(endedAt === undefined ? {} : { finishedAt: isoTime(endedAt) }),
  };
}

/** Seconds, as Kubernetes writes times. */
function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether the object says this already: then nothing is written. */
export function saysAlready(live: unknown, wanted: Record<string, unknown>): boolean {
  const there = (live ?? {}) as Record<string, unknown>;
  return Object.entries(wanted).every(([field, value]) => contains(there[field], value));
}

function contains(live: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return Object.keys(wanted).length === 0 && live === undefined;
  if (Array.isArray(wanted) && (!Array.isArray(live) || live.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([field, value]) => contains((live as Record<string, unknown>)[field], value));
}

/** Undefined when there is none of ours to take away. */
export function withoutOwnFinalizers(finalizers: unknown): string[] | undefined {
  if (!Array.isArray(finalizers)) return undefined;
  const others = finalizers.filter((name): name is string => typeof name === 'string' && !ownFinalizers.test(name));
  return others.length === finalizers.length ? undefined : others;
}
