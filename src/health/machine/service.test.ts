import { describe, expect, test } from 'vitest';
import { type RunState, serviceHealth } from './service.ts';

const times = { settleMs: 1_000, stableMs: 10_000 };
const last = { exit: { code: 1, signal: undefined }, at: 0, line: 'no database' };

describe('serviceHealth', () => {
  test.each<[what: string, state: RunState, ranMs: number, status: string, message: string]>([
    ['before the first start', { phase: 'starting', failures: 0, restarts: 0 }, 0, 'Progressing', 'starting'],
    ['just started', { phase: 'running', failures: 0, restarts: 0 }, 999, 'Progressing', 'just started'],
    ['settled', { phase: 'running', failures: 0, restarts: 0 }, 1_000, 'Healthy', ''],
    [
      'killed once',
      {
        phase: 'waiting',
        failures: 1,
        restarts: 1,
        last: { exit: { code: undefined, signal: 'SIGKILL' }, at: 0, line: '' },
      },
      0,
      'Progressing',
      'starting again; it was ended by SIGKILL',
    ],
    [
      'up again',
      { phase: 'running', failures: 1, restarts: 1, last },
      500,
      'Progressing',
      'started again; it ended with exit code 1; its last line: no database',
    ],
    ['up again and settled', { phase: 'running', failures: 1, restarts: 1, last }, 1_000, 'Healthy', ''],
    [
      'in a loop, waiting',
      { phase: 'waiting', failures: 3, restarts: 3, nextAt: 4_000, last },
      0,
      'Degraded',
      'ended with exit code 1; its last line: no database (3 times in a row); next start in 4 s',
    ],
    [
      'in a loop, running for a moment',
      { phase: 'running', failures: 3, restarts: 3, last },
      9_999,
      'Degraded',
      'keeps ending (3 times in a row); it ended with exit code 1; its last line: no database',
    ],
    ['out of the loop', { phase: 'running', failures: 3, restarts: 3, last }, 10_000, 'Healthy', ''],
    [
      'never started',
      {
        phase: 'waiting',
        failures: 1,
        restarts: 1,
        nextAt: 0,
        last: { error: 'There is no program x', at: 0, line: '' },
      },
      0,
      'Degraded',
      'cannot be started: There is no program x; next start in 0 s',
    ],
    [
      'ended while nobody looked',
      {
        phase: 'waiting',
        failures: 1,
        restarts: 1,
        last: { exit: { code: undefined, signal: undefined }, at: 0, line: '' },
      },
      0,
      'Progressing',
      'starting again; it ended',
    ],
  ])('%s', (_what, state, ranMs, status, message) => {
    expect(serviceHealth(state, 0, ranMs, times)).toEqual({ status, message });
  });
});
