import { expect, test } from 'vitest';
import { dropFields, presentPaths } from './field-sets.ts';
import type { FieldSet } from './object.ts';

const document = () => ({
  metadata: { labels: { 'a/b': '1', c: '2' }, finalizers: ['x', 'y'] },
  spec: { replicas: 1, containers: [{ name: 'a', image: 'i' }, { name: 'b' }] },
});

const set: FieldSet = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:a/b': {} }, 'f:finalizers': { 'v:"x"': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:missing': {},
    'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} }, 'k:{"name":"z"}': {} },
  },
};

test('what of a set is in a document is named by its paths', () => {
  expect(presentPaths(document(), set)).toEqual([
    '/metadata/labels/a~1b',
    '/metadata/finalizers/[x]',
    '/spec/replicas',
    '/spec/containers/[name=a]/name',
    '/spec/containers/[name=a]/image',
  ]);
});

test('fields are dropped, items keep their keys', () => {
  const changed = document();
  dropFields(changed, set);
  expect(changed).toEqual({
    metadata: { labels: { c: '2' }, finalizers: ['y'] },
    spec: { containers: [{ name: 'a' }, { name: 'b' }] },
  });
});
