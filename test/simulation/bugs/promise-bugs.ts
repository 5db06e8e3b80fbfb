import type { Bug } from './bug.ts';

/** One for each promise that no other of them breaks: every monitor is seen to complain of an engine that is wrong. */
export const promiseBugs: readonly Bug[] = [
  {
    name: 'fetches although nothing has moved',
    file: 'src/git/upkeep.ts',
    find: 'fetch: chosen.filter(name => known.get(name)?.id !== refs.get(name)?.id),',
    replace: 'fetch: chosen,',
    caughtBy: ['idle'],
    seen: { reference: 'prune and move' },
  },
  {
    name: 'a failure that nobody thought of is a mistake of the program',
    file: 'src/reconcile/look.ts',
    find: 'const { message, advice } = asFailure(error);',
    replace: 'const { message, advice } = { ...asFailure(error), message: (error as { cause: Error }).cause.message };',
    caughtBy: ['alive'],
    seen: { seed: '12' },
  },
  {
    name: 'half a line of the audit log is not told of',
    file: 'src/access/audit/tail.ts',
    find: 'if (end.length < bytes.length && !told.has(name))',
    replace: 'if (end.length > bytes.length && !told.has(name))',
    caughtBy: ['audit'],
    where: 'prune and move',
    seen: { reference: 'prune and move', faults: '[["database.write",5,{"do":"crash-after","power":true}]]' },
  },
  {
    name: 'one application is looked at after the other',
    file: 'src/reconcile/controller.ts',
    find: 'const concurrentLooks = 128;',
    replace: 'const concurrentLooks = 1;',
    caughtBy: ['isolated'],
    seen: { seed: '1700' },
  },
  {
    name: 'nobody is told that a repository has moved',
    file: 'src/reconcile/poll.ts',
    find: 'this.#options.onMoved(repository);',
    replace: '',
    caughtBy: ['flapping'],
    seen: { seed: '235' },
  },
  {
    name: 'hooks that have run are taken for new ones',
    file: 'src/reconcile/look.ts',
    find: 'changedHooks(declared?.desired ?? [], services.store.applied(application.name));',
    replace: 'changedHooks(declared?.desired ?? [], new Map());',
    caughtBy: ['hooks'],
    where: 'waves and hooks',
    seen: { reference: 'waves and hooks' },
  },
  {
    name: 'what was in force before a start goes before what Git says',
    file: 'src/reconcile/look.ts',
    find: 'const lock = it.choice?.lock ?? state.declared?.lock ?? remembered();',
    replace:
      'const lock = (state.declared === undefined ? remembered() : undefined) ?? it.choice?.lock ?? state.declared?.lock;',
    caughtBy: ['newest'],
    where: 'the store is torn, and another time an older one',
    seen: {
      reference: 'the store is torn, and another time an older one',
      faults: '[["database.write",23,{"do":"crash-after","power":true}]]',
    },
  },
];
