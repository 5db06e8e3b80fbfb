import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withNextStep } from './next-steps.ts';

const level = 'warning' as const;

test('what an error says itself stays', () => {
  const said = { type: 'Fight', message: 'm', level, advice: 'Wait.' };
  expect(withNextStep(said)).toEqual(said);
  expect(withNextStep({ type: 'Fight', message: 'm', level }).advice).toMatch(/\.$/);
  expect(withNextStep({ type: 'Other', message: 'm', level })).toEqual({ type: 'Other', message: 'm', level });
});

test('every condition that is made here has a next step', () => {
  const files = readdirSync(import.meta.dirname).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const types = files.flatMap(name =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/\btype: '([A-Z]\w+)'/g)].map(
      ([, type = '']) => type,
    ),
  );
  // This one is made of errors only.
  const own = [...new Set(types)].filter(type => type !== 'ComparisonError');
  expect(own.length).toBeGreaterThan(5);
  expect(own.filter(type => withNextStep({ type, message: '', level }).advice === undefined)).toEqual([]);
});
