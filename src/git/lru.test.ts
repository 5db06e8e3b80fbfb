import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lru } from './lru.ts';

test('what was used last stays', () => {
  const lru = new Lru<number>(3);
  for (const key of ['a', 'b', 'c']) lru.set(key, 1, 1);
  lru.get('a');
  lru.set('d', 1, 1);
  expect(['a', 'b', 'c', 'd'].filter(key => lru.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
});

test('the weight is never more than allowed, and always that of what is kept', () => {
  const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(12));
  fc.assert(
    fc.property(fc.array(step), steps => {
      const lru = new Lru<number>(10);
      for (const [key, weight] of steps) {
        lru.set(key, weight, weight);
        const kept = ['a', 'b', 'c', 'd'].map(one => lru.get(one) ?? 0);
        expect(lru.weight).toBe(kept.reduce((sum, one) => sum + one, 0));
        expect(lru.weight).toBeLessThanOrEqual(10);
      }
    }),
  );
});
