import { expect, test } from 'vitest';
import { shortSummary } from './summary.ts';

test.each([
  [undefined, ''],
  ['ClusterIP, port 80', 'ClusterIP, port 80'],
  ['registry.example/team/web:1.8, 3/3 ready', '3/3 ready, web:1.8'],
])('%s is shown as %s', (summary, short) => {
  expect(shortSummary(summary)).toBe(short);
});
