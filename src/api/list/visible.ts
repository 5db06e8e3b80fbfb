import type { Access } from '../../access/access.ts';
import type { Subject } from '../../access/subject.ts';
import type { Authority } from '../authority.ts';
import type { List } from '../list-schemas.ts';
import type { Entries, Entry, Sort } from './entries.ts';
import { facetsOf } from './facets.ts';

/** Those who asked lately. */
const maxSubjects = 50;

interface Seen {
  /** Of the policy. */
  version: number;
  /** By the ids of entries. */
  known: (boolean | undefined)[];
  sorted: Map<Sort, { of: readonly Entry[]; shown: Entry[] }>;
  facets?: { shape: number; facets: List['facets'] };
}

/** What somebody may see, decided once for each application: lists ask for all of them again and again. Holds for one policy. */
export class Visible {
  readonly #access: Access;
  readonly #authority: Authority;
  readonly #entries: Entries;
  readonly #subjects = new Map<string, Seen>();

  constructor(access: Access, authority: Authority, entries: Entries) {
    this.#access = access;
    this.#authority = authority;
    this.#entries = entries;
  }

  /** All that the subject may see, in that order. */
  sorted(subject: Subject, by: Sort): readonly Entry[] {
    const seen = this.#seenBy(subject);
    const entries = this.#entries.sorted(by);
    const former = seen.sorted.get(by);
    if (former?.of === entries) return former.shown;
    if (seen.known.length > entries.length * 4) seen.known = [];
    const { known } = seen;
    const shown = entries.filter(({ id, status }) => {
      known[id] ??= this.#authority.sees(subject, status.name, status.project);
      return known[id];
    });
    seen.sorted.set(by, { of: entries, shown });
    return shown;
  }

  /** Of what `sorted` answered last. */
  facets(subject: Subject): List['facets'] {
    const seen = this.#seenBy(subject);
    const { shape } = this.#entries;
    if (seen.facets?.shape !== shape) seen.facets = { shape, facets: facetsOf(this.sorted(subject, 'attention')) };
    return seen.facets.facets;
  }

  #seenBy({ name, groups }: Subject): Seen {
    const { version } = this.#access;
    const key = JSON.stringify([name, groups]);
    const found = this.#subjects.get(key);
    const seen = found?.version === version ? found : { version, known: [], sorted: new Map() };
    this.#subjects.delete(key);
    this.#subjects.set(key, seen);
    for (const oldest of this.#subjects.keys()) {
      if (this.#subjects.size <= maxSubjects) break;
      this.#subjects.delete(oldest);
    }
    return seen;
  }
}
