import { join } from 'node:path';
import { buildGo, programs } from '../../scripts/build-go.ts';
import { parseConfig } from '../../src/config/read.ts';
import type { Env } from '../../src/env/env.ts';
import { jsonLog } from '../../src/env/real/log.ts';
import { realEnv } from '../../src/env/real.ts';
import { type Holdfast, startHoldfast } from '../../src/main.ts';
import type { ApplicationStatus } from '../../src/model/status.ts';
import type { RunningOperator } from '../../src/reconcile/environment.ts';
import { waitFor } from './wait.ts';

/** A real operator in the test's own process: everything but the command line and the API. */
export interface TestOperator extends AsyncDisposable {
  operator: RunningOperator;
  holdfast: Holdfast;
  /** Lines of the log, as objects. */
  log: Record<string, unknown>[];
  /** Undefined while the application is not known. */
  status(name: string): ApplicationStatus | undefined;
  /** Waits until the application is as `check` wants it; the error says how it was last. */
  until(
    name: string,
    check: (status: ApplicationStatus) => unknown,
    options?: { deadlineMs?: number },
  ): Promise<ApplicationStatus>;
  /** Synced and Healthy, at this commit when one is named. Looks at Git first. */
  untilSynced(name: string, revision?: string): Promise<ApplicationStatus>;
  /** Looks at Git now: tests do not wait for the interval. */
  refresh(): Promise<void>;
  close(options?: { stopProcesses?: boolean }): Promise<void>;
}

export interface TestOperatorOptions {
  repo: string;
  dataDirectory: string;
  /** More of the operator's configuration, as in holdfast-operator.yaml. */
  config?: Record<string, unknown>;
  /** The real world with something changed in it: shorter limits, another clock. */
  change?: (env: Env) => Env;
}

/** Interval of 10 minutes: what a test does not ask for does not happen, but by watches. */
export async function startTestOperator({
  repo,
  dataDirectory,
  config = {},
  change = env => env,
}: TestOperatorOptions): Promise<TestOperator> {
  process.env.HOLDFAST_RENDERER ??= await buildGo(programs.renderer);
  const parsed = parseConfig('', join(dataDirectory, 'holdfast-operator.yaml'), {
    repo,
    dataDirectory,
    interval: '10m',
    ...config,
  });
  const log: Record<string, unknown>[] = [];
  const env = change(realEnv(jsonLog('debug', line => log.push(JSON.parse(line)))));
  const holdfast = await startHoldfast(env, parsed, new AbortController().signal);
  const { operator } = holdfast;
  let closed = false;
  const status = (name: string) => operator.applications().find(one => one.name === name);

  const test: TestOperator = {
    operator,
    holdfast,
    log,
    status,
    async until(name, check, options = {}) {
      await waitFor(
        `${name} to be as wanted`,
        () => {
          const now = status(name);
          return now !== undefined && check(now) ? true : undefined;
        },
        options,
      ).catch(error => {
        throw new Error(
          `${error instanceof Error ? error.message : error}; it is ${JSON.stringify(status(name), undefined, 1)}; ${JSON.stringify(operator.environment().problems)}`,
        );
      });
      return operator.application(name);
    },
    async untilSynced(name, revision) {
      await test.refresh();
      // Whoever is told of something has yet to be looked at; one that hangs keeps nobody here.
      if (revision === undefined)
        await waitFor('everybody to be looked at', () => isIdle(operator), { deadlineMs: 2_000 }).catch(() => {});
      return await test.until(name, ({ sync, health, operation }) => {
        const atRevision = revision === undefined || sync.revision === revision;
        return atRevision && sync.status === 'Synced' && health.status === 'Healthy' && operation?.result !== 'running';
      });
    },
    refresh: () => operator.refresh(undefined, AbortSignal.timeout(30_000)),
    async close(options) {
      if (closed) return;
      closed = true;
      await holdfast.close(options);
    },
    [Symbol.asyncDispose]: () => test.close({ stopProcesses: true }),
  };
  return test;
}

function isIdle(operator: Pick<RunningOperator, 'metrics'>): boolean {
  return /^holdfast_queue_length 0$/m.test(operator.metrics());
}
