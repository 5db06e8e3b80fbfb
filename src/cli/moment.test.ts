import { expect, test } from 'vitest';
import { parseMoment } from './moment.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['now', '2026-11-21T12:00:00.000Z'],
  ['2h ago', '2026-11-21T10:00:00.000Z'],
  ['90m', '2026-11-21T10:30:00.000Z'],
  ['1d12h ago', '2026-11-20T00:00:00.000Z'],
  ['1w ago', '2026-11-14T12:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20 08:15', '2026-11-20T08:15:00.000Z'],
  ['2026-11-20T08:15:30.5Z', '2026-11-20T08:15:30.500Z'],
  ['2026-11-20T08:15+01:00', '2026-11-20T07:15:00.000Z'],
])('%s', (text, expected) => {
  expect(new Date(parseMoment(text, now)).toISOString()).toBe(expected);
});

test.each(['', 'yesterday', '2h from now', '2026-13-01', '20261121', '-2h', '2026-11-21 25:00'])(
  '%j is no time',
  text => {
    expect(() => parseMoment(text, now)).toThrow(/is no time/);
  },
);
