import type { Access } from '../../access/access.ts';
import type { Subject } from '../../access/subject.ts';
import type { Authority } from '../authority.ts';

/** Those who asked lately. */
const maxSubjects = 100;

interface Seen {
  version: number;
  /** By project and name. */
  known: Map<string, boolean>;
}

/** What somebody may see, decided once for each application: lists ask for all of them again and again. Holds for one policy. */
export class Visible {
  readonly #access: Access;
  readonly #authority: Authority;
  readonly #subjects = new Map<string, Seen>();

  constructor(access: Access, authority: Authority) {
    this.#access = access;
    this.#authority = authority;
  }

  to(subject: Subject): (name: string, project: string) => boolean {
    const { known } = this.#seenBy(subject);
    return (name, project) => {
      const key = `${project}/${name}`;
      const decided = known.get(key);
      if (decided !== undefined) return decided;
      const shown = this.#authority.sees(subject, name, project);
      known.set(key, shown);
      return shown;
    };
  }

  #seenBy({ name, groups }: Subject): Seen {
    const { version } = this.#access;
    const key = JSON.stringify([name, groups]);
    const found = this.#subjects.get(key);
    const seen = found?.version === version && found.known.size < 100_000 ? found : { version, known: new Map() };
    this.#subjects.delete(key);
    this.#subjects.set(key, seen);
    for (const oldest of this.#subjects.keys()) {
      if (this.#subjects.size <= maxSubjects) break;
      this.#subjects.delete(oldest);
    }
    return seen;
  }
}
