import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprint, intersects, isEmpty, lastAuthor, subtract, union } from './managed-fields.ts';
import type { FieldSet, ManagedFields } from './object.ts';

function entry(manager: string, fieldsV1: FieldSet, more: Partial<ManagedFields> = {}): ManagedFields {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    subresource: '',
    time: '2026-01-01T00:00:00Z',
    fieldsV1,
    ...more,
  };
}

const ours = entry('holdfast', { 'f:spec': { 'f:replicas': {} } }, { operation: 'Apply' });
const now = Date.parse('2026-01-02T00:00:00Z');

test('the fingerprint is of our fields and when we last changed them, not of others', () => {
  const print = fingerprint([ours]);
  expect(print).not.toBe('');
  expect(fingerprint([entry('x', {}), { ...ours }])).toBe(print);
  expect(fingerprint([{ ...ours, time: '2027-01-01T00:00:00Z' }])).not.toBe(print);
  expect(fingerprint([entry('holdfast', { 'f:status': {} }, { subresource: 'status' }), ours])).toBe(print);
  expect(fingerprint([{ ...ours, fieldsV1: { 'f:spec': {} } }])).not.toBe(print);
  expect(fingerprint([{ ...ours, apiVersion: 'v2' }])).not.toBe(print);
  expect(fingerprint([{ ...ours, operation: 'Update' }])).not.toBe(print);
  expect(fingerprint([entry('x', {})])).toBe('');
});

test.each<[string, ManagedFields[], FieldSet | undefined, ReturnType<typeof lastAuthor>]>([
  ['nobody', [ours], undefined, undefined],
  [
    'who changed it after us',
    [ours, entry('kubectl-edit', {}, { time: '2026-01-01T05:00:00Z' })],
    undefined,
    { name: 'kubectl-edit', at: Date.parse('2026-01-01T05:00:00Z') },
  ],
  ['not who changed it before us', [ours, entry('helm', {}, { time: '2025-01-01T00:00:00Z' })], undefined, undefined],
  [
    'not who writes status',
    [ours, entry('controller', {}, { time: '2026-01-01T05:00:00Z', subresource: 'status' })],
    undefined,
    undefined,
  ],
  [
    'who scaled it, though that leaves no time',
    [ours, entry('kubectl', {}, { time: undefined, subresource: 'scale' })],
    undefined,
    { name: 'kubectl (scale)', at: now },
  ],
  [
    'who has what we lost, before who came later',
    [ours, entry('taker', { 'f:data': { 'f:a': {} } }), entry('later', {}, { time: '2026-01-01T09:00:00Z' })],
    { 'f:data': { 'f:a': {} } },
    { name: 'taker', at: Date.parse('2026-01-01T00:00:00Z') },
  ],
  [
    'somebody without a name',
    [ours, entry('', {}, { time: '2026-01-01T05:00:00Z' })],
    undefined,
    { name: 'unknown', at: Date.parse('2026-01-01T05:00:00Z') },
  ],
])('the author is %s', (_title, entries, lost, author) => {
  expect(lastAuthor(entries, now, lost)).toEqual(author);
});

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"c"}', '.');

function sets(depth: number): fc.Arbitrary<FieldSet> {
  return fc.dictionary(element, depth === 0 ? fc.constant({}) : sets(depth - 1), { maxKeys: 3 });
}

test('sets of fields are added and taken away', () => {
  fc.assert(
    fc.property(sets(3), sets(3), (a, b) => {
      expect(subtract(a, union(a, b))).toEqual({});
      expect(union(a, a)).toEqual(a);
      expect(union(subtract(a, b), b)).toEqual(union(b, a));
      if (isEmpty(a)) expect(intersects(a, b)).toBe(false);
    }),
  );
});
