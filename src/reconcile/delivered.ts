import { type Ran, RanThen, ranFrom } from '../access/audit/ran.ts';
import { readRecords } from '../access/audit/read.ts';
import type { AuditCommit, AuditEntry } from '../access/audit/record.ts';
import { within } from '../env/within.ts';
import { asFailure } from '../errors.ts';
import { type Between, commitsBetween } from '../git/between.ts';
import { Lru } from '../git/lru.ts';
import type { Commit, Repository } from '../git/repository.ts';
import { isCommit, type Lock, type LockedSource, mainRevision } from '../model/lock.ts';
import type { Touches } from './declare.ts';
import type { Services } from './services.ts';

/** Most commits of both sides that are looked at for one sync. */
const mostCommits = 1_000;
const mostListed = 50;
/** Of a list in a record: a deployment of a thousand applications makes as many. */
const mostBytes = 16 * 1024;
/** A record waits for it, and those behind it wait, too. */
const patienceMs = 5_000;
/** Thousands of applications go from one commit to the next at the same time. */
const keptWalks = 16;

type Told = Pick<AuditEntry, 'delivered' | 'takenBack'>;
interface Found {
  added: AuditCommit[];
  taken: AuditCommit[];
  cut: boolean;
  notes: string[];
}

/** Whose commits a sync brings to an application, and whose it takes back. */
export class Deliveries {
  readonly #services: Pick<Services, 'repositories' | 'audit' | 'env'>;
  readonly #startedAt: number;
  readonly #walks = new Lru<Promise<Between>>(keptWalks);
  #logged: Promise<Map<string, Ran>> | undefined;

  constructor(services: Pick<Services, 'repositories' | 'audit' | 'env'>) {
    this.#services = services;
    this.#startedAt = services.env.clock.now();
  }

  /** `before`: what ran; where that is not known (the store was lost), what the audit log says of the time before this run. Never throws. */
  async of(application: string, before: Lock | undefined, lock: Lock, touches: Touches | undefined): Promise<Told> {
    const life = new AbortController();
    const finding = this.#find(application, before, lock, touches, life.signal);
    try {
      const late = () => nothing('it took too long to find out');
      return await within(this.#services.env.timers, patienceMs, finding, late);
    } catch (error) {
      return nothing(asFailure(error).message);
    } finally {
      life.abort();
    }
  }

  /** It is no more: one that is declared anew under its name begins with nothing. */
  forget(application: string): void {
    this.#logged = this.#logged?.then(all => new Map([...all].filter(([name]) => name !== application)));
  }

  async #find(
    application: string,
    known: Lock | undefined,
    lock: Lock,
    touches: Touches | undefined,
    signal: AbortSignal,
  ): Promise<Told> {
    const before = known ?? (await this.#fromLog(application));
    const found: Found = { added: [], taken: [], cut: false, notes: [] };
    const seen = new Set<string>();
    for (const [index, source] of lock.sources.entries()) {
      if (!isCommit(source)) continue;
      const old = formerOf(before, source, index);
      const key = `${source.repoURL} ${old?.revision} ${source.revision}`;
      if (old?.revision === source.revision) continue;
      const repository = this.#services.repositories.open(source.repoURL);
      const isFirst = source.repoURL === lock.sources[0]?.repoURL;
      const shown = (commit: Commit) => shownCommit(commit, isFirst ? undefined : source.repoURL);
      if (old === undefined) {
        found.notes.push('nothing of it ran before: the commit itself');
        found.added.push(shown(await repository.commit(source.revision, signal)));
        continue;
      }
      const between = await this.#between(key, repository, old.revision, source.revision);
      found.cut ||= between.cut;
      for (const side of ['added', 'taken'] as const) {
        for (const commit of between[side]) {
          signal.throwIfAborted();
          if (seen.has(commit.id) || !(await isAbout(commit, repository, touches, index, signal))) continue;
          seen.add(commit.id);
          found[side].push(shown(commit));
        }
      }
    }
    return told(found, before === undefined ? undefined : mainRevision(before));
  }

  async #between(key: string, repository: Repository, before: string, after: string): Promise<Between> {
    const known = this.#walks.get(key);
    if (known !== undefined) return await known;
    const walk = commitsBetween(id => repository.commit(id, noEnd), before, after, mostCommits);
    this.#walks.set(key, walk, 1);
    return await walk;
  }

  /** Read once, when something is synced of which the store knows nothing. */
  async #fromLog(application: string): Promise<Lock | undefined> {
    this.#logged ??= this.#readLog().catch(() => new Map());
    const ran = (await this.#logged).get(application);
    return ran?.state === 'running' ? { sources: ran.sources } : undefined;
  }

  async #readLog(): Promise<Map<string, Ran>> {
    const { env, audit } = this.#services;
    const then = new RanThen();
    const query = { until: this.#startedAt, actions: ranFrom };
    for await (const record of readRecords(env, audit.directory, query)) then.add(record);
    return new Map(then.list().map(ran => [ran.application, ran]));
  }
}

/** Others wait for the same; it ends by itself. */
const noEnd = new AbortController().signal;

function formerOf(before: Lock | undefined, { repoURL }: LockedSource, index: number): LockedSource | undefined {
  const there = before?.sources[index];
  return there?.repoURL === repoURL ? there : before?.sources.find(one => one.repoURL === repoURL);
}

/** Compared with the first of its parents: a merge is about what it brought. */
async function isAbout(
  { id, parents: [parent] }: Commit,
  repository: Repository,
  touches: Touches | undefined,
  index: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (parent === undefined || touches === undefined) return true;
  return await touches(index, await repository.tree(parent, signal), await repository.tree(id, signal));
}

function shownCommit(commit: Commit, repository: string | undefined): AuditCommit {
  const { id, parents, committer, reviewers, signedOff, subject, at } = commit;
  const author = authorsOf(commit);
  return {
    ...{ id, author, subject, at },
    ...(repository === undefined ? {} : { repository }),
    ...(committer === '' || author === committer ? {} : { committer }),
    ...(reviewers.length === 0 ? {} : { reviewers }),
    ...(signedOff.length === 0 ? {} : { signedOff }),
    ...(parents.length > 1 ? { merge: true } : {}),
  };
}

/** Of the commit itself, and of its trailers. */
export function authorsOf({ author, email, coAuthors }: Commit): string {
  return [...(author === '' && email === '' ? [] : [`${author} <${email}>`]), ...coAuthors].join(', ');
}

function told({ added, taken, cut, notes }: Found, before: string | undefined): Told {
  const least = cut ? { least: true } : {};
  const note = notes.length === 0 ? {} : { note: [...new Set(notes)].join('; ') };
  return {
    delivered: { ...(before === undefined ? {} : { before }), ...listed(added), ...least, ...note },
    ...(taken.length === 0 ? {} : { takenBack: { ...listed(taken), ...least } }),
  };
}

function listed(commits: readonly AuditCommit[]): { count: number; listed: AuditCommit[] } {
  let bytes = 0;
  const fitting = commits.slice(0, mostListed).filter(commit => {
    bytes += JSON.stringify(commit).length;
    return bytes <= mostBytes;
  });
  return { count: commits.length, listed: fitting };
}

function nothing(note: string): Told {
  return { delivered: { count: 0, listed: [], note } };
}
