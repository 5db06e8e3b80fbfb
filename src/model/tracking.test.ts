import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelForm } from './tracking.ts';

test('a name that can be a label is the label', () => {
  for (const name of ['shop', 'a', 'team-1.shop_web', 'x'.repeat(63)]) expect(labelForm(name)).toBe(name);
});

test('two long names with the same beginning have different labels', () => {
  const long = 'x'.repeat(70);
  expect(labelForm(`${long}a`)).not.toBe(labelForm(`${long}b`));
});

test('whatever the name, the label is one that Kubernetes takes', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200 }), name => {
      expect(labelForm(name)).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
    }),
  );
});
