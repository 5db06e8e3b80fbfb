import type { Application } from '../model/application.ts';
import type { Store } from '../store/store.ts';
import { rememberedAttempts } from './attempts.ts';
import type { ApplicationState } from './state.ts';
import { buildStatus } from './status.ts';

/** What is known of an application that was not looked at since the start. */
export function freshState(
  application: Application,
  { target, store }: { target: { kind: string }; store: Pick<Store, 'fact'> },
  repoURL: string,
): ApplicationState {
  return {
    name: application.name,
    dropped: new Map(),
    findings: new Map(),
    askedAbout: new Set(),
    surveyed: false,
    attempts: rememberedAttempts(store, application.name),
    heals: new Map(),
    status: buildStatus({
      ...{ application, target: target.kind, repoURL },
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
