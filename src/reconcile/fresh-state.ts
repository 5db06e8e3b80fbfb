import type { Application } from '../model/application.ts';
import { type ApplicationState, noAttempts } from './state.ts';
import { buildStatus } from './status.ts';

/** What is known of an application that was never looked at. */
export function freshState(application: Application, target: string, repoURL: string): ApplicationState {
  return {
    name: application.name,
    findings: new Map(),
    askedAbout: new Set(),
    surveyed: false,
    attempts: noAttempts,
    heals: new Map(),
    status: buildStatus({
      ...{ application, target, repoURL },
      ...{ declared: undefined, rows: [], hooks: [], hooksChanged: false, operation: undefined },
      unknown: 'not looked at yet',
      seen: false,
      probe: { status: 'Healthy', message: '' },
      conditions: application.conditions,
      held: new Map(),
      ...{ nextTryAt: undefined, quarantined: undefined, override: {}, now: 0 },
    }),
  };
}
