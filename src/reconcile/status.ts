import type { Application, Condition } from '../model/application.ts';
import { mainRevision } from '../model/lock.ts';
import type { Comparison } from '../model/plan.ts';
import {
  describeResource,
  type Health,
  healthStatuses,
  type Live,
  parseResourceKey,
  type ResourceKey,
} from '../model/resource.ts';
import type {
  ApplicationStatus,
  Held,
  Override,
  Quarantine,
  ResourceStatus,
  Sync,
  SyncStatus,
} from '../model/status.ts';
import type { Declared } from './declare.ts';
import { withNextStep } from './next-steps.ts';

export interface StatusInput {
  application: Application;
  target: string;
  repoURL: string;
  declared: Declared | undefined;
  rows: readonly Comparison[];
  hooks: readonly Live[];
  hooksChanged: boolean;
  /** Why the comparison cannot be trusted, when it cannot. */
  unknown: string | undefined;
  /** Whether the target could be seen: what it showed before says nothing about now. */
  seen: boolean;
  probe: Health;
  conditions: readonly Condition[];
  /** What automation leaves undone on purpose, and why. */
  held: ReadonlyMap<ResourceKey, Held>;
  operation: Sync | undefined;
  nextTryAt: number | undefined;
  quarantined: Quarantine | undefined;
  override: Override;
  now: number;
}

/** What is said about an application. Pure; says Synced only of what was seen to be so. */
export function buildStatus(input: StatusInput): ApplicationStatus {
  const { application, declared, rows, operation, nextTryAt, quarantined, override } = input;
  const source = application.sources[0];
  const problems = (declared?.problems ?? []).map(
    ({ id, message }): Condition => ({
      type: 'ResourceError',
      level: 'error',
      message: `${describeResource(id)}: ${message}`,
    }),
  );
  const shared = rows.flatMap(({ sharedWith, key, desired }): Condition[] =>
    sharedWith === undefined
      ? []
      : [
          {
            type: 'SharedResourceWarning',
            level: 'warning',
            message: `${describeResource(desired?.id ?? parseResourceKey(key))} also belongs to the application ${sharedWith}`,
          },
        ],
  );
  const warnings = (declared?.warnings ?? []).map(
    (message): Condition => ({ type: 'RenderWarning', level: 'warning', message }),
  );
  const resources = [...rows.map(row => rowStatus(row, input.held.get(row.key))), ...input.hooks.map(hookStatus)];
  return {
    name: application.name,
    project: application.project,
    namespace: application.destination.namespace,
    target: input.target,
    source: {
      repoURL: input.repoURL,
      path: source?.chart ?? source?.path ?? '',
      targetRevision: source?.targetRevision ?? '',
      type: declared?.type ?? '',
    },
    sync: { ...syncStatus(input), revision: declared === undefined ? '' : mainRevision(declared.lock) },
    health: overallHealth(input),
    conditions: [...input.conditions, ...problems, ...shared, ...warnings].map(withNextStep),
    resources,
    ...(operation === undefined ? {} : { operation }),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
    ...(quarantined === undefined ? {} : { quarantined }),
    ...(override.suspended === undefined ? {} : { suspended: override.suspended }),
    ...(override.pinned === undefined
      ? {}
      : { pinned: { revision: mainRevision(override.pinned.lock), by: override.pinned.by, at: override.pinned.at } }),
    ...(Object.keys(application.labels).length === 0 ? {} : { labels: application.labels }),
    observedAt: input.now,
  };
}

/**
 * Whether a row makes the application OutOfSync. What it no longer declares, and another application is to take over, is for
 * that one to change: it may even wait for this one to be Synced.
 */
export function isOut({ state, live, sharedWith }: Comparison): boolean {
  if (state === 'extra')
    return sharedWith === undefined && live?.options.ignoreExtraneous !== true && live?.deleting !== true;
  return state === 'pending' || state === 'missing' || state === 'changed';
}

function syncStatus(input: StatusInput): { status: SyncStatus; message: string } {
  const { rows, declared, unknown } = input;
  if (declared === undefined || unknown !== undefined)
    return { status: 'Unknown', message: unknown ?? 'not compared yet' };
  const blind = rows.filter(({ state }) => state === 'unknown' || state === 'unseen').length;
  const out = rows.filter(isOut);
  const said: string[] = [];
  if (input.quarantined !== undefined)
    said.push(`revision ${input.quarantined.revision.slice(0, 12)} is quarantined: ${input.quarantined.reason}`);
  for (const [state, words] of Object.entries(outWords)) {
    const count = out.filter(row => row.state === state).length;
    if (count > 0) said.push(`${count} ${words}`);
  }
  if (input.hooksChanged) said.push('a hook has not run as declared');
  if (declared.problems.length > 0) said.push(`${declared.problems.length} cannot be applied`);
  if (said.length > 0) return { status: 'OutOfSync', message: said.join(', ') };
  if (blind > 0) return { status: 'Unknown', message: `${blind} of ${rows.length} resources cannot be seen` };
  return { status: 'Synced', message: '' };
}

const outWords = {
  pending: 'not applied yet',
  missing: 'deleted in the target',
  changed: 'changed in the target',
  extra: 'no longer declared',
} as const;

function rowStatus(row: Comparison, held?: Held): ResourceStatus {
  const { live, desired, drift, key, sharedWith } = row;
  const id = desired?.id ?? live?.id ?? { group: '', kind: '', namespace: '', name: key };
  const missing: Health =
    row.state === 'unknown'
      ? { status: 'Unknown', message: 'it cannot be seen' }
      : { status: 'Missing', message: 'it is not there' };
  return {
    id,
    key,
    sync: row.state === 'unknown' || row.state === 'unseen' ? 'Unknown' : isOut(row) ? 'OutOfSync' : 'Synced',
    health: live?.health ?? missing,
    ...(drift === undefined ? {} : { drift }),
    hook: false,
    wave: desired?.wave ?? live?.wave ?? 0,
    ...(live?.summary === undefined ? {} : { summary: live.summary }),
    ...(held === undefined ? {} : { held: held.reason }),
    ...(held?.isRefused === true ? { refused: true } : {}),
    ...(sharedWith === undefined ? {} : { sharedWith }),
  };
}

function hookStatus(live: Live): ResourceStatus {
  const { id, key, health, wave, summary } = live;
  return { id, key, sync: 'Synced', health, hook: true, wave, ...(summary === undefined ? {} : { summary }) };
}

/** The worst of its resources and probes; what is no longer declared does not count. */
function overallHealth({ rows, probe, declared, seen, unknown }: StatusInput): Health {
  if (declared === undefined || !seen) return { status: 'Unknown', message: unknown ?? 'not looked at yet' };
  let worst = probe;
  let from = probe.status === 'Healthy' ? '' : 'probe: ';
  for (const row of rows) {
    if (row.desired === undefined || row.desired.options.ignoreHealth) continue;
    const { health, id } = rowStatus(row);
    if (healthStatuses.indexOf(health.status) <= healthStatuses.indexOf(worst.status)) continue;
    worst = health;
    from = `${describeResource(id)}: `;
  }
  return { status: worst.status, message: worst.status === 'Healthy' ? '' : `${from}${worst.message}` };
}
