import { expect, test } from 'vitest';
import type { Application } from '../model/application.ts';
import { Readiness } from './readiness.ts';

function declared(...names: string[]) {
  const seen = new Set<string>();
  const applications = new Map(names.map(name => [name, {} as Application]));
  const time = { now: 1_000 };
  const find = (name: string) => (seen.has(name) ? { seenAsOf: time.now } : {}) as never;
  const catalog = { applications, projects: new Map(), problems: [] };
  const readiness = new Readiness({ catalog, find }, { monotonic: () => time.now });
  return { readiness, seen, applications, time };
}

test('ready when what is declared was read, and each application looked at once', () => {
  const { readiness, seen, applications } = declared('a', 'b');
  expect(readiness.reasons('Git is away')).toEqual(['Git is away']);
  expect(readiness.reasons(undefined)).toEqual(['the declarations were not read yet']);
  readiness.read();
  expect(readiness.reasons(undefined)).toEqual(['2 applications were not looked at yet']);
  seen.add('a');
  expect(readiness.reasons(undefined)).toHaveLength(1);
  seen.add('b');
  expect(readiness.reasons(undefined)).toEqual([]);
  // What comes later, or fails later, is no reason.
  applications.set('c', {} as Application);
  readiness.read();
  expect(readiness.reasons('Git is away')).toEqual([]);
});

test('one that is no longer declared is not waited for', () => {
  const { readiness, seen, applications } = declared('a', 'b');
  readiness.read();
  seen.add('a');
  applications.delete('b');
  expect(readiness.reasons(undefined)).toEqual([]);
});

test('one whose first look hangs is waited for a minute', () => {
  const { readiness, time } = declared('a');
  readiness.read();
  time.now += 60_000;
  expect(readiness.reasons(undefined)).toHaveLength(1);
  time.now += 1;
  expect(readiness.reasons(undefined)).toEqual([]);
});

test('without applications there is nothing to wait for', () => {
  const { readiness } = declared();
  readiness.read();
  expect(readiness.reasons(undefined)).toEqual([]);
});
