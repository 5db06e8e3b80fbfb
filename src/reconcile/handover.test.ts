import { expect, test } from 'vitest';
import type { Project } from '../model/application.ts';
import type { Comparison } from '../model/plan.ts';
import { parseResourceKey } from '../model/resource.ts';
import { type Dropped, mayClaim, noteDropped, type Unread } from './handover.ts';
import type { ApplicationState } from './state.ts';

const id = parseResourceKey('/ConfigMap/web/config');
const at = 100_000;

/** Dropped at 100 s, and declared at a look that began at 90 s. */
const drop: Dropped = { after: 90_000, since: at };
const read: Unread = {
  name: 'shop',
  project: undefined,
  asOf: 95_000,
  failsSince: undefined,
  isOutdated: false,
  isDue: false,
  isInTrouble: false,
};
const unreadable: Unread = { ...read, asOf: undefined, failsSince: 95_000 };
const longBroken: Unread = { ...unreadable, failsSince: 80_000 };
const elsewhere: Project = {
  name: 'others',
  sourceRepos: ['*'],
  destinations: [{ server: '*', name: '', namespace: 'others' }],
  clusterResourceAllow: [],
  clusterResourceDeny: [],
  namespaceResourceAllow: undefined,
  namespaceResourceDeny: [],
  serviceAccounts: [],
  roles: [],
  conditions: [],
};

const soon = false;
const late = true;
test.each<[string, Unread, Dropped, boolean, boolean]>([
  ['was read', read, drop, soon, false],
  ['is about to be looked at', { ...read, isDue: true }, drop, soon, true],
  ['was read since, and is looked at for something else', { ...read, asOf: at + 1, isDue: true }, drop, soon, false],
  ['comes from what has moved since', { ...read, isOutdated: true }, drop, late, true],
  ['was not looked at yet', { ...read, asOf: undefined }, drop, late, true],
  ['cannot be read since the same commit', unreadable, drop, late, true],
  ['could not be read before, either', longBroken, drop, soon, true],
  ['could not be read before, either, for a while', longBroken, drop, late, false],
  ['cannot be read, and nothing is known of before', longBroken, { ...drop, after: undefined }, late, true],
])('an application that %s', (_, other, dropped, isLate, expected) => {
  expect(mayClaim(other, id, dropped, isLate, '')).toBe(expected);
});

test('an application has no claim to what its project forbids', () => {
  expect(mayClaim({ ...unreadable, project: elsewhere }, id, drop, soon, '')).toBe(false);
});

test('what is dropped is known since it was first found so, and after the last look at which Git declared it', () => {
  const state: Pick<ApplicationState, 'dropped' | 'comparedAsOf'> = { dropped: new Map() };
  const rowsOf = (...extra: string[]) => extra.map((key): Comparison => ({ key, state: 'extra' }));
  noteDropped(state, rowsOf('a'), 12, 10);
  noteDropped(state, rowsOf('a', 'b'), 22, 20);
  // A pinned revision may declare what Git no longer does.
  noteDropped(state, rowsOf('b'), 32);
  noteDropped(state, rowsOf('a', 'b'), 42, 40);
  expect(Object.fromEntries(state.dropped)).toEqual({ a: { after: 20, since: 42 }, b: { after: 10, since: 22 } });
});
