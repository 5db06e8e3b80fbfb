import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, intersection, itself, paths, sorted, union, without } from './field-set.ts';
import type { FieldSet } from './json.ts';

const element = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'v:"y"');
const { set } = fc.letrec<{ set: FieldSet }>(tie => ({
  set: fc
    .tuple(
      fc.boolean(),
      fc.dictionary(element, fc.oneof({ maxDepth: 3 }, fc.constant(itself), tie('set')), { maxKeys: 3 }),
    )
    .map(([isMember, below]) => (isMember && Object.keys(below).length > 0 ? { '.': itself, ...below } : below)),
}));
/** The whole is no field. */
const fields = set.map(({ '.': _, ...below }) => below as FieldSet);

test('what two sets have is what either has', () => {
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      expect(new Set(paths(union(a, b)))).toEqual(new Set([...paths(a), ...paths(b)]));
    }),
  );
});

test('a set is what it shares with another and what it does not', () => {
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      const shared = new Set(paths(b));
      expect(paths(intersection(a, b))).toEqual(paths(a).filter(path => shared.has(path)));
      expect(paths(difference(a, b))).toEqual(paths(a).filter(path => !shared.has(path)));
      expect(sorted(union(intersection(a, b), difference(a, b)))).toEqual(sorted(a));
    }),
  );
});

test('without takes what is below along', () => {
  const a = { 'f:spec': { 'f:x': itself, 'f:y': { '.': itself, 'f:z': itself } }, 'f:status': { 'f:n': itself } };
  expect(without(a, { 'f:status': itself })).toEqual({ 'f:spec': a['f:spec'] });
  expect(without(a, { 'f:spec': { 'f:y': itself } })).toEqual({
    'f:spec': { 'f:x': itself },
    'f:status': a['f:status'],
  });
});

test('paths are written as the server writes them', () => {
  const set = {
    'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': itself, 'f:name': itself } } },
    'f:tags': { 'v:"x"': itself },
  };
  expect(paths(set)).toEqual([
    '.spec.ports[port=80,protocol="TCP"]',
    '.spec.ports[port=80,protocol="TCP"].name',
    '.tags[="x"]',
  ]);
});
