import type { Application } from '../model/application.ts';
import { lockId } from '../model/lock.ts';
import type { Health } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';

export interface GateInput {
  health: Health;
  /** The newest sync of what runs, when it succeeded and was not seen healthy yet. */
  sync: Sync;
  /** Monotonic ms. */
  deadline: number;
  now: number;
  rollsBack: boolean;
  lastHealthy: Sync | undefined;
}

export type Verdict =
  | { do: 'healthy' }
  | { do: 'wait'; ms: number }
  | { do: 'quarantine'; reason: string }
  | { do: 'nothing' };

/** Whether a revision has shown that it works, has still time, or gives way to the last one that did. */
export function judgeGate({ health, sync, deadline, now, rollsBack, lastHealthy }: GateInput): Verdict {
  if (health.status === 'Healthy') return { do: 'healthy' };
  if (now < deadline) return { do: 'wait', ms: deadline - now };
  if (!rollsBack || lastHealthy === undefined || lockId(lastHealthy.lock) === lockId(sync.lock))
    return { do: 'nothing' };
  return { do: 'quarantine', reason: `not healthy in time: ${health.message}` };
}

/** How long a new revision has to become healthy. */
export function gateMs({ probes, policy }: Application): number {
  return probes.length === 0 ? policy.waveTimeoutMs : Math.max(...probes.map(({ timeoutMs }) => timeoutMs));
}
