import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTree } from './tree-object.ts';

const id = 'ab'.repeat(20);
const row = (mode: string, name: string) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
const damaged = (reason: string) => new Error(`damaged: ${reason}`);
const parse = (...rows: Buffer[]) => parseTree(Buffer.concat(rows), damaged);

test.each([
  ['100644', 'file', false],
  ['100755', 'file', true],
  ['100664', 'file', false],
  ['40000', 'directory', false],
  ['120000', 'symlink', false],
  ['160000', 'submodule', false],
])('mode %s is a %s', (mode, type, executable) => {
  expect([...parse(row(mode, 'x')).values()]).toEqual([{ name: 'x', type, id, executable }]);
});

test('entries come in the order of their names, which is not that of git', () => {
  expect([...parse(row('100644', 'a.b'), row('40000', 'a'), row('100644', 'é'), row('100644', 'z')).keys()]).toEqual([
    'a',
    'a.b',
    'z',
    'é',
  ]);
});

test.each(['', '.', '..', 'a/b', '/'])('the name %j is refused', name => {
  expect(() => parse(row('100644', name))).toThrow(expect.objectContaining({ code: 'TREE_PATH_INVALID' }));
});

test('a name that is there twice is refused', () => {
  expect(() => parse(row('100644', 'x'), row('40000', 'x'))).toThrow(/twice/);
});

test('a tree that ends at any other offset is damaged', () => {
  const whole = Buffer.concat([row('100644', 'a'), row('40000', 'b')]);
  for (let end = 1; end < whole.length; end++) {
    if (end !== row('100644', 'a').length) expect(() => parse(whole.subarray(0, end))).toThrow('damaged');
  }
});

test('any bytes are a tree or an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      try {
        for (const name of parseTree(bytes, damaged).keys()) expect(name).not.toMatch(/^\.{0,2}$|\//);
      } catch (error) {
        expect(String(error)).toMatch(/damaged|cannot be the path/);
      }
    }),
  );
});
