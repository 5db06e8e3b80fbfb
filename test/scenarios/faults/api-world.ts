// What scenarios of the API server's faults have in common: an operator that reaches its cluster only through the proxy.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../../src/env/env.ts';
import type { ApplicationStatus } from '../../../src/model/status.ts';
import { describeWrites } from '../../world/api-request.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../../world/fault-proxy.ts';
import type { TestOperator } from '../../world/operator.ts';
import { sharedControlPlane } from '../../world/shared.ts';
import { type Delivery, type DeliveryOptions, startDelivery } from '../delivery/setup.ts';

export interface Proxied extends Delivery {
  proxy: FaultProxy;
  /** A place in the proxy's log. */
  mark(): number;
  /** What was asked of the API server since then. */
  asked(since: number): ProxiedRequest[];
  /** What was written since then, dry runs aside: `apply configmaps/a`. */
  writes(since: number): string[];
}

export interface ProxiedOptions extends Pick<DeliveryOptions, 'access' | 'change'> {
  user?: { token?: string; tokenFile?: string };
}

export async function startProxied(
  files: (name: string) => Record<string, string>,
  options: ProxiedOptions = {},
): Promise<Proxied> {
  const access = options.access ?? (await sharedControlPlane());
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-proxied-'));
  const proxy = await startFaultProxy(access, directory, options.user);
  const config = { target: { kubernetes: { kubeconfig: proxy.kubeconfig } } };
  const delivery = await startDelivery(files, config, { ...options, access });
  const asked = (since: number) => proxy.log.slice(since);
  return Object.assign(delivery, {
    ...{ proxy, asked },
    mark: () => proxy.log.length,
    writes: (since: number) => describeWrites(asked(since)),
    [Symbol.asyncDispose]: disposal(delivery, async () => {
      await proxy[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    }),
  });
}

function disposal(delivery: Delivery, then: () => Promise<void>): () => Promise<void> {
  const first = delivery[Symbol.asyncDispose].bind(delivery);
  return async () => {
    await first();
    await then();
  };
}

/** How long Holdfast waits for an API server that says nothing, ms; it is a minute and more outside of tests. */
export interface Patience {
  answers?: number | undefined;
  watches?: number | undefined;
}

/** The patience may change: each request goes by what it is when it begins. */
export function impatient(patience: Patience): (env: Env) => Env {
  const shorter = (limit: number | undefined, ms: number | undefined) => Math.min(limit ?? 30_000, ms ?? 600_000);
  return env => ({
    ...env,
    net: {
      ...env.net,
      http(options) {
        const client = env.net.http(options);
        return {
          request: request => {
            const ms = request.path.includes('watch=true') ? patience.watches : patience.answers;
            const headTimeoutMs = shorter(request.headTimeoutMs, ms);
            return client.request({ ...request, headTimeoutMs, idleTimeoutMs: shorter(request.idleTimeoutMs, ms) });
          },
          close: () => client.close(),
        };
      },
    },
  });
}

/** So many milliseconds have passed besides those that have: clocks of durations show it, timers do not come earlier. */
export function later(by: { ms: number }): (env: Env) => Env {
  return env => ({ ...env, clock: { ...env.clock, monotonic: () => env.clock.monotonic() + by.ms } });
}

/** What the status of an application said, in order, each once. Begins now. */
export function listen<Said>({ operator }: TestOperator, name: string, say: (status: ApplicationStatus) => Said) {
  const said: Said[] = [];
  operator.onChange(changed => {
    if (changed !== name) return;
    const now = say(operator.application(name));
    if (JSON.stringify(now) !== JSON.stringify(said.at(-1))) said.push(now);
  });
  return said;
}

/** Failed syncs are tried again soon. */
export const soon = { retry: { backoff: '200ms', maxBackoff: '1s' } };
