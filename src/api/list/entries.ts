import type { ApplicationStatus } from '../../model/status.ts';
import type { Operator } from '../../reconcile/operator.ts';
import type { Changes } from '../changes.ts';
import type { ListState } from '../list-schemas.ts';

export type Sort = 'attention' | 'name' | 'changed';

/** What filters and sorts ask of one application, found out once for each of its states. */
export interface Entry {
  /** Small, and the same as long as name and project are. */
  id: number;
  status: ApplicationStatus;
  /** All its words in lower case. */
  text: string;
  states: readonly ListState[];
  labels: Readonly<Record<string, string>>;
  changedAt: number;
  /** Where it stands, by each way to sort: ascending, and different for each application. */
  places: Record<Sort, string>;
  /** Greater than those of entries made before. */
  version: number;
  /** False: it may have changed since, or is gone. */
  isCurrent: boolean;
}

/** Entries of all applications, made again only for those that changed; so is their order. */
export class Entries {
  readonly #operator: Operator;
  readonly #known = new Map<string, Entry>();
  readonly #sorted = new Map<Sort, { version: number; entries: readonly Entry[] }>();
  readonly #end: () => void;
  #version = 0;
  #lastId = 0;
  /** In the operator's order. */
  #last: readonly Entry[] = [];
  /** Another number: other applications, or in other projects, or with other labels. */
  shape = 0;

  constructor(operator: Operator, changes: Changes) {
    this.#operator = operator;
    // What runs is told by the same objects, with other content.
    this.#end = changes.onChange(name => {
      const known = this.#known.get(name);
      if (known !== undefined) known.isCurrent = false;
    });
  }

  /** As it is now. */
  of(status: ApplicationStatus): Entry {
    const known = this.#known.get(status.name);
    if (known?.status === status && known.isCurrent) return known;
    this.#version += 1;
    if (known?.status.project !== status.project) this.#lastId += 1;
    const id = known?.status.project === status.project ? known.id : this.#lastId;
    const entry = toEntry(status, id, this.#version);
    this.#known.set(status.name, entry);
    if (known === undefined || !hasShapeOf(known, entry)) this.shape += 1;
    if (known !== undefined) known.isCurrent = false;
    return entry;
  }

  /** All of them, in that order. */
  sorted(by: Sort): readonly Entry[] {
    // Most are where they were, as they were: to see that costs no look by name.
    const all = this.#operator.applications().map((status, i) => {
      const entry = this.#last[i];
      return entry?.status === status && entry.isCurrent ? entry : this.of(status);
    });
    this.#last = all;
    if (this.#known.size > all.length) this.#forgetOthers(all);
    const former = this.#sorted.get(by);
    if (former?.version === this.#version) return former.entries;
    const entries = former === undefined ? all.toSorted(inOrder(by)) : this.#merged(former, all, by);
    this.#sorted.set(by, { version: this.#version, entries });
    return entries;
  }

  close(): void {
    this.#end();
    this.#known.clear();
    this.#sorted.clear();
  }

  /** Few of them are new: these are put among the others. */
  #merged(former: { version: number; entries: readonly Entry[] }, all: readonly Entry[], by: Sort): Entry[] {
    const fresh = all.filter(({ version }) => version > former.version).sort(inOrder(by));
    const merged: Entry[] = [];
    let next = 0;
    for (const entry of former.entries) {
      if (!entry.isCurrent) continue;
      for (let one = fresh[next]; one !== undefined && one.places[by] < entry.places[by]; one = fresh[++next])
        merged.push(one);
      merged.push(entry);
    }
    merged.push(...fresh.slice(next));
    return merged;
  }

  #forgetOthers(all: readonly Entry[]): void {
    const names = new Set(all.map(({ status }) => status.name));
    for (const [name, entry] of this.#known) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      entry.isCurrent = false;
      this.#version += 1;
      this.shape += 1;
    }
  }
}

function inOrder(by: Sort): (a: Entry, b: Entry) => number {
  return (a, b) => (a.places[by] < b.places[by] ? -1 : 1);
}

function hasShapeOf(a: Entry, b: Entry): boolean {
  if (a.status.project !== b.status.project || a.status.target !== b.status.target) return false;
  return a.status.labels === b.status.labels || JSON.stringify(a.labels) === JSON.stringify(b.labels);
}

function toEntry(status: ApplicationStatus, id: number, version: number): Entry {
  const { name, project, namespace, source, sync, health, labels = {} } = status;
  const states = statesOf(status);
  const words = [name, project, namespace, source.repoURL, source.path, source.targetRevision, sync.revision];
  const { operation, healthSince = 0 } = status;
  const changedAt = Math.max(operation?.endedAt ?? operation?.startedAt ?? 0, healthSince);
  return {
    id,
    status,
    text: [...words, health.status, health.message, sync.message].join('\n').toLowerCase(),
    states,
    labels,
    changedAt,
    places: {
      attention: `${attention(status, states)} ${name}`,
      name,
      // The latest first.
      changed: `${String(Number.MAX_SAFE_INTEGER - changedAt).padStart(16, '0')} ${name}`,
    },
    version,
    isCurrent: true,
  };
}

function statesOf({ sync, health, operation, suspended, conditions }: ApplicationStatus): ListState[] {
  const states: ListState[] = [];
  if (health.status === 'Degraded' || health.status === 'Missing') states.push('unhealthy');
  if (health.status === 'Progressing') states.push('progressing');
  if (health.status === 'Unknown' || sync.status === 'Unknown') states.push('unknown');
  if (sync.status === 'OutOfSync') states.push('outOfSync');
  if (operation?.result === 'running') states.push('syncing');
  if (suspended !== undefined) states.push('suspended');
  if (operation?.result === 'failed' || conditions.some(({ level }) => level === 'error')) states.push('errors');
  return states;
}

/** Lower comes first. */
function attention({ health }: ApplicationStatus, states: readonly ListState[]): number {
  if (health.status === 'Degraded') return 0;
  if (health.status === 'Missing') return 1;
  if (states.includes('errors')) return 2;
  if (states.includes('unknown')) return 3;
  if (states.includes('outOfSync') && !states.includes('syncing')) return 4;
  if (states.includes('progressing') || states.includes('syncing')) return 5;
  return states.includes('suspended') ? 6 : 7;
}
