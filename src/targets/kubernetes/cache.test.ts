import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Live } from '../../model/resource.ts';
import { type Entry, kindPrefix, LiveCache } from './cache.ts';

function entry(name: string, resourceVersion: string, more: Partial<Live> = {}): Entry {
  const id = { group: '', kind: 'ConfigMap', namespace: 'a', name };
  const live: Live = {
    ...{ id, key: `/ConfigMap/a/${name}`, uid: name, owner: 'shop', fingerprint: resourceVersion, deleting: false },
    ...{ health: { status: 'Healthy', message: '' }, wave: 0, rank: 0, createdAt: 0, ...more },
    options: { prune: 'allowed', delete: 'allowed', pruneLast: false, ignoreExtraneous: false, ignoreHealth: false },
  };
  return { live, resourceVersion };
}

const prefix = kindPrefix({ group: '', kind: 'ConfigMap' });

function filled(...entries: Entry[]) {
  const cache = new LiveCache();
  for (const each of entries) cache.put(each);
  const told: string[] = [];
  cache.onChange(application => told.push(application));
  return { cache, told, print: (name: string) => cache.get(`/ConfigMap/a/${name}`)?.fingerprint };
}

test('the newer of two views counts, however they arrive', () => {
  const { cache, print } = filled(entry('x', '10'));
  cache.put(entry('x', '9'));
  expect(print('x')).toBe('10');
  cache.put(entry('x', '100'));
  expect(print('x')).toBe('100');
});

test('the deletion of a former one does not remove its successor', () => {
  const { cache, print } = filled(entry('x', '20', { uid: 'second' }));
  cache.remove('/ConfigMap/a/x', '19');
  expect(print('x')).toBe('20');
  cache.remove('/ConfigMap/a/x', '21');
  expect(print('x')).toBeUndefined();
});

test('what a complete list lacks is gone, but not what we wrote after it, nor another kind', () => {
  const { cache, print } = filled(entry('old', '5'), entry('written', '50'), entry('listed', '6'));
  const other = entry('x', '1');
  cache.put({ ...other, live: { ...other.live, key: '/ConfigMapper/a/x' } });
  cache.replace(prefix, [entry('listed', '6')], '40', false);
  expect([print('old'), print('written'), print('listed')]).toEqual([undefined, '50', '6']);
  expect(cache.get('/ConfigMapper/a/x')).toBeDefined();
});

test('after a reset of history older versions are the truth', () => {
  const { cache, print } = filled(entry('x', '500'), entry('y', '501'));
  cache.replace(prefix, [entry('x', '7')], '8', true);
  expect([print('x'), print('y')]).toEqual(['7', undefined]);
  cache.put(entry('x', '9'));
  expect(print('x')).toBe('9');
});

test('of an object that a list shows older than it was seen before the list, the list is right: the history was set back', () => {
  const { cache, print } = filled(entry('x', '30'), entry('y', '50'));
  cache.replace(prefix, [entry('x', '7'), entry('y', '8')], '40', false);
  expect([print('x'), print('y')]).toEqual(['7', '50']);
});

test('owners are told of what concerns them, and of nothing else', () => {
  const { cache, told } = filled(entry('x', '1', { fingerprint: 'same' }));
  cache.put(entry('x', '2', { fingerprint: 'same' }));
  expect(told).toEqual([]);
  cache.put(entry('x', '3', { owner: 'other', fingerprint: 'same' }));
  expect(told).toEqual(['other', 'shop']);
  expect(cache.owners()).toEqual(['other']);
  expect([...cache.ownedBy('shop')]).toEqual([]);
  cache.remove('/ConfigMap/a/x', '4');
  expect(told).toEqual(['other', 'shop', 'other']);
  expect(cache.owners()).toEqual([]);
});

test('in the end the cache is as the cluster, whenever our own writes were seen', () => {
  const step = fc.record({ deletes: fc.boolean(), isOurs: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), steps => {
      const { cache, print } = filled();
      // Own writes are known when they are answered, before all that the watch has still to say.
      const events = steps.map(({ deletes, isOurs }, i) => ({ deletes, isOurs, version: String(i + 1) }));
      for (const { deletes, isOurs, version } of events) if (isOurs && !deletes) cache.put(entry('x', version));
      for (const { deletes, version } of events) {
        if (deletes) cache.remove('/ConfigMap/a/x', version);
        else cache.put(entry('x', version));
      }
      const last = events.at(-1);
      expect(print('x')).toBe(last === undefined || last.deletes ? undefined : last.version);
    }),
  );
});

test('how a hook had ended can be told when it is gone; one that ran, or was no hook, is only gone', () => {
  const hook = { deletePolicies: [], phases: ['PreSync' as const] };
  const { cache } = filled(
    entry('ended', '1', { hook, completion: 'failed' }),
    entry('running', '2', { hook, completion: 'running' }),
    entry('job', '3', { completion: 'succeeded' }),
  );
  expect(cache.lastSeen('ended')).toBeUndefined();
  for (const name of ['ended', 'running', 'job']) cache.remove(`/ConfigMap/a/${name}`, '9');
  expect(cache.lastSeen('ended')?.completion).toBe('failed');
  expect([cache.lastSeen('running'), cache.lastSeen('job')]).toEqual([undefined, undefined]);
  // What the watch showed last counts, though it was never put.
  cache.noteEnd(entry('running', '9', { hook, completion: 'succeeded' }).live);
  expect(cache.lastSeen('running')?.completion).toBe('succeeded');
});
