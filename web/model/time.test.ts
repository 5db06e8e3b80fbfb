import { expect, test } from 'vitest';
import { localMinute, relativeTime, shortDuration, timeOfMinute } from './time.ts';

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [86_400_000 * 3.5, '3 d'],
  [86_400_000 * 400, '1 y'],
])('%i ms is %s', (ms, text) => {
  expect(shortDuration(ms)).toBe(text);
});

test.each([
  [-240_000, '4 min ago'],
  [-2_000, 'now'],
  [2_000, 'now'],
  [20_000, 'in 20 s'],
])('%i ms from now is %s', (offset, text) => {
  expect(relativeTime(1_000_000_000 + offset, 1_000_000_000)).toBe(text);
});

test('a field for a time says what was put into it, to the minute', () => {
  const at = Date.UTC(2026, 2, 1, 14, 5);
  expect(timeOfMinute(localMinute(at))).toBe(String(at));
  expect(timeOfMinute('')).toBe('');
});
