import type { Env, ExitResult, ProcessIdentity } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { describeEnd, type RunState, serviceHealth } from '../../health/machine/service.ts';
import type { Health } from '../../model/resource.ts';
import type { TargetEvent } from '../target.ts';
import { lastLine } from './logs.ts';
import { permitted } from './permission.ts';

export interface ServiceTimes {
  /** Has to run so long to count as started. */
  settleMs: number;
  /** Has to run so long for earlier failures to be forgotten. */
  stableMs: number;
  firstBackoffMs: number;
  maxBackoffMs: number;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
}

export const serviceTimes: ServiceTimes = {
  settleMs: 1_000,
  stableMs: 10_000,
  firstBackoffMs: 1_000,
  maxBackoffMs: 60_000,
  graceMs: 10_000,
};

export interface ServiceOptions {
  command: readonly string[];
  env: Record<string, string>;
  cwd: string;
  outputPath: string;
  times: ServiceTimes;
  /** A process that runs already, to be taken over. */
  identity?: ProcessIdentity;
  startedAt?: number;
  /** A new process runs (or none any more): write it down. */
  onIdentity(identity: ProcessIdentity | undefined, startedAt: number): Promise<void>;
  onChange(): void;
}

/** One supervised process: kept running until it is stopped or let go. */
export interface Service {
  readonly pid: number | undefined;
  readonly restarts: number;
  /** How long the present process has been running, ms; undefined when none is. */
  runningFor(): number | undefined;
  health(): Health;
  /** When the present process was started, ms since 1970; undefined when none runs. */
  readonly startedAt: number | undefined;
  /** What became of it since Holdfast supervises it, the latest last. */
  readonly history: readonly TargetEvent[];
  /** Resolves when the first start was tried. */
  readonly begun: Promise<void>;
  /** SIGTERM, then SIGKILL, to the whole group; resolves when it is gone. */
  stop(): Promise<void>;
  /** Ends the supervision; the process goes on. */
  letGo(): Promise<void>;
}

const keptEvents = 50;

export function supervise(env: Env, options: ServiceOptions): Service {
  const { times } = options;
  const ending = new AbortController();
  let identity = options.identity;
  let startedAt = options.startedAt ?? env.clock.now();
  // Started in the future: the clock was put back since.
  let startedMonotonic = env.clock.monotonic() - Math.max(0, env.clock.now() - startedAt);
  let state: RunState = { phase: 'starting', failures: 0, restarts: 0 };
  let cancelSettle = () => {};
  const history: TargetEvent[] = [];

  function note(level: TargetEvent['level'], reason: string, message: string): void {
    const at = env.clock.now();
    history.push({ level, reason, message, count: 1, firstAt: at, lastAt: at, source: 'holdfast' });
    if (history.length > keptEvents) history.shift();
  }

  function change(next: RunState): void {
    state = next;
    options.onChange();
  }

  async function start(): Promise<ProcessIdentity> {
    const [command = '', ...args] = options.command;
    const { cwd, outputPath } = options;
    const starting = env.processes.startService(command, args, { cwd, outputPath, env: options.env });
    return await permitted('starting', command, starting);
  }

  /** Health depends on how long it has been running: tell when that passes the next mark. */
  function watchSettling(): void {
    cancelSettle();
    const mark = state.failures > 1 ? times.stableMs : times.settleMs;
    const left = mark - (env.clock.monotonic() - startedMonotonic);
    cancelSettle = left <= 0 ? () => {} : env.timers.after(left + 1, options.onChange);
  }

  async function running(): Promise<void> {
    if (identity === undefined) {
      identity = await start();
      startedAt = env.clock.now();
      startedMonotonic = env.clock.monotonic();
      note('info', 'Started', `process ${identity.pid}`);
      await options.onIdentity(identity, startedAt);
    }
    const process = identity;
    const ranMs = () => env.clock.monotonic() - startedMonotonic;
    // It ended while nobody looked. Its id may be another's by now: no signal.
    if (!(await env.processes.isAlive(process)) && process === options.identity)
      return await ended({ exit: await env.processes.waitForExit(process, ending.signal), ranMs: ranMs() });
    change({ ...state, phase: 'running' });
    watchSettling();
    begun();
    const exit = await env.processes.waitForExit(process, ending.signal);
    signalRest(env, process);
    await ended({ exit, ranMs: ranMs() });
  }

  async function ended(how: { exit?: ExitResult; error?: string; ranMs: number }): Promise<void> {
    cancelSettle();
    identity = undefined;
    const failures = how.ranMs >= times.stableMs ? 1 : state.failures + 1;
    const line = await lastLine(env, options.outputPath);
    const at = env.clock.now();
    const last = {
      ...(how.exit === undefined ? {} : { exit: how.exit }),
      ...(how.error === undefined ? {} : { error: how.error }),
      ...{ at, line },
    };
    // The first restart is immediate: most often somebody or the kernel killed what was well.
    const delayMs = failures === 1 ? 0 : Math.min(times.firstBackoffMs * 2 ** (failures - 2), times.maxBackoffMs);
    change({
      phase: 'waiting',
      failures,
      restarts: state.restarts + 1,
      nextAt: at + delayMs,
      last,
    });
    note('warning', how.error === undefined ? 'Ended' : 'NotStarted', describeEnd(last));
    await options.onIdentity(undefined, startedAt).catch(() => {}); // A stale id is recognised as such later.
    begun();
    await env.timers.sleep(delayMs, ending.signal);
    change({ ...state, phase: 'starting' });
  }

  async function keepRunning(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        await running();
      } catch (error) {
        if (ending.signal.aborted) return;
        // A process that runs but cannot be written down is still watched in the next round.
        if (identity === undefined) await ended({ error: asFailure(error).message, ranMs: 0 }).catch(() => {});
        else await env.timers.sleep(times.firstBackoffMs, ending.signal).catch(() => {});
      }
    }
  }

  let begun = () => {};
  const firstStart = new Promise<void>(resolve => {
    begun = resolve;
  });
  const loop = keepRunning().finally(() => begun());

  async function letGo(): Promise<void> {
    ending.abort();
    cancelSettle();
    await loop;
  }

  return {
    get pid() {
      return identity?.pid;
    },
    get restarts() {
      return state.restarts;
    },
    runningFor: () =>
      identity === undefined || state.phase !== 'running' ? undefined : env.clock.monotonic() - startedMonotonic,
    get startedAt() {
      return identity === undefined ? undefined : startedAt;
    },
    history,
    health() {
      return serviceHealth(state, env.clock.now(), env.clock.monotonic() - startedMonotonic, times);
    },
    begun: firstStart,
    async stop() {
      await letGo();
      if (identity === undefined) return;
      await stopProcess(env, identity, times.graceMs);
      identity = undefined;
    },
    letGo,
  };
}

/** Asks the whole group to end, insists after the grace, and resolves when the process is gone. Throws PROCESS_TIMEOUT when even that does not help. */
export async function stopProcess(env: Env, process: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await env.processes.isAlive(process))) return;
  for (const [signal, ms] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    env.processes.signalGroup(process, signal);
    const deadline = new AbortController();
    const cancel = env.timers.after(ms, () => deadline.abort());
    const gone = await env.processes.waitForExit(process, deadline.signal).then(
      () => true,
      () => false,
    );
    cancel();
    if (!gone) continue;
    signalRest(env, process);
    return;
  }
  throw asFailure(new Error(`process ${process.pid} does not end, not even by SIGKILL`));
}

/** What a dead process leaves behind (workers of its own) may hold its port. */
function signalRest(env: Env, process: ProcessIdentity): void {
  try {
    env.processes.signalGroup(process, 'SIGKILL');
  } catch (error) {
    env.log.warn('what a process left behind could not be ended', {
      pid: process.pid,
      reason: asFailure(error).message,
    });
  }
}
