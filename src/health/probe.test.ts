import { describe, expect, test } from 'vitest';
import { type ProbeState, probesHealth } from './probe.ts';

const waiting: ProbeState = { name: 'page', timeoutMs: 5_000, waitingSince: 1_000, succeeded: false };

describe('probesHealth', () => {
  test.each<[what: string, states: ProbeState[], now: number, status: string, message: string]>([
    ['none', [], 0, 'Healthy', ''],
    ['no look yet', [waiting], 1_000, 'Progressing', 'probe page: no answer yet'],
    ['failing, in time', [{ ...waiting, failure: 'refused' }], 5_999, 'Progressing', 'probe page: refused'],
    ['too late', [{ ...waiting, failure: 'refused' }], 6_000, 'Degraded', 'probe page has failed for 5 s: refused'],
    ['succeeded', [{ ...waiting, succeeded: true }], 99_000, 'Healthy', ''],
    ['fails again', [{ ...waiting, succeeded: true, failure: '503' }], 2_000, 'Progressing', 'probe page: 503'],
    [
      'keeps failing',
      [{ ...waiting, succeeded: true, failure: '503' }],
      7_000,
      'Degraded',
      'probe page has failed for 5 s: 503',
    ],
    [
      'the worst speaks',
      [
        { ...waiting, succeeded: true },
        { ...waiting, name: 'db', failure: 'x' },
      ],
      7_000,
      'Degraded',
      'probe db has failed for 5 s: x',
    ],
  ])('%s', (_what, states, now, status, message) => {
    expect(probesHealth(states, now)).toEqual({ status, message });
  });
});
