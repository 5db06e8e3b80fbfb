import { expect, test } from 'vitest';
import { getAt, parsePointer, removeAll, setAt } from './json-path.ts';

test.each([
  ['', []],
  ['/a/b', ['a', 'b']],
  ['/a~1b/m~0n/', ['a/b', 'm~n', '']],
  ['a', undefined],
])('pointer %j', (pointer, path) => {
  expect(parsePointer(pointer)).toEqual(path);
});

test('several items of one list go without getting in each other’s way', () => {
  const document = { list: ['a', 'b', 'c', 'd'], deep: { x: 1, y: 2 } };
  removeAll(document, [
    ['list', 0],
    ['list', '2'],
    ['deep', 'x'],
    ['list', 9],
    ['no', 'such'],
  ]);
  expect(document).toEqual({ list: ['b', 'd'], deep: { y: 2 } });
});

test('paths do not lead into prototypes', () => {
  const document = { a: {} };
  setAt(document, ['__proto__', 'polluted'], true);
  setAt(document, ['a', '__proto__'], { polluted: true });
  setAt(document, ['constructor', 'prototype', 'polluted'], true);
  expect(getAt({}, ['polluted'])).toBeUndefined();
  expect(getAt(document, ['constructor', 'name'])).toBeUndefined();
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
