import type { ApplicationStatus } from '../../model/status.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { Changes } from '../changes.ts';
import type { ListState } from '../list-schemas.ts';

export const sorts = ['attention', 'name', 'changed'] as const;
export type Sort = (typeof sorts)[number];

/** What filters and sorts ask of one application, found out once for each of its states. */
export interface Entry {
  status: ApplicationStatus;
  /** All its words in lower case. */
  text: string;
  states: ReadonlySet<ListState>;
  labels: readonly [string, string][];
  changedAt: number;
  /** Where it stands, by each way to sort: ascending, and different for each application. */
  places: Record<Sort, string>;
}

/** Entries of all applications, made again only for those that changed; so is their order. */
export class Entries {
  readonly #operator: Operator;
  readonly #known = new Map<string, Entry>();
  readonly #sorted = new Map<Sort, { version: number; entries: Entry[] }>();
  readonly #end: () => void;
  /** Grows with every entry that is made or goes. */
  #version = 0;

  constructor(operator: Operator, changes: Changes) {
    this.#operator = operator;
    // What runs is told by the same objects, with other content.
    this.#end = changes.onChange(name => this.#forget(name));
  }

  /** As it is now. */
  of(status: ApplicationStatus): Entry {
    const known = this.#known.get(status.name);
    if (known?.status === status) return known;
    const entry = toEntry(status);
    this.#known.set(status.name, entry);
    this.#version += 1;
    return entry;
  }

  /** All of them, in that order. */
  sorted(by: Sort): readonly Entry[] {
    const all = this.#operator.applications().map(status => this.of(status));
    if (this.#known.size > all.length) this.#forgetOthers(all);
    const former = this.#sorted.get(by);
    if (former?.version === this.#version) return former.entries;
    // Few of them move: what is nearly sorted is sorted in one pass.
    const left = new Set(all);
    const entries: Entry[] = [];
    for (const { status } of former?.entries ?? []) {
      const entry = this.#known.get(status.name);
      if (entry !== undefined && left.delete(entry)) entries.push(entry);
    }
    entries.push(...left);
    entries.sort((a, b) => (a.places[by] < b.places[by] ? -1 : 1));
    this.#sorted.set(by, { version: this.#version, entries });
    return entries;
  }

  close(): void {
    this.#end();
    this.#known.clear();
    this.#sorted.clear();
  }

  #forget(name: string): void {
    if (this.#known.delete(name)) this.#version += 1;
  }

  #forgetOthers(all: readonly Entry[]): void {
    const names = new Set(all.map(({ status }) => status.name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#forget(name);
  }
}

function toEntry(status: ApplicationStatus): Entry {
  const { name, project, namespace, source, sync, health, labels = {} } = status;
  const states = statesOf(status);
  const words = [name, project, namespace, source.repoURL, source.path, source.targetRevision, sync.revision];
  const { operation, healthSince = 0 } = status;
  const changedAt = Math.max(operation?.endedAt ?? operation?.startedAt ?? 0, healthSince);
  return {
    status,
    text: [...words, health.status, health.message, sync.message].join('\n').toLowerCase(),
    states,
    labels: Object.entries(labels),
    changedAt,
    places: {
      attention: `${attention(status, states)} ${name}`,
      name,
      // The latest first.
      changed: `${String(Number.MAX_SAFE_INTEGER - changedAt).padStart(16, '0')} ${name}`,
    },
  };
}

function statesOf({ sync, health, operation, suspended, conditions }: ApplicationStatus): Set<ListState> {
  const states = new Set<ListState>();
  if (health.status === 'Degraded' || health.status === 'Missing') states.add('unhealthy');
  if (health.status === 'Progressing') states.add('progressing');
  if (health.status === 'Unknown' || sync.status === 'Unknown') states.add('unknown');
  if (sync.status === 'OutOfSync') states.add('outOfSync');
  if (operation?.result === 'running') states.add('syncing');
  if (suspended !== undefined) states.add('suspended');
  if (operation?.result === 'failed' || conditions.some(({ level }) => level === 'error')) states.add('errors');
  return states;
}

/** Lower comes first. */
function attention({ health }: ApplicationStatus, states: ReadonlySet<ListState>): number {
  if (health.status === 'Degraded') return 0;
  if (health.status === 'Missing') return 1;
  if (states.has('errors')) return 2;
  if (states.has('unknown')) return 3;
  if (states.has('outOfSync') && !states.has('syncing')) return 4;
  if (states.has('progressing') || states.has('syncing')) return 5;
  return states.has('suspended') ? 6 : 7;
}
