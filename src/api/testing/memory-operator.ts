import { failure } from '../../errors.ts';
import type { ApplicationStatus, Event, Sync } from '../../model/status.ts';
import type { Difference, Operator } from '../../reconcile/operator.ts';
import type { Overview } from '../../reconcile/overview.ts';
import type { Past } from '../../reconcile/past.ts';
import type { LogLine } from '../../targets/target.ts';
import { memoryInspect } from './memory-inspect.ts';

/** An operator without Git and target: applications as data, syncs that end when the test says so. */
export interface MemoryOperator extends Operator {
  /** Adds or replaces an application. */
  put(status: ApplicationStatus): void;
  /** Makes a new status of the old one, and announces it. */
  change(name: string, patch: Partial<ApplicationStatus>): void;
  drop(name: string): void;
  /** Ends the running sync of an application. */
  finish(name: string, result: 'succeeded' | 'failed', message?: string): void;
  /** Every call that changes something: `sync shop {"prune":true} by admin`. */
  readonly calls: string[];
  /** Answers of `logs`, one for each call. */
  logLines: () => AsyncIterable<LogLine>;
  difference: Difference;
  overview: Overview;
}

const start = 1_700_000_000_000;

export function sampleStatus(name: string, more: Partial<ApplicationStatus> = {}): ApplicationStatus {
  return {
    name,
    project: 'default',
    namespace: name,
    target: 'kubernetes',
    source: { repoURL: 'https://git.example/fleet', path: `apps/${name}`, targetRevision: '', type: 'kustomize' },
    sync: { status: 'Synced', revision: '0123456789abcdef0123456789abcdef01234567', message: '' },
    health: { status: 'Healthy', message: '' },
    conditions: [],
    resources: [
      {
        id: { group: 'apps', kind: 'Deployment', namespace: name, name: 'web' },
        key: `apps/Deployment/${name}/web`,
        sync: 'Synced',
        health: { status: 'Healthy', message: '' },
        hook: false,
        wave: 0,
        summary: 'web:1, 2/2 ready',
      },
    ],
    observedAt: start,
    ...more,
  };
}

export function sampleSync(application: string, more: Partial<Sync> = {}): Sync {
  return {
    id: 'sync-1',
    application,
    lock: { sources: [{ repoURL: 'https://git.example/fleet', revision: 'fedcba98', from: 'main' }] },
    revision: 'fedcba98',
    startedAt: start,
    result: 'running',
    startedBy: 'automated',
    reason: 'new revision',
    message: '',
    attempt: 1,
    dryRun: false,
    results: [],
    ...more,
  };
}

const noPast: Past = {
  records: async () => [],
  timeline: async () => ({ entries: [] }),
  async *lines() {},
  at: async time => ({ at: time, applications: [] }),
  rebuild: async time => ({ at: time, applications: [] }),
  delivery: async ({ since, until = since }) => ({
    ...{ since, until, deployments: 0, deploymentsPerDay: 0, tried: 0, failures: 0 },
  }),
};

function overviewOf(statuses: () => ApplicationStatus[]): Overview {
  const url = 'https://git.example/fleet';
  const users = () => statuses().map(({ name, project }) => ({ application: name, project }));
  return {
    automation: () => ({ prune: true, selfHeal: true }),
    projects: () => [...new Set(statuses().map(({ project }) => project))].toSorted().map(name => ({ name })),
    repositories: () => [{ url, kind: 'git', own: true, checkedAt: start, users: users() }],
    target: async () => ({ version: 'v1.36.0', server: 'https://cluster.example', reachable: true, since: start }),
    settings: async () => ({ repoURL: url, path: '.', revision: 'fedcba98', settings: [] }),
  };
}

const noDifference: Difference = {
  revision: 'fedcba98',
  plan: { groups: [], unchanged: [], heldBack: [] },
  resources: [],
  heldBack: [],
};

export function memoryOperator(statuses: readonly ApplicationStatus[]): MemoryOperator {
  const known = new Map(statuses.map(status => [status.name, status]));
  const histories = new Map<string, Sync[]>();
  const listeners = new Set<(name: string) => void>();
  const events: Event[] = [];
  const calls: string[] = [];

  function get(name: string): ApplicationStatus {
    const status = known.get(name);
    if (status === undefined) throw failure('APP_NOT_FOUND', { name });
    return status;
  }
  function announce(name: string): void {
    for (const listener of listeners) listener(name);
  }
  function put(status: ApplicationStatus): void {
    known.set(status.name, status);
    announce(status.name);
  }
  function change(name: string, patch: Partial<ApplicationStatus>): void {
    put({ ...get(name), ...patch });
  }
  function record(call: string, name: string, detail: unknown, by: string): void {
    get(name);
    calls.push(`${call} ${name} ${JSON.stringify(detail)} by ${by}`);
    events.push({
      id: events.length + 1,
      at: start,
      application: name,
      type: 'person',
      project: get(name).project,
      message: call,
      by,
    });
  }
  function begin(name: string, more: Partial<Sync>): Sync {
    const history = histories.get(name) ?? [];
    const sync = sampleSync(name, { id: `sync-${history.length + 1}`, ...more });
    histories.set(name, [sync, ...history]);
    change(name, { operation: sync, sync: { ...get(name).sync, status: 'OutOfSync', message: 'sync is running' } });
    return sync;
  }
  /** A copy without a field, which `undefined` would not remove. */
  function without(name: string, field: 'suspended' | 'pinned' | 'quarantined'): void {
    const { [field]: _, ...rest } = get(name);
    put(rest);
  }

  const operator: MemoryOperator = {
    calls,
    difference: noDifference,
    logLines: async function* () {
      yield { source: 'web', text: 'listening', at: start };
    },
    put,
    change,
    drop(name) {
      known.delete(name);
      announce(name);
    },
    finish(name, result, message = '') {
      const [running, ...earlier] = histories.get(name) ?? [];
      if (running === undefined) throw new Error('no sync is running');
      const ended: Sync = { ...running, result, message, endedAt: start + 1_000 };
      histories.set(name, [ended, ...earlier]);
      const status = result === 'succeeded' ? 'Synced' : 'OutOfSync';
      change(name, { operation: ended, sync: { status, revision: ended.revision, message } });
    },

    environment: () => ({
      name: 'test',
      target: 'kubernetes',
      targetDescription: 'https://cluster.example',
      repoURL: 'https://git.example/fleet',
      path: '.',
      revision: 'fedcba98',
      checkedAt: start,
      problems: [],
      version: '0.1.0',
      startedAt: start,
    }),
    applications: () => [...known.values()],
    application: get,
    projectOf: name => get(name).project,
    async diff(name) {
      get(name);
      return operator.difference;
    },
    async sync(name, request, by) {
      record('sync', name, request, by);
      return begin(name, {
        startedBy: by,
        dryRun: request.dryRun ?? false,
        ...(request.revision === undefined ? {} : { revision: request.revision }),
      });
    },
    async accept(name, _, by) {
      get(name);
      const [repoURL, subject] = ['https://git.example/fleet', `Accept what is live in ${name}, by ${by}`];
      const nothing = { patch: '', command: 'git am --3way', files: [], accepted: [], notAccepted: [] };
      return { ...nothing, id: 'a'.repeat(40), repoURL, revision: 'fedcba98', subject };
    },
    async propose(name, request, by) {
      record('propose', name, request, by);
      const [repoURL, branch] = ['https://git.example/fleet', `holdfast/accept-${name}-aaaaaaaa`];
      return { repoURL, branch, commit: 'c'.repeat(40), revision: 'fedcba98', subject: name, isNew: true };
    },
    async cancel(name, by) {
      record('cancel', name, {}, by);
    },
    async act(name, key, act, by) {
      record(act, name, { key }, by);
    },
    async refresh(name) {
      if (name !== undefined) get(name);
      calls.push(`refresh ${name ?? 'all'}`);
    },
    history(name) {
      get(name);
      return histories.get(name) ?? [];
    },
    async rollback(name, request, by) {
      record('rollback', name, request, by);
      return begin(name, { startedBy: by, reason: 'rollback' });
    },
    async suspend(name, reason, by) {
      record('suspend', name, reason, by);
      change(name, { suspended: { by, at: start, reason } });
    },
    async resume(name, by) {
      record('resume', name, {}, by);
      without(name, 'suspended');
    },
    async remove(name, request, by) {
      record('remove', name, request, by);
    },
    logs(name) {
      get(name);
      return operator.logLines();
    },
    events: ({ application, after = 0, limit = 1_000, where = () => true }) =>
      events
        .filter(e => e.id > after && (application === undefined || e.application === application) && where(e))
        .slice(0, limit),
    past: noPast,
    inspect: memoryInspect(get),
    overview: overviewOf(() => [...known.values()]),
    unready: () => [],
    metrics: () => '',
    doctor: async () => [{ name: 'git', ok: true, message: 'reachable', advice: '' }],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return operator;
}
