import { expect, test } from 'vitest';
import type { Health } from '../model/resource.ts';
import type { ApplicationStatus, Event, Sync } from '../model/status.ts';
import { applicationOf } from '../model/testing.ts';
import { freshState } from './fresh-state.ts';
import { HealthSince } from './health-since.ts';

const unseen = freshState(
  applicationOf({}),
  { target: { kind: 'kubernetes' }, store: { fact: () => undefined } },
  'r',
).status;
const statusOf = (health: Health['status'], more: Partial<ApplicationStatus> = {}): ApplicationStatus => ({
  ...unseen,
  observedAt: 1,
  health: { status: health, message: 'x' },
  ...more,
});
const told = (message: string, at: number, application = 'shop'): Event => {
  return { id: at, at, application, type: 'health', message, by: 'holdfast' };
};

function sinceOf(events: Event[] = [], healthyAt?: number): HealthSince {
  return new HealthSince({
    events: ({ where = () => true }) => events.filter(where),
    lastHealthySync: () => (healthyAt === undefined ? undefined : ({ healthyAt } as Sync)),
  });
}

test('it is the time of the last look that found another health', () => {
  const since = sinceOf();
  const before = statusOf('Healthy', { healthSince: 100 });
  expect(since.of(before, statusOf('Healthy'), 500)).toBe(100);
  expect(since.of(before, statusOf('Degraded'), 500)).toBe(500);
});

test.each<[string, Event[], number | undefined, Health['status'], number | undefined]>([
  ['what was told last', [told('Healthy', 5), told('Degraded: crashes', 9)], 3, 'Degraded', 9],
  ['not of another application', [told('Degraded: crashes', 9, 'bank')], undefined, 'Degraded', undefined],
  ['not when it was told otherwise', [told('Degraded: crashes', 9)], undefined, 'Progressing', undefined],
  ['else the last healthy sync, for what is healthy', [], 3, 'Healthy', 3],
  ['which says nothing of what is not', [], 3, 'Missing', undefined],
])('after a start: %s', (_, events, healthyAt, health, expected) => {
  expect(sinceOf(events, healthyAt).of(unseen, statusOf(health), 500)).toBe(expected);
});
