import type { AuditAction, AuditRecord } from './record.ts';

/** What it follows from; nothing else has to be read. */
export const ranFrom: ReadonlySet<string> = new Set<AuditAction>([
  ...(['operator.started', 'git.moved', 'sync.started', 'sync.ended', 'revision.healthy', 'revision.adopted'] as const),
  ...(['application.forgotten', 'health.degraded', 'health.restored'] as const),
  ...(['override.suspended', 'override.resumed', 'override.pinned', 'override.unpinned'] as const),
]);

/** What ran of one application at a moment, as far as the log tells. */
export interface Ran {
  application: string;
  project?: string;
  /** `gone`: it had been deleted, or let go of. */
  state: 'running' | 'gone';
  revision: string;
  sources: NonNullable<AuditRecord['sources']>;
  /** When it had come to be so, and the record that says it. */
  since: number;
  record: number;
  /** Id of the sync that made it so; undefined where it was found to be so. */
  sync?: string;
  who: string;
  author?: string;
  subject?: string;
  /** Commit of the environment that declared it. */
  declaredAt?: string;
  /** Whether it had shown that it works. */
  healthy: boolean;
  degraded: boolean;
  suspendedBy?: string;
  pinnedBy?: string;
  /** A later try that failed, or that its operator was stopped in: parts of it may have run, too. */
  failed?: { revision: string; at: number };
  /** A sync that was under way. */
  underWay?: { revision: string; since: number };
}

/** As far as it is known. */
export type Known = Partial<Ran> & Pick<Ran, 'application'>;

/** Takes records newest first, from the moment on; what is found first is how it was. */
export class RanThen {
  readonly #ran = new Map<string, Known>();
  readonly #settled = new Map<string, Set<string>>();
  readonly #carried: AuditRecord[] = [];
  #carriedAsOf: number | undefined;
  #isRestarted = false;
  #environment: { revision: string; at: number } | undefined;
  #carriedEnvironment: { revision: string; at: number } | undefined;

  /** Where the environment was in Git. */
  get environment(): { revision: string; at: number } | undefined {
    return this.#environment ?? this.#carriedEnvironment;
  }

  add(record: AuditRecord): void {
    if (record.action === 'operator.started') this.#isRestarted = true;
    if (record.action === 'git.moved' && record.revision !== undefined)
      this.#environment ??= { revision: record.revision, at: record.at };
    const { application, action } = record;
    if (application === undefined) return;
    const known = this.#ran.get(application) ?? { application };
    if (record.project !== undefined) known.project ??= record.project;
    this.#ran.set(application, known);
    const settled = this.#settled.get(application) ?? new Set();
    this.#settled.set(application, settled);
    const once = (about: string, change: () => void) => {
      if (!settled.has(about)) change();
      settled.add(about);
    };
    if (action === 'override.suspended') once('suspended', () => (known.suspendedBy = record.who));
    if (action === 'override.pinned') once('pinned', () => (known.pinnedBy = record.who));
    if (action === 'override.unpinned') settled.add('pinned');
    if (action === 'override.resumed') settled.add('pinned').add('suspended');
    if (action === 'health.degraded') once('health', () => (known.degraded = true));
    if (action === 'health.restored') settled.add('health');
    if (record.detail?.dryRun === true || settled.has('delivered')) return;
    this.#delivery(record, known, once);
  }

  /**
   * How it was where the log begins, newest first: it holds where nothing later is told. Each time all of it is carried over, and the
   * last record of it, which is no application's, comes first: what was carried before that counts no more.
   */
  carry(record: AuditRecord): void {
    const { application, detail: { asOf, since = 0 } = {}, revision } = record;
    if (application !== undefined) {
      if (asOf !== undefined && asOf === this.#carriedAsOf) this.#carried.push(record);
      return;
    }
    if (this.#carriedAsOf !== undefined) return;
    this.#carriedAsOf = asOf;
    if (revision !== undefined) this.#carriedEnvironment = { revision, at: since };
  }

  /** Whether nothing older can say more about it. */
  isKnown(application: string): boolean {
    const settled = this.#settled.get(application);
    return ['delivered', 'pinned', 'suspended', 'health'].every(about => settled?.has(about));
  }

  list(): Ran[] {
    return this.known().flatMap(({ state, revision, ...ran }) =>
      state === undefined || revision === undefined ? [] : { ...nothing, ...ran, state, revision },
    );
  }

  /** Also of those that nothing ran of: they may be suspended, or have failed. */
  known(): Known[] {
    const all = new Map([...this.#ran].map(([name, one]) => [name, { ...one }]));
    for (const record of this.#carried) this.#complete(record, all);
    return [...all.values()].toSorted((a, b) => (a.application < b.application ? -1 : 1));
  }

  #complete(record: AuditRecord, all: Map<string, Known>): void {
    const { application, project, detail = {} } = record;
    if (application === undefined) return;
    const settled = this.#settled.get(application) ?? new Set();
    const one = all.get(application) ?? { application };
    all.set(application, one);
    if (project !== undefined) one.project ??= project;
    const { healthy = false, degraded = false, suspendedBy, pinnedBy, since = 0, madeBy = '' } = detail;
    if (!settled.has('pinned') && pinnedBy !== undefined) one.pinnedBy = pinnedBy;
    if (!settled.has('suspended') && suspendedBy !== undefined) one.suspendedBy = suspendedBy;
    if (!settled.has('health')) one.degraded = degraded;
    const { attempted: revision, attemptedAt: at = 0 } = detail;
    if (!settled.has('attempt') && !settled.has('delivered') && revision !== undefined) one.failed = { revision, at };
    if (settled.has('delivered') || record.revision === undefined) return;
    this.#take({ ...record, at: since, seq: detail.record ?? 0, who: madeBy }, one, 'running');
    if (!settled.has('proven')) one.healthy = healthy;
  }

  #delivery(record: AuditRecord, known: Partial<Ran>, once: (about: string, change: () => void) => void): void {
    const { action, result, revision = '', at } = record;
    // What an operator leaves under way is taken up by the next one with a record of its own, or never.
    if (action === 'sync.started')
      once('attempt', () => {
        if (this.#isRestarted) known.failed = { revision, at };
        else known.underWay = { revision, since: at };
      });
    if (action === 'revision.healthy') once('proven', () => (known.healthy = true));
    if (action === 'application.forgotten') once('delivered', () => this.#take(record, known, 'gone'));
    if (action === 'revision.adopted')
      once('delivered', () => {
        this.#take(record, known, 'running');
        known.healthy = true;
      });
    if (action !== 'sync.ended') return;
    once('attempt', () => {
      if (result === 'failed') known.failed = { revision, at };
    });
    if (result !== 'succeeded') return;
    // What was proven later was proven of this; what failed since takes nothing from it.
    once('proven', () => {});
    once('delivered', () => this.#take(record, known, revision === '' ? 'gone' : 'running'));
  }

  #take(
    { at, seq, who, author, detail, revision = '', sources = [] }: AuditRecord,
    known: Partial<Ran>,
    state: Ran['state'],
  ): void {
    Object.assign(known, { state, revision, sources, since: at, record: seq, who });
    if (author !== undefined) known.author = author;
    if (detail?.sync !== undefined) known.sync = detail.sync;
    if (detail?.subject !== undefined) known.subject = detail.subject;
    if (detail?.declaredAt !== undefined) known.declaredAt = detail.declaredAt;
  }
}

const nothing = { sources: [], since: 0, record: 0, who: '', healthy: false, degraded: false };
