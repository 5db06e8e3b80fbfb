import { failure } from '../../errors.ts';
import { parseResourceKey } from '../../model/resource.ts';
import type { ApplicationStatus } from '../../model/status.ts';
import type { Inspect } from '../../reconcile/inspect.ts';

const at = 1_700_000_000_000;
const commit = { id: 'fedcba98', subject: 'Raise limits', author: 'Appdev', email: 'appdev@example.com', at };

/** What an operator in memory says of one application: as much as its status has. */
export function memoryInspect(get: (name: string) => ApplicationStatus): Inspect {
  function resourceOf(name: string, key: string) {
    const found = get(name).resources.find(resource => resource.key === key);
    if (found === undefined) throw failure('RESOURCE_NOT_FOUND', { name, resource: key });
    return found;
  }
  return {
    tree: async name => ({
      nodes: get(name).resources.map(({ id, key, sync, health, hook, wave }) => {
        return {
          id,
          key,
          parents: [],
          declared: true,
          sync,
          health,
          hook,
          wave,
          logs: true,
          acts: ['restart', 'delete'],
        };
      }),
      complete: true,
      reason: '',
      observedAt: at,
    }),
    async resource(name, key) {
      resourceOf(name, key);
      return { id: parseResourceKey(key), key, declared: '{"a":1}', live: '{"a":2}' };
    },
    async events(name, key) {
      resourceOf(name, key);
      return [
        {
          level: 'warning',
          reason: 'BackOff',
          message: 'back-off',
          count: 2,
          firstAt: at,
          lastAt: at,
          source: 'kubelet',
          key,
        },
      ];
    },
    async plan(name, { rollbackTo }) {
      const [first] = get(name).resources;
      const changes = [{ path: '/spec/replicas', live: '3', declared: '7' }];
      const step =
        first === undefined
          ? []
          : [{ key: first.key, id: first.id, action: 'change' as const, reason: 'declared in Git', changes }];
      return {
        ...{ id: 'plan-1', revision: 'fedcba98', commit, unchanged: 2, heldBack: [], warnings: [] },
        options: { prune: false, force: false, replace: false },
        lock: { sources: [{ repoURL: 'https://git.example/fleet', revision: 'fedcba98', from: 'main' }] },
        waves: [{ phase: 'Sync', wave: 0, prune: false, steps: step }],
        ...(rollbackTo === undefined ? {} : { rollback: { id: rollbackTo, startedAt: at } }),
      };
    },
    async removal(name) {
      const steps = get(name).resources.map(({ key, id }) => ({
        ...{ key, id, action: 'delete' as const, reason: 'no longer declared', changes: [] },
      }));
      const waves = steps.length === 0 ? [] : [{ phase: 'Sync' as const, wave: 0, prune: true, steps }];
      return { id: 'removal-1', declared: true, waves, stays: [] };
    },
    async contrast(name, id, against) {
      get(name);
      const from = { kind: 'sync' as const, revision: 'aaaa', ...(against === undefined ? {} : { id: against }) };
      return { from, to: { id, revision: 'fedcba98' }, resources: [], unchanged: 1 };
    },
    async revisions(name) {
      const { repoURL, targetRevision: declared } = get(name).source;
      return { repoURL, declared, commits: [commit], complete: true, branches: ['main'], tags: ['v1'] };
    },
    async commit(name) {
      get(name);
      return commit;
    },
  };
}
