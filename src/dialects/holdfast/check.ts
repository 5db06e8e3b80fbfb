import type { EnvironmentDeclaration } from './schema.ts';

export interface Mistake {
  path: PropertyKey[];
  reason: string;
}

type Declared = EnvironmentDeclaration['spec']['applications'][number];

/** What a schema cannot see: names that are there twice or not at all, sources that lack something, circles. */
export function findMistakes({ spec }: EnvironmentDeclaration): Mistake[] {
  return [
    ...repeated(spec.applications, ['applications']),
    ...repeated(spec.projects, ['projects']),
    ...spec.projects.flatMap(({ roles }, i) => repeated(roles, ['projects', i, 'roles'])),
    ...repeated(spec.access?.accounts ?? [], ['access', 'accounts']),
    ...spec.applications.flatMap((application, i) => sourceMistakes(application, ['spec', 'applications', i])),
    ...dependencyMistakes(spec.applications),
  ];
}

function repeated(list: readonly { name: string }[], at: PropertyKey[]): Mistake[] {
  const seen = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const [i, { name }] of list.entries()) {
    if (seen.has(name)) mistakes.push({ path: ['spec', ...at, i, 'name'], reason: `${name} is there already` });
    seen.add(name);
  }
  return mistakes;
}

const ofOneSource = ['repo', 'revision', 'path', 'chart', 'type', 'helm', 'kustomize', 'directory'] as const;

function sourceMistakes(application: Declared, at: PropertyKey[]): Mistake[] {
  if (!application.sources) return oneSourceMistakes(application, at);
  const outside = ofOneSource.filter(field => application[field] !== undefined);
  return [
    ...outside.map(field => ({ path: [...at, field], reason: `${field} belongs into one of the sources` })),
    ...application.sources.flatMap((source, i) => oneSourceMistakes(source, [...at, 'sources', i])),
  ];
}

function oneSourceMistakes(
  source: Partial<Pick<Declared, (typeof ofOneSource)[number]>> & { ref?: string },
  at: PropertyKey[],
): Mistake[] {
  const { repo, revision, path, chart, ref } = source;
  if (chart === undefined)
    return path === undefined && ref === undefined ? [{ path: at, reason: 'path is missing' }] : [];
  const mistakes: Mistake[] = [];
  if (path !== undefined) mistakes.push({ path: [...at, 'path'], reason: 'path and chart cannot both be given' });
  if (repo === undefined) mistakes.push({ path: [...at, 'chart'], reason: 'repo is missing: where is the chart?' });
  if (revision === undefined)
    mistakes.push({ path: [...at, 'chart'], reason: 'revision is missing: a chart needs a version' });
  return mistakes;
}

function dependencyMistakes(applications: readonly Declared[]): Mistake[] {
  const names = new Set(applications.map(({ name }) => name));
  const mistakes: Mistake[] = [];
  for (const [i, { dependsOn }] of applications.entries()) {
    for (const [j, name] of dependsOn.entries()) {
      if (!names.has(name))
        mistakes.push({ path: ['spec', 'applications', i, 'dependsOn', j], reason: `there is no application ${name}` });
    }
  }
  for (const name of inCircles(applications)) {
    const i = applications.findIndex(application => application.name === name);
    mistakes.push({
      path: ['spec', 'applications', i, 'dependsOn'],
      reason: `${name} waits for itself, through what it depends on`,
    });
  }
  return mistakes;
}

/** Names of all that take part in a circle, or wait for one. Takes out, again and again, who waits for nobody. */
function inCircles(applications: readonly Declared[]): string[] {
  const waiting = new Map<string, number>();
  const waiters = new Map<string, string[]>();
  const known = new Set(applications.map(({ name }) => name));
  for (const { name, dependsOn } of applications) {
    const on = [...new Set(dependsOn)].filter(other => known.has(other));
    waiting.set(name, on.length);
    for (const other of on) waiters.set(other, [...(waiters.get(other) ?? []), name]);
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    waiting.delete(name);
    for (const waiter of waiters.get(name) ?? []) {
      const left = (waiting.get(waiter) ?? 0) - 1;
      waiting.set(waiter, left);
      if (left === 0) free.push(waiter);
    }
  }
  return [...waiting.keys()];
}
