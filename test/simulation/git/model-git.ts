import type { ObjectStore } from './objects.ts';

export interface CommitOptions {
  /** Default `main`. */
  branch?: string;
  message?: string;
}

/** One thing that people did to a repository. */
export interface Push {
  at: number;
  ref: string;
  from: string | undefined;
  to: string | undefined;
}

/** A repository on a server, and the people who push to it. */
export class ModelGit {
  readonly name: string;
  readonly #objects: ObjectStore;
  readonly #now: () => number;
  readonly #refs = new Map<string, string>();
  readonly #files = new Map<string, ReadonlyMap<string, string>>();
  /** What happened to it, in order. */
  readonly log: Push[] = [];
  /** Whether it answers at all: HTTP status of its server otherwise. */
  status = 200;

  constructor(name: string, objects: ObjectStore, now: () => number) {
    this.name = name;
    this.#objects = objects;
    this.#now = now;
  }

  /** `https://git.test/NAME` */
  get url(): string {
    return `https://git.test/${this.name}`;
  }

  /** Adds a commit with these files changed (`null`: deleted), and answers its id. */
  commit(changes: Record<string, string | null>, options: CommitOptions = {}): string {
    const { branch = 'main', message = 'change' } = options;
    const parent = this.#refs.get(`refs/heads/${branch}`) ?? this.#refs.get('refs/heads/main');
    const files = new Map(parent === undefined ? [] : this.files(parent));
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) files.delete(path);
      else files.set(path, content);
    }
    const seconds = Math.floor(this.#now() / 1000);
    const who = `Ada <adept@example.com> ${seconds} +0000`;
    const lines = [
      `tree ${this.#objects.addTree(files)}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      `author ${who}`,
      `committer ${who}`,
      '',
      `${message} (${this.log.length})`,
      '',
    ];
    const id = this.#objects.add('commit', lines.join('\n'));
    this.#files.set(id, files);
    this.#move(`refs/heads/${branch}`, id);
    return id;
  }

  /** The branch becomes this commit, whatever it was. */
  forcePush(branch: string, id: string): void {
    this.#move(`refs/heads/${branch}`, id);
  }

  /** A tag of its own object would need one more: these are plain. */
  tag(name: string, id: string = this.head()): void {
    this.#move(`refs/tags/${name}`, id);
  }

  deleteBranch(name: string): void {
    this.#move(`refs/heads/${name}`, undefined);
  }

  head(branch = 'main'): string {
    const id = this.#refs.get(`refs/heads/${branch}`);
    if (id === undefined) throw new Error(`there is no branch ${branch}`);
    return id;
  }

  files(commit: string): ReadonlyMap<string, string> {
    return this.#files.get(commit) ?? new Map();
  }

  /** Refs as the server tells them; as they were `by` pushes ago where it is behind. */
  refs(by = 0): Map<string, string> {
    const refs = new Map(this.#refs);
    for (const { ref, from } of this.log.slice(Math.max(0, this.log.length - by)).reverse()) {
      if (from === undefined) refs.delete(ref);
      else refs.set(ref, from);
    }
    const head = refs.get('refs/heads/main');
    return new Map([
      ...(head === undefined ? [] : [['HEAD', head] as const]),
      ...[...refs].sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  }

  /** Whether somebody who asks for this commit gets it. */
  has(commit: string): boolean {
    return [...this.#refs.values()].some(id => this.#objects.isAncestor(commit, id));
  }

  #move(ref: string, to: string | undefined): void {
    this.log.push({ at: this.#now(), ref, from: this.#refs.get(ref), to });
    if (to === undefined) this.#refs.delete(ref);
    else this.#refs.set(ref, to);
  }
}
