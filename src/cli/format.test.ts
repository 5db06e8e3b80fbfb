import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { healthStatuses } from '../model/resource.ts';
import { ago, duration, healthWord, parseDuration, resultWord, shortRevision, syncWord, timestamp } from './format.ts';
import { colourStyle, plainStyle } from './style.ts';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['90', 90_000],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '-1', '5 m', 'm', '5d', '1.5h', '5mx', 'five'])('refuses %j', text => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [0, '0s'],
    [59_400, '59s'],
    [60_000, '1m'],
    [3_599_000, '59m'],
    [90_000_000, '1d'],
  ])('shows %d ms', (ms, text) => expect(duration(ms)).toBe(text));

  it('reads what it shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_000 }), seconds => {
        const back = parseDuration(duration(seconds * 1_000)) ?? -1;
        expect(back).toBeLessThanOrEqual(seconds * 1_000);
        expect(back * 2 + 1_000).toBeGreaterThan(seconds * 1_000);
      }),
    );
  });
});

it('shows times before and after now', () => {
  expect([ago(1_000, 61_000), ago(61_000, 1_000), ago(undefined, 0)]).toEqual(['1m ago', 'in 1m', '']);
  expect(timestamp(0)).toBe('1970-01-01 00:00:00');
});

it.each([
  ['0123456789abcdef0123456789abcdef01234567', '0123456'],
  [`${'a'.repeat(64)}`, 'aaaaaaa'],
  [`sha256:${'b'.repeat(64)}`, 'sha256:bbbbbbb'],
  ['1.2.3', '1.2.3'],
  ['', ''],
  ['v1\u001b[2J', 'v1'],
])('shows revision %j as %j', (revision, text) => expect(shortRevision(revision)).toBe(text));

it('says every status with a symbol and a word', () => {
  for (const status of healthStatuses) expect(healthWord(status, plainStyle)).toMatch(new RegExp(`^\\S ${status}$`));
  for (const status of ['Synced', 'OutOfSync', 'Unknown'] as const)
    expect(syncWord(status, plainStyle)).toContain(status);
  expect(resultWord('failed', colourStyle)).toBe('\u001b[31m✗ failed\u001b[0m');
});
