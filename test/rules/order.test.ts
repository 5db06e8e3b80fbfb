import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { longest } from '../order.ts';

test('the tests that are begun first are there', () => {
  expect(longest.filter(path => !existsSync(path))).toEqual([]);
});
