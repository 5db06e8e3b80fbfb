import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldChange } from '../../model/resource.ts';
import { differences } from './differences.ts';
import type { FieldSet } from './object.ts';

const port = (containerPort: number, more: object = {}) => ({ containerPort, protocol: 'TCP', ...more });
const byName = { 'k:{"name":"a"}': {}, 'k:{"name":"b"}': {} };
const byPort = { 'k:{"containerPort":80,"protocol":"TCP"}': {} };

test.each<[string, unknown, unknown, FieldSet, FieldChange[]]>([
  ['nothing', { a: 1, b: [1] }, { b: [1], a: 1 }, {}, []],
  ['a value', { a: 1 }, { a: 2 }, {}, [{ path: '/a', live: '1', declared: '2' }]],
  ['a field that is missing', {}, { a: { b: 1 } }, {}, [{ path: '/a', declared: '{"b":1}' }]],
  ['a field that is too much', { a: 1 }, {}, {}, [{ path: '/a', live: '1' }]],
  ['another type', { a: [1] }, { a: { b: 1 } }, {}, [{ path: '/a', live: '[1]', declared: '{"b":1}' }]],
  ['names with slashes and tildes', { 'a/b~c': 1 }, {}, {}, [{ path: '/a~1b~0c', live: '1' }]],
  [
    'items by the key that managers use, in any order',
    { p: [port(443), port(80, { name: 'x' })] },
    { p: [port(80, { name: 'y' }), port(443)] },
    { 'f:p': byPort },
    [{ path: '/p/[containerPort=80,protocol=TCP]/name', live: '"x"', declared: '"y"' }],
  ],
  [
    'items that are missing or too much',
    { c: [{ name: 'a' }] },
    { c: [{ name: 'b' }] },
    { 'f:c': byName },
    [
      { path: '/c/[name=a]', live: '{"name":"a"}' },
      { path: '/c/[name=b]', declared: '{"name":"b"}' },
    ],
  ],
  [
    'items of a list that is one field, by their names',
    { c: [{ name: 'a', v: 1 }] },
    { c: [{ name: 'a', v: 2 }] },
    { 'f:c': {} },
    [{ path: '/c/[name=a]/v', live: '1', declared: '2' }],
  ],
  [
    'sets of values',
    { f: ['x', 'y'] },
    { f: ['y', 'z'] },
    { 'f:f': { 'v:"x"': {}, 'v:"y"': {} } },
    [
      { path: '/f/[x]', live: '"x"' },
      { path: '/f/[z]', declared: '"z"' },
    ],
  ],
  [
    'lists without keys, as a whole',
    { l: [1, 2] },
    { l: [2, 1] },
    {},
    [{ path: '/l', live: '[1,2]', declared: '[2,1]' }],
  ],
  [
    'items whose names are not their own, as a whole',
    { l: [{ name: 'a' }, { name: 'a' }] },
    { l: [{ name: 'a' }] },
    {},
    [{ path: '/l', live: '[{"name":"a"},{"name":"a"}]', declared: '[{"name":"a"}]' }],
  ],
])('%s', (_title, live, declared, fields, changes) => {
  expect(differences({ live, declared, fields, scope: 'all' })).toEqual(changes);
});

test('only fields of the scope count', () => {
  const live = { spec: { replicas: 1, paused: true, c: [{ name: 'a', image: 'x' }, { name: 'b' }] }, other: 1 };
  const declared = { spec: { replicas: 2, paused: false, c: [{ name: 'a', image: 'y' }] }, other: 2 };
  const scope = { 'f:spec': { 'f:replicas': {}, 'f:c': { 'k:{"name":"a"}': { '.': {}, 'f:image': {} } } } };
  const changes = differences({ live, declared, fields: scope, scope });
  expect(changes.map(({ path }) => path)).toEqual(['/spec/c/[name=a]/image', '/spec/replicas']);
});

test('a document does not differ from itself, whatever its order, and does from any other', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const reordered: unknown = JSON.parse(JSON.stringify(a));
      expect(differences({ live: a, declared: reordered, fields: {}, scope: 'all' })).toEqual([]);
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      if (isSame) expect(differences({ live: a, declared: b, fields: {}, scope: 'all' })).toEqual([]);
    }),
  );
});
