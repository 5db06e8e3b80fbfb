import { type Lock, lockId, sameLock } from '../model/lock.ts';
import type { Override, Quarantine, Sync } from '../model/status.ts';

export interface LockChoice {
  lock: Lock;
  /** Set when what Git (or a pin) asks for is quarantined, and something older is kept instead. */
  quarantined?: Quarantine;
  /** The pin is over: Git has something newer than when it was set. */
  pinEnded: boolean;
}

/** Which lock is to run: a pin until Git moves on; else what Git says, unless it failed before; then the last healthy one. */
export function chooseLock(
  wanted: Lock,
  override: Override,
  quarantine: readonly Quarantine[],
  lastHealthy: Sync | undefined,
): LockChoice {
  const { pinned } = override;
  const pinEnded = pinned !== undefined && !sameLock(pinned.over, wanted);
  const asked = pinned === undefined || pinEnded ? wanted : pinned.lock;
  const quarantined = quarantine.find(({ revision }) => revision === lockId(asked));
  if (quarantined === undefined || lastHealthy === undefined) return { lock: asked, pinEnded };
  return { lock: lastHealthy.lock, quarantined, pinEnded };
}
