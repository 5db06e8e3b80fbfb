import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeakyCounts } from './limits.ts';
import { networkOf } from './network.ts';

const name = fc.string({ maxLength: 8 });

test('a count is never lower than it should be, whatever else is counted in however few cells', () => {
  const step = fc.record({ name, after: fc.nat(5_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.uint8Array({ minLength: 4, maxLength: 4 }), (steps, salt) => {
      const leakMs = 1_000;
      const counts = new LeakyCounts({ salt, leakMs, cells: 7 });
      const exact = new Map<string, { level: number; at: number }>();
      let now = 0;
      for (const { name: who, after } of steps) {
        now += after;
        const { level, at } = exact.get(who) ?? { level: 0, at: now };
        exact.set(who, { level: Math.max(0, level - (now - at) / leakMs) + 1, at: now });
        counts.add(who, 1, now);
      }
      for (const [who, { level, at }] of exact) {
        const least = Math.max(0, level - (now - at) / leakMs);
        expect(counts.count(who, now)).toBeGreaterThanOrEqual(least - 1e-6);
      }
    }),
  );
});

test('a hundred thousand names push nobody out, and hardly make anybody fuller', () => {
  const counts = new LeakyCounts({ salt: new Uint8Array([1, 2, 3]), leakMs: 60_000, cells: 65_536 });
  for (let i = 0; i < 5; i++) counts.add('appops', 1, 0);
  for (let i = 0; i < 100_000; i++) counts.add(`user-${i}`, 1, 0);
  expect(counts.count('appops', 0)).toBeGreaterThanOrEqual(5);
  const others = Array.from({ length: 200 }, (_, i) => counts.count(`somebody-${i}`, 0));
  expect(others.filter(count => count >= 4)).toEqual([]);
});

test('what was taken back is as if it had not been, and time forgets', () => {
  const counts = new LeakyCounts({ salt: new Uint8Array([1]), leakMs: 1_000, cells: 64 });
  counts.add('appops', 1, 0);
  counts.add('appops', 1, 0);
  counts.add('appops', -1, 0);
  expect(counts.count('appops', 0)).toBe(1);
  expect(counts.count('appops', 500)).toBe(0.5);
  expect(counts.count('appops', 5_000)).toBe(0);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:22ff::1', '2001:db8:1:2200::/56'],
  ['2001:db8:1:2200:ffff:ffff:ffff:ffff', '2001:db8:1:2200::/56'],
  ['2001:db8:1:2300::1', '2001:db8:1:2300::/56'],
  ['2001:DB8::1', '2001:db8:0:0::/56'],
  ['fe80::1%eth0', 'fe80:0:0:0::/56'],
  ['::1', '0:0:0:0::/56'],
])('%s is in %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
