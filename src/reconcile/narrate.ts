import type { Comparison } from '../model/plan.ts';
import { type Drift, describeResource, type ResourceId } from '../model/resource.ts';
import type { ApplicationStatus, Event } from '../model/status.ts';
import type { Happening } from './chronicle.ts';

export type Tell = (type: Event['type'], message: string, by: string, happening?: Happening) => void;

/** Puts drift into words, with its author: each once, and before anything is done about it. What Git dropped is nobody's drift. */
export function narrateDrift(before: ApplicationStatus, rows: readonly Comparison[], tell: Tell): void {
  const known = new Map(before.resources.map(({ key, drift }) => [key, drift]));
  for (const { key, drift, desired, live } of rows) {
    const id = desired?.id ?? live?.id;
    if (drift === undefined || drift.kind === 'extra' || id === undefined || sameDrift(known.get(key), drift)) continue;
    tell('drift', describeDrift(id, drift), drift.by?.name ?? 'unknown', foundDrift(key, drift));
  }
}

/** Puts into words what changed between two looks: health, conditions. Says each thing once. */
export function narrate(before: ApplicationStatus, after: ApplicationStatus, tell: Tell): void {
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

function foundDrift(key: string, { kind, by, changes = [] }: Drift): Happening {
  const fields = changes.slice(0, 50).map(({ path }) => path);
  const made = by === undefined ? {} : { madeAt: by.at };
  return { action: 'drift.found', via: 'target', detail: { resource: key, drift: kind, fields, ...made } };
}

function describeDrift(id: ResourceId, drift: Drift): string {
  const what = drift.kind === 'missing' ? 'was deleted' : 'was changed';
  const paths = (drift.changes ?? []).slice(0, 3).map(({ path }) => path);
  return `${describeResource(id)} ${what}${paths.length === 0 ? '' : ` at ${paths.join(', ')}`}`;
}
