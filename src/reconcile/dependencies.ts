import type { Application, Condition } from '../model/application.ts';
import type { ApplicationStatus } from '../model/status.ts';
import type { Catalog } from './catalog.ts';

export interface Dependencies {
  ready: boolean;
  conditions: Condition[];
}

/** Whether everything an application depends on is Synced and Healthy; what is missing or goes in a circle is said. */
export function judgeDependencies(
  application: Application,
  all: ReadonlyMap<string, Application>,
  statusOf: (name: string) => ApplicationStatus | undefined,
): Dependencies {
  if (application.dependsOn.length === 0) return { ready: true, conditions: [] };
  const circle = findCircle(application.name, all);
  if (circle !== undefined) {
    const message = `depends on itself: ${circle.join(' → ')}; take one of these out of dependsOn`;
    return { ready: false, conditions: [{ type: 'DependencyError', level: 'error', message }] };
  }
  const conditions: Condition[] = [];
  for (const name of application.dependsOn) {
    const status = statusOf(name);
    if (!all.has(name))
      conditions.push({
        type: 'DependencyError',
        level: 'error',
        message: `depends on ${name}, which is not declared`,
      });
    else if (status?.sync.status !== 'Synced' || status.health.status !== 'Healthy') {
      const state = status === undefined ? 'not looked at yet' : `${status.sync.status} and ${status.health.status}`;
      conditions.push({
        type: 'WaitsForDependency',
        level: 'warning',
        message: `waits for ${name}, which is ${state}`,
      });
    }
  }
  return { ready: conditions.length === 0, conditions };
}

function findCircle(start: string, all: ReadonlyMap<string, Application>): string[] | undefined {
  const seen = new Set<string>();
  const open: string[][] = [[start]];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const next of all.get(path.at(-1) ?? '')?.dependsOn ?? []) {
      if (next === start) return [...path, start];
      if (seen.has(next)) continue;
      seen.add(next);
      open.push([...path, next]);
    }
  }
  return undefined;
}

/** Who depends on whom, turned round. */
export function dependentsIn({ applications }: Pick<Catalog, 'applications'>): Map<string, string[]> {
  const dependents = new Map<string, string[]>();
  for (const { name, dependsOn } of applications.values()) {
    for (const other of dependsOn) dependents.set(other, [...(dependents.get(other) ?? []), name]);
  }
  return dependents;
}
