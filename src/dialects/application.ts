import { type Application, type Condition, defaultPolicy, type Origin } from '../model/application.ts';

/** As Argo CD keeps. */
const defaultHistoryLimit = 10;

/** An application of which nothing is known but its name: what dialects fill in. Nothing is done to it automatically. */
export function blankApplication(name: string, origin: Origin): Application {
  return {
    name,
    project: 'default',
    sources: [],
    destination: { server: '', namespace: '' },
    policy: defaultPolicy,
    ignoreDifferences: [],
    dependsOn: [],
    probes: [],
    historyLimit: defaultHistoryLimit,
    info: [],
    suspended: false,
    cascade: false,
    labels: {},
    conditions: [],
    origin,
  };
}

/** The declaration cannot be followed as it is; nothing is synced until it is corrected. */
export function invalid(message: string): Condition {
  return { type: 'InvalidSpecError', message, level: 'error' };
}

/** The declaration asks for something that makes a difference, and that Holdfast does not do. */
export function unsupported(message: string, level: Condition['level'] = 'warning'): Condition {
  return { type: 'UnsupportedField', message, level };
}

/**
 * Whoever is declared twice is declared by nobody: which of the two counts would be an accident of order, and the other's resources
 * would be pruned. It stays listed once, and is not synced.
 */
export function refuseDuplicates(applications: readonly Application[]): Application[] {
  const byName = new Map<string, Application>();
  for (const application of applications) {
    const first = byName.get(application.name);
    if (first === undefined) byName.set(application.name, application);
    else {
      const message = `${application.name} is declared more than once: in ${place(first.origin)} and in ${place(application.origin)}`;
      byName.set(application.name, { ...first, conditions: [...first.conditions, invalid(message)] });
    }
  }
  return [...byName.values()];
}

function place({ path, line }: Origin): string {
  return line === undefined ? path : `${path}:${line}`;
}
