import { describe, expect, it } from 'vitest';
import type { ApplicationStatus } from '../model/status.ts';
import { applicationOf } from '../model/testing.ts';
import { judgeDependencies } from './dependencies.ts';

function world(edges: Record<string, string[]>, ready: string[]) {
  const all = new Map(Object.entries(edges).map(([name, dependsOn]) => [name, applicationOf({}, { name, dependsOn })]));
  const statusOf = (name: string) =>
    ({
      sync: { status: ready.includes(name) ? 'Synced' : 'OutOfSync' },
      health: { status: 'Healthy' },
    }) as ApplicationStatus;
  return judgeDependencies(all.get('a') ?? applicationOf({}), all, statusOf);
}

describe('dependencies', () => {
  it.each<[string, Record<string, string[]>, string[], boolean]>([
    ['none', { a: [] }, [], true],
    ['one that is ready', { a: ['b'], b: [] }, ['b'], true],
    ['one that is not', { a: ['b'], b: [] }, [], false],
    ['one of two', { a: ['b', 'c'], b: [], c: [] }, ['b'], false],
    ['one that is not declared', { a: ['nowhere'] }, [], false],
    ['a circle', { a: ['b'], b: ['c'], c: ['a'] }, ['b', 'c'], false],
    ['a circle elsewhere', { a: ['b'], b: ['c'], c: ['b'] }, ['b'], true],
  ])('%s', (_, edges, ready, expected) => {
    expect(world(edges, ready).ready).toBe(expected);
  });

  it('names the circle', () => {
    expect(world({ a: ['b'], b: ['a'] }, []).conditions[0]?.message).toContain('a → b → a');
  });
});
