import type { Health } from '../model/resource.ts';
import { healthStatuses } from '../model/resource.ts';

/** What is known of one probe. Times are monotonic milliseconds. */
export interface ProbeState {
  name: string;
  timeoutMs: number;
  /** Since when a success has been waited for: the last change, or the last success before the failures. */
  waitingSince: number;
  /** Whether it succeeded since the last change. */
  succeeded: boolean;
  /** Reason of the last look, when it failed; undefined after a success (or before any look). */
  failure?: string;
}

function probeHealth(state: ProbeState, now: number): Health {
  const { name, failure } = state;
  if (state.succeeded && failure === undefined) return { status: 'Healthy', message: '' };
  const late = now - state.waitingSince >= state.timeoutMs;
  const reason = failure ?? 'no answer yet';
  if (late)
    return { status: 'Degraded', message: `probe ${name} has failed for ${state.timeoutMs / 1000} s: ${reason}` };
  return { status: 'Progressing', message: `probe ${name}: ${reason}` };
}

/** All must pass; the worst one speaks. */
export function probesHealth(states: readonly ProbeState[], now: number): Health {
  let worst: Health = { status: 'Healthy', message: '' };
  for (const state of states) {
    const health = probeHealth(state, now);
    if (healthStatuses.indexOf(health.status) > healthStatuses.indexOf(worst.status)) worst = health;
  }
  return worst;
}
