import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { realEnv } from '../env/real.ts';
import type { Applied } from '../model/resource.ts';
import type { Sync } from '../model/status.ts';
import { Documents } from './documents.ts';
import { migrate } from './migrations.ts';
import { createStore, type Store } from './store.ts';

const env = realEnv();
const open: Store[] = [];

/** The contract holds on a disk and without one. */
const places = {
  database: () => {
    const database = env.databases.open(':memory:');
    migrate(database, 0);
    return new Documents(database, env);
  },
  'memory alone': () => new Documents(undefined, env),
};

function applied(key: string, hash = 'h'): Applied {
  return { key, uid: `uid-${key}`, hash, fingerprint: `f-${hash}` };
}

function sync(id: string, startedAt: number, more: Partial<Sync> = {}): Sync {
  return {
    id,
    application: 'shop',
    lock: { sources: [{ repoURL: 'https://git.example/r', revision: id, from: 'main' }] },
    revision: id,
    startedAt,
    result: 'succeeded',
    startedBy: 'automated',
    reason: '',
    message: '',
    attempt: 1,
    dryRun: false,
    results: [],
    ...more,
  };
}

afterEach(() => {
  for (const store of open.splice(0)) store.close();
});

describe.each(Object.entries(places))('the store, in %s', (_, place) => {
  function fresh(): Store {
    const store = createStore(place(), env.clock);
    open.push(store);
    return store;
  }

  it('remembers what was applied, application by application', () => {
    const store = fresh();
    store.setApplied('shop', [applied('/Service/shop/web'), applied('apps/Deployment/shop/web')]);
    store.setApplied('bank', [applied('/Service/shop/web', 'other')]);
    store.setApplied('shop', [applied('/Service/shop/web', 'newer')]);
    store.forgetApplied('shop', ['apps/Deployment/shop/web', 'never/seen/a/b']);
    expect([...store.applied('shop').values()]).toEqual([applied('/Service/shop/web', 'newer')]);
    expect(store.applied('bank').get('/Service/shop/web')?.hash).toBe('other');
    expect(store.applied('none').size).toBe(0);
  });

  it('keeps the newest syncs and the last healthy one', () => {
    const store = fresh();
    store.saveSync(sync('a', 1, { healthyAt: 2 }), 3);
    for (const [i, id] of ['b', 'c', 'd', 'e'].entries()) store.saveSync(sync(id, 10 + i, { result: 'failed' }), 3);
    expect(store.history('shop', 100).map(({ id }) => id)).toEqual(['e', 'd', 'c', 'a']);
    expect(store.history('shop', 2).map(({ id }) => id)).toEqual(['e', 'd']);
    expect(store.lastHealthySync('shop')?.id).toBe('a');
    store.saveSync(sync('e', 13, { healthyAt: 20 }), 3);
    expect(store.history('shop', 100).map(({ id }) => id)).toEqual(['e', 'd', 'c']);
    expect(store.lastHealthySync('shop')).toEqual(sync('e', 13, { healthyAt: 20 }));
  });

  it('keeps overrides until they end', () => {
    const store = fresh();
    const lock = sync('a', 1).lock;
    const override = {
      suspended: { by: 'appops', at: 1, reason: 'incident' },
      pinned: { lock, by: 'appops', at: 1, over: lock },
    };
    expect(store.override('shop')).toEqual({});
    store.setOverride('shop', override);
    expect(store.override('shop')).toEqual(override);
    store.setOverride('shop', {});
    expect(store.override('shop')).toEqual({});
  });

  it('quarantines several revisions, the oldest giving way', () => {
    const store = fresh();
    for (let i = 0; i < 25; i++) store.setQuarantine('shop', { revision: `r${i}`, reason: 'unhealthy', at: i });
    expect(store.quarantine('shop').map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, i) => i + 5));
    store.clearQuarantine('shop', 'r10');
    expect(store.quarantine('shop')).toHaveLength(19);
    store.clearQuarantine('shop');
    expect(store.quarantine('shop')).toEqual([]);
  });

  it('lists events after one, of one application, and the newest', () => {
    const store = fresh();
    for (let i = 0; i < 6; i++) {
      store.appendEvent({ application: i % 2 === 0 ? 'shop' : 'bank', type: 'sync', message: `${i}`, by: '' });
    }
    const messages = (options: Parameters<Store['events']>[0]) => store.events(options).map(({ message }) => message);
    expect(messages({})).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(messages({ limit: 2 })).toEqual(['4', '5']);
    expect(messages({ after: 2, limit: 2 })).toEqual(['2', '3']);
    expect(messages({ after: 2, application: 'shop' })).toEqual(['2', '4']);
    expect(messages({ after: 6 })).toEqual([]);
    // An id from a store that was lost: all is new.
    expect(messages({ after: 1_000_000 })).toHaveLength(6);
  });

  it('bounds the events', () => {
    const store = fresh();
    for (let i = 0; i < 11_000; i++) store.appendEvent({ application: 'shop', type: 'sync', message: '', by: '' });
    const events = store.events({ after: 0, limit: 100_000 });
    expect(events.length).toBeLessThanOrEqual(10_500);
    expect(events.at(-1)?.id).toBe(11_000);
  });

  it('finds applications by their facts, and forgets them', () => {
    const store = fresh();
    store.setFact('shop', 'cascade', 'foreground');
    store.setFact('bank', 'cascade', false);
    store.setApplied('shop', [applied('k')]);
    expect(store.applicationsWithFact('cascade')).toEqual(['bank', 'shop']);
    expect(store.fact('bank', 'cascade')).toBe(false);
    store.forget('shop');
    expect(store.applicationsWithFact('cascade')).toEqual(['bank']);
    expect(store.fact('shop', 'cascade')).toBeUndefined();
    expect(store.applied('shop').size).toBe(0);
  });

  it('keeps meta values', () => {
    const store = fresh();
    store.setMeta('uid', 'x');
    expect(store.meta('uid')).toBe('x');
    store.setMeta('uid', undefined);
    expect(store.meta('uid')).toBeUndefined();
  });

  it('remembers applies as a map would', () => {
    const keys = fc.constantFrom('a/B/c/d', 'a/B/c/e', '/B//d', 'x');
    const command = fc.oneof(
      fc.record({ set: fc.array(fc.record({ key: keys, hash: fc.string() })) }),
      fc.record({ forget: fc.array(keys) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), commands => {
        const store = fresh();
        const model = new Map<string, Applied>();
        for (const step of commands) {
          if ('set' in step) {
            const batch = step.set.map(({ key, hash }) => applied(key, hash));
            store.setApplied('shop', batch);
            for (const one of batch) model.set(one.key, one);
          } else {
            store.forgetApplied('shop', step.forget);
            for (const key of step.forget) model.delete(key);
          }
        }
        expect(Object.fromEntries(store.applied('shop'))).toEqual(Object.fromEntries(model));
      }),
      { numRuns: 50 },
    );
  });
});
