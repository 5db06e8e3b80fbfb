import type { Health } from '../../model/resource.ts';

/** Where a supervised process is. `failures` counts ends in a row without a stable run in between. */
export interface RunState {
  phase: 'starting' | 'running' | 'waiting';
  failures: number;
  restarts: number;
  /** When it is started again, ms since 1970. */
  nextAt?: number;
  last?: {
    exit?: { code: number | undefined; signal: string | undefined };
    error?: string;
    at: number;
    /** The last line it printed. */
    line: string;
  };
}

export interface Settling {
  settleMs: number;
  stableMs: number;
}

/** Whether a supervised process is well, and why not. `ranMs`: how long the present process has been running. */
export function serviceHealth(state: RunState, now: number, ranMs: number, times: Settling): Health {
  const { phase, failures, last } = state;
  const ended = last === undefined ? '' : describeEnd(last);
  if (phase === 'running') {
    // After two failures in a row a short run proves nothing.
    if (failures >= 2 && ranMs < times.stableMs)
      return { status: 'Degraded', message: `keeps ending (${failures} times in a row); it ${ended}` };
    if (ranMs >= times.settleMs) return { status: 'Healthy', message: '' };
    return { status: 'Progressing', message: last === undefined ? 'just started' : `started again; it ${ended}` };
  }
  if (failures <= 1 && last?.error === undefined)
    return { status: 'Progressing', message: last === undefined ? 'starting' : `starting again; it ${ended}` };
  const seconds = Math.max(0, Math.ceil(((state.nextAt ?? now) - now) / 1000));
  const times_ = failures === 1 ? '' : ` (${failures} times in a row)`;
  return { status: 'Degraded', message: `${ended}${times_}; next start in ${seconds} s` };
}

export function describeEnd(last: NonNullable<RunState['last']>): string {
  if (last.error !== undefined) return `cannot be started: ${last.error}`;
  const { code, signal } = last.exit ?? {};
  const how =
    signal !== undefined ? `was ended by ${signal}` : code !== undefined ? `ended with exit code ${code}` : 'ended';
  return last.line === '' ? how : `${how}; its last line: ${last.line}`;
}
