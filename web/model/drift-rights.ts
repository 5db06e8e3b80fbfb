import type { Drifts } from '../api/types.ts';
import { disabledReason } from './actions.ts';

/** Why it may not be done about drift of an application; undefined when it may. */
export function driftRefusal(
  action: 'heal' | 'accept' | 'propose',
  about: Drifts['about'][string] | undefined,
): string | undefined {
  if (about === undefined) return 'Not known yet';
  const { may, syncing } = about;
  return disabledReason(action, { may, operation: syncing || undefined });
}
