import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { type ProbeState, probesHealth } from '../health/probe.ts';
import type { Probe } from '../model/application.ts';
import type { Health } from '../model/resource.ts';
import { networkPolicy } from '../sources/network-policy.ts';

/** Until the first success it is looked more often: who waits for a sync waits for this. */
const eagerMs = 250;
const lookTimeoutMs = 5_000;

export interface Probes {
  watch(application: string, probes: readonly Probe[]): void;
  /** Something of the application changed: success has to be shown anew, in time. */
  restart(application: string): void;
  health(application: string): Health;
  close(): void;
}

interface Running {
  probe: Probe;
  state: ProbeState;
  stop(): void;
}

export interface ProbeContext {
  env: Env;
  /** Whether a probe may be a program: where applications are programs of this machine. Beside a cluster it would run with the operator's rights. */
  programs?: boolean;
  services(application: string): { name: string; service: { runningFor(): number | undefined } }[];
  changed(application: string): void;
}

export function createProbes(context: ProbeContext): Probes {
  const { env } = context;
  const applications = new Map<string, { declared: string; running: Running[] }>();

  function run(application: string, probe: Probe): Running {
    const closing = new AbortController();
    let cancel = () => {};
    const state: ProbeState = {
      name: probe.name,
      timeoutMs: probe.timeoutMs,
      waitingSince: env.clock.monotonic(),
      succeeded: false,
    };

    let told = probesHealth([state], env.clock.monotonic());
    let cancelDeadline = () => {};

    /** Time alone makes Degraded of Progressing, so it is told at that time too. */
    function tell(): void {
      if (closing.signal.aborted) return;
      const now = env.clock.monotonic();
      const health = probesHealth([state], now);
      const left = state.waitingSince + probe.timeoutMs - now;
      cancelDeadline();
      if (health.status === 'Progressing') cancelDeadline = env.timers.after(left, tell);
      if (health.status === told.status && health.message === told.message) return;
      told = health;
      context.changed(application);
    }

    async function look(): Promise<void> {
      const failed = await lookOnce(context, application, probe, closing.signal).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (failed !== undefined) state.failure = failed;
      else {
        state.succeeded = true;
        state.waitingSince = env.clock.monotonic();
        delete state.failure;
      }
      tell();
    }

    function schedule(ms: number): void {
      cancel = env.timers.after(ms, () => {
        void look().finally(() => {
          const waiting = !state.succeeded || state.failure !== undefined;
          if (!closing.signal.aborted) schedule(waiting ? Math.min(eagerMs, probe.intervalMs) : probe.intervalMs);
        });
      });
    }
    schedule(0);
    return {
      probe,
      state,
      stop() {
        closing.abort();
        cancel();
        cancelDeadline();
      },
    };
  }

  function stopAll(application: string): void {
    for (const running of applications.get(application)?.running ?? []) running.stop();
    applications.delete(application);
  }

  function begin(application: string, probes: readonly Probe[], declared: string): void {
    stopAll(application);
    if (probes.length > 0)
      applications.set(application, { declared, running: probes.map(probe => run(application, probe)) });
    context.changed(application);
  }

  return {
    watch(application, probes) {
      const declared = JSON.stringify(probes);
      if ((applications.get(application)?.declared ?? '[]') !== declared) begin(application, probes, declared);
    },
    restart(application) {
      const known = applications.get(application);
      if (known === undefined) return;
      begin(
        application,
        known.running.map(({ probe }) => probe),
        known.declared,
      );
    },
    health(application) {
      const states = (applications.get(application)?.running ?? []).map(({ state }) => state);
      return probesHealth(states, env.clock.monotonic());
    },
    close() {
      for (const application of [...applications.keys()]) stopAll(application);
    },
  };
}

/** Resolves on success; throws what is wrong, in words. */
async function lookOnce(context: ProbeContext, application: string, probe: Probe, signal: AbortSignal): Promise<void> {
  const { env } = context;
  switch (probe.type) {
    case 'http':
      return await lookHttp(env, probe, signal);
    case 'tcp':
      return await lookTcp(env, probe);
    case 'exec': {
      if (context.programs !== true) throw new Error('programs are run on machines only: take http or tcp');
      const [command = '', ...args] = probe.command;
      const result = await env.processes.run(command, args, {
        timeoutMs: lookTimeoutMs,
        maxOutputBytes: 65_536,
        signal,
      });
      if (result.code !== 0) throw new Error(`${command} ended with ${result.signal ?? `exit code ${result.code}`}`);
      return;
    }
    case 'stable': {
      const found = context.services(application).filter(({ name }) => probe.process === '' || name === probe.process);
      if (found.length === 0) throw new Error(`there is no process ${probe.process}`);
      for (const { name, service } of found) {
        const ms = service.runningFor();
        if (ms === undefined) throw new Error(`${name} is not running`);
        if (ms < probe.forMs) throw new Error(`${name} has not run for ${probe.forMs / 1000} s yet`);
      }
    }
  }
}

/** The addresses that were judged are those that are connected to. */
async function lookTcp({ net }: Env, { host, port }: Probe & { type: 'tcp' }): Promise<void> {
  let failed: unknown;
  for (const address of await net.addresses(host)) {
    const reason = networkPolicy(address);
    if (reason !== undefined) throw failure('NET_FORBIDDEN', { host, reason });
    try {
      return await net.probeTcp(address, port, lookTimeoutMs);
    } catch (error) {
      failed = error;
    }
  }
  throw failed;
}

async function lookHttp(env: Env, probe: Probe & { type: 'http' }, signal: AbortSignal): Promise<void> {
  const url = new URL(probe.url);
  const client = env.net.http({ origin: url.origin, maxConnections: 1, denies: networkPolicy });
  try {
    const response = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headTimeoutMs: lookTimeoutMs,
      idleTimeoutMs: lookTimeoutMs,
      signal,
    });
    await response.discard();
    const wanted =
      probe.status.length === 0
        ? response.status >= 200 && response.status < 400
        : probe.status.includes(response.status);
    if (!wanted) throw new Error(`${url.origin}${url.pathname} answers with status ${response.status}`);
  } finally {
    await client.close();
  }
}
