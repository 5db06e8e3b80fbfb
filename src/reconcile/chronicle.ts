import type { Audit } from '../access/audit/log.ts';
import { requestOrigin } from '../access/audit/origin.ts';
import type { AuditEntry } from '../access/audit/record.ts';
import type { Commit } from '../git/repository.ts';
import type { Application, Project } from '../model/application.ts';
import { isCommit, type Lock, mainRevision } from '../model/lock.ts';
import type { Plan } from '../model/plan.ts';
import type { StepResult, Sync } from '../model/status.ts';
import { type Catalog, emptyCatalog } from './catalog.ts';
import { changedEntries } from './changed-entries.ts';
import { changedWords } from './declared-words.ts';
import { authorsOf, Deliveries } from './delivered.ts';
import type { Services } from './services.ts';

/** One thing that happened to an application, as far as only whoever tells it knows. */
export interface Happening extends Pick<AuditEntry, 'action' | 'detail' | 'from'> {
  /** Default: `done`. */
  result?: AuditEntry['result'];
  /** What it is about; the author of its commit is looked up. */
  lock?: Lock;
  /** Where `by` is no name of ours: the target's own for whoever changed something. */
  via?: 'target';
  /** What is being found out; never fails. */
  more?: Promise<Partial<AuditEntry>>;
}

type Said = Pick<AuditEntry, 'author' | 'committer' | 'reviewers' | 'detail'>;

const keptCommits = 1_000;
const environmentMeta = 'environment-revision';

/** Puts what happens into the audit log: by whom, through what, and whose commits it is about. */
export class Chronicle {
  readonly #audit: Audit;
  readonly #repositories: Services['repositories'];
  readonly #store: Services['store'];
  readonly #ownURL: string;
  readonly #projectOf: (application: string) => string | undefined;
  readonly #commits = new Map<string, Promise<Commit>>();
  readonly #deliveries: Deliveries;
  readonly #life = new AbortController();
  /** '' while unknown. */
  environment = '';
  /** Where it was before that. */
  #former = '';
  #knowsProjects = false;

  constructor(
    { audit, repositories, store, place, env }: Pick<Services, 'audit' | 'repositories' | 'store' | 'place' | 'env'>,
    projectOf: (application: string) => string | undefined,
  ) {
    this.#projectOf = projectOf;
    this.#audit = audit;
    this.#repositories = repositories;
    this.#store = store;
    this.#ownURL = place.repoURL;
    this.#deliveries = new Deliveries({ audit, repositories, env });
  }

  happened(application: string, what: string, by: string, { lock, more, ...happening }: Happening): void {
    if (happening.action === 'application.forgotten') this.#deliveries.forget(application);
    const about = lock === undefined ? {} : { revision: mainRevision(lock), sources: lock.sources };
    const project = this.#projectOf(application);
    const of = { application, ...(project === undefined ? {} : { project }) };
    const person = happening.via === undefined ? personOf(by) : { who: by, via: happening.via };
    const entry: AuditEntry = { ...person, ...of, what, result: 'done', ...about, ...happening };
    const { from, decidedBy } = requestOrigin.getStore() ?? {};
    if (from !== undefined && byPeople.has(person.via)) {
      entry.from = from;
      if (decidedBy !== undefined) entry.detail = { ...entry.detail, decidedBy };
    }
    this.#record(entry, lock === undefined ? undefined : lock.sources.find(isCommit), more);
  }

  /** For the record of a sync that has ended: whose commits it brought. */
  async delivered(...sync: Parameters<Deliveries['of']>): ReturnType<Deliveries['of']> {
    return await this.#deliveries.of(...sync);
  }

  /** Commit that what is declared was read from. Only another one than the last that was seen is news. */
  isAt(revision: string): void {
    if (revision === '' || revision === this.environment) return;
    this.#former = this.environment;
    this.environment = revision;
    if (this.#store.meta(environmentMeta) === revision) return;
    this.#store.setMeta(environmentMeta, revision, 'soon');
    const what = `is at ${revision.slice(0, 7)}`;
    const source = { repoURL: this.#ownURL, revision };
    const entry: AuditEntry = { ...personOf('git'), action: 'git.moved', what, revision, result: 'done' };
    this.#record({ ...entry, detail: { repository: this.#ownURL } }, source);
  }

  /** What was declared, changed or taken out of the declarations. */
  declared(before: Catalog, now: Catalog): void {
    this.#compare('application', before.applications, now.applications);
    // After a start, projects are not known from before: that they are there is no news.
    if (this.#knowsProjects) this.#compare('project', before.projects, now.projects);
    this.#knowsProjects = true;
    this.#words(before, now);
  }

  /** Of access and the environment itself. After a start it is known which fields changed, but not how. */
  #words(before: Catalog, now: Catalog): void {
    const changed = changedWords(this.#store, now);
    for (const [action, about, old, fresh] of [
      ['access.changed', 'access', before.access?.settings, now.access?.settings],
      ['settings.changed', 'environment', before.environment, now.environment],
    ] as const) {
      const fields = changed.filter(name => name.startsWith(`${about}.`)).map(name => name.slice(about.length + 1));
      if (fields.length === 0) continue;
      const what = `${about}: ${fields.join(', ')}`;
      const at = this.environment === '' ? {} : { revision: this.environment };
      const entries = before === emptyCatalog ? {} : changedEntries(old, fresh, fields);
      const detail = { fields, ...entries, ...this.#since() };
      const entry: AuditEntry = { ...personOf('git'), action, what, result: 'done', ...at, detail };
      this.#record(entry, this.environment === '' ? undefined : { repoURL: this.#ownURL, revision: this.environment });
    }
  }

  /** What is being found out is written down first. */
  async close(): Promise<void> {
    await this.#audit.settled();
    this.#life.abort(new Error('Holdfast stops'));
  }

  #compare(
    kind: 'application' | 'project',
    before: ReadonlyMap<string, Application | Project>,
    now: ReadonlyMap<string, Application | Project>,
  ): void {
    for (const name of new Set([...now.keys(), ...before.keys()])) {
      const [old, fresh] = [before.get(name), now.get(name)];
      if (old === fresh) continue;
      const fields = changedFields(old, fresh);
      if (fields.length === 0) continue;
      const verb = old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed';
      const declared = (fresh ?? old) as Application | Project;
      const origin = 'origin' in declared ? declared.origin : undefined;
      const inGit = origin?.kind !== 'cluster' && this.environment !== '';
      const entry: AuditEntry = {
        ...(origin?.kind === 'cluster' ? personOf('cluster') : personOf('git')),
        action: `${kind}.${verb}`,
        what: verb === 'changed' ? `${kind} ${name}: ${fields.join(', ')}` : `${kind} ${name} is ${verb}`,
        result: 'done',
        ...('project' in declared ? { application: name, project: declared.project } : { project: name }),
        ...(inGit ? { revision: this.environment } : {}),
        detail: {
          ...(verb === 'changed' ? { fields } : {}),
          // What an application is made from may hold what is secret; what a project allows does not.
          ...(kind === 'project' && verb === 'changed' ? changedEntries(old, fresh, fields) : {}),
          ...(inGit && verb === 'changed' ? this.#since() : {}),
          ...(origin === undefined ? {} : { declaredIn: origin.path }),
        },
      };
      this.#record(entry, inGit ? { repoURL: this.#ownURL, revision: this.environment } : undefined);
    }
  }

  #since(): { before?: string } {
    return this.#former === '' ? {} : { before: this.#former };
  }

  #record(
    entry: AuditEntry,
    source: { repoURL: string; revision: string } | undefined,
    more?: Promise<Partial<AuditEntry>>,
  ): void {
    const commit = source === undefined ? undefined : this.#commit(source).then(found => said(found, entry));
    if (more === undefined) this.#audit.record(entry, commit);
    else this.#audit.record(entry, together(commit, more));
  }

  /** Undefined where no source is in Git. Throws when it cannot be read. */
  async commitOf(lock: Lock): Promise<Commit | undefined> {
    const source = lock.sources.find(isCommit);
    return source === undefined ? undefined : await this.#commit(source);
  }

  /** Read once for the thousands of applications that one commit is about. */
  #commit({ repoURL, revision }: { repoURL: string; revision: string }): Promise<Commit> {
    const key = `${repoURL} ${revision}`;
    const known = this.#commits.get(key);
    if (known !== undefined) return known;
    const commit = this.#read(repoURL, revision);
    commit.catch(() => this.#commits.delete(key));
    this.#commits.set(key, commit);
    for (const oldest of this.#commits.keys()) {
      if (this.#commits.size <= keptCommits) break;
      this.#commits.delete(oldest);
    }
    return commit;
  }

  async #read(repoURL: string, revision: string): Promise<Commit> {
    return await this.#repositories.open(repoURL).commit(revision, this.#life.signal);
  }
}

/** A commit that cannot be read takes nothing else with it. */
async function together(commit: Promise<Said> | undefined, more: Promise<Partial<AuditEntry>>) {
  const [one, other] = await Promise.all([commit?.catch(() => ({})), more]);
  return { ...one, ...other };
}

function said(commit: Commit, { detail }: AuditEntry): Said {
  const { committer, reviewers, subject, at } = commit;
  const author = authorsOf(commit);
  return {
    ...(author === '' ? {} : { author }),
    ...(committer === '' ? {} : { committer }),
    ...(reviewers.length === 0 ? {} : { reviewers }),
    detail: { ...detail, subject, committedAt: at },
  };
}

/** What is done for nobody's sake may be done while somebody asks for something else. */
const byPeople: ReadonlySet<string> = new Set(['api', 'ui', 'cli']);

const automatic = new Set(['automated', 'self-heal', 'holdfast']);

/** Callers name who asks in a few words: `automated`, `appdev`, `appdev via ui`, `appdev via cli`, `ci via token deploy`, `cli:appdev`. */
export function personOf(by: string): Pick<AuditEntry, 'who' | 'via' | 'token'> {
  if (automatic.has(by)) return { who: by, via: 'automation' };
  if (by === 'git') return { who: by, via: 'git' };
  if (by === 'cluster') return { who: by, via: 'api' };
  if (by === 'pipeline') return { who: by, via: 'pipeline' };
  const [, holder, token] = /^(.+) via token (.+)$/.exec(by) ?? [];
  if (holder !== undefined && token !== undefined) return { who: holder, via: 'api', token };
  const [, person, through] = /^(.+) via (ui|cli)$/.exec(by) ?? [];
  if (person !== undefined) return { who: person, via: through as 'cli' | 'ui' };
  const [, via, who] = /^(cli|ui):(.+)$/.exec(by) ?? [];
  return via === undefined || who === undefined ? { who: by, via: 'api' } : { who, via: via as 'cli' | 'ui' };
}

function changedFields(old: object | undefined, fresh: object | undefined): string[] {
  const [before, now] = [new Map(Object.entries(old ?? {})), new Map(Object.entries(fresh ?? {}))];
  const names = [...new Set([...before.keys(), ...now.keys()])];
  // Where in a file it stands is not what it says.
  const said = names.filter(name => name !== 'origin' && name !== 'conditions');
  return said.filter(name => JSON.stringify(before.get(name)) !== JSON.stringify(now.get(name))).slice(0, 50);
}

export function startOf(sync: Sync, plan: Plan, heal: boolean, environment: string): Happening {
  const { id, reason, attempt, dryRun, lock } = sync;
  const actions = plan.groups.flatMap(({ steps }) => steps.map(({ action }) => action));
  const counts = countOf(actions);
  const declared = environment === '' ? {} : { declaredAt: environment };
  return {
    action: heal ? 'heal.started' : 'sync.started',
    result: 'started',
    detail: { sync: id, reason, attempt, ...(dryRun ? { dryRun } : {}), ...counts, ...declared },
    lock,
  };
}

export function endOf(sync: Sync, heal: boolean, environment: string): Happening {
  const { id, reason, message, attempt, dryRun, lock, results, startedAt, endedAt = startedAt, result } = sync;
  const done = results.filter(one => one.result === 'succeeded');
  const failed = results.filter(one => one.result === 'failed').length;
  const declared = environment === '' ? {} : { declaredAt: environment };
  return {
    action: heal ? 'heal.ended' : 'sync.ended',
    result: result === 'running' ? 'started' : result,
    detail: {
      ...{ sync: id, reason, message, attempt, ...(dryRun ? { dryRun } : {}) },
      ...{ ...countOf(done.map(({ action }) => action)), failed, milliseconds: endedAt - startedAt, ...declared },
    },
    lock,
  };
}

function countOf(actions: readonly StepResult['action'][]) {
  const of = (name: StepResult['action']) => actions.filter(action => action === name).length;
  return { created: of('create'), changed: of('change'), deleted: of('delete'), hooks: of('run') };
}
