import { type Drift, describeResource } from '../model/resource.ts';
import type { ApplicationStatus, Event, ResourceStatus } from '../model/status.ts';

export type Tell = (type: Event['type'], message: string, by: string) => void;

/** Puts into words what changed between two looks: drift with its author (unless a sync is changing things: `busy`), health, conditions. Says each thing once. */
export function narrate(before: ApplicationStatus, after: ApplicationStatus, busy: boolean, tell: Tell): void {
  const known = new Map(before.resources.map(resource => [resource.key, resource]));
  for (const resource of after.resources) {
    const { drift } = resource;
    if (busy || drift === undefined || sameDrift(known.get(resource.key)?.drift, drift)) continue;
    tell('drift', describeDrift(resource, drift), drift.by?.name ?? 'unknown');
  }
  // To be found well after a restart is no news.
  const isNews = before.observedAt > 0 || after.health.status !== 'Healthy';
  if (isNews && before.health.status !== after.health.status) {
    tell(
      'health',
      after.health.message === '' ? after.health.status : `${after.health.status}: ${after.health.message}`,
      'holdfast',
    );
  }
  const said = new Set(before.conditions.map(({ type, message }) => `${type} ${message}`));
  for (const { type, message, level } of after.conditions) {
    if (level === 'error' && !said.has(`${type} ${message}`)) tell('condition', `${type}: ${message}`, 'holdfast');
  }
}

function sameDrift(before: Drift | undefined, after: Drift): boolean {
  return before?.kind === after.kind && before.by?.name === after.by?.name && before.by?.at === after.by?.at;
}

function describeDrift({ id }: ResourceStatus, drift: Drift): string {
  const what = { missing: 'was deleted', changed: 'was changed', extra: 'is no longer declared' }[drift.kind];
  const paths = (drift.changes ?? []).slice(0, 3).map(({ path }) => path);
  return `${describeResource(id)} ${what}${paths.length === 0 ? '' : ` at ${paths.join(', ')}`}`;
}
