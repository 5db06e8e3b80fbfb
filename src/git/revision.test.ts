import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, isRefName, parseRevision, prefixesOf } from './revision.ts';

const id = 'A'.repeat(40);

test.each([
  ['', { kind: 'ref', ref: 'HEAD' }],
  ['HEAD', { kind: 'ref', ref: 'HEAD' }],
  ['main', { kind: 'name', name: 'main', tagPrefix: '' }],
  ['team/feature-1', { kind: 'name', name: 'team/feature-1', tagPrefix: '' }],
  ['refs/heads/main', { kind: 'ref', ref: 'refs/heads/main' }],
  [id, { kind: 'commit', id: id.toLowerCase() }],
  ['v1.2.3', { kind: 'name', name: 'v1.2.3', tagPrefix: '' }],
  ['1.2', { kind: 'name', name: '1.2', tagPrefix: '' }],
  ['abc1234', { kind: 'name', name: 'abc1234', tagPrefix: '' }],
  ['^1.2', { kind: 'range', range: '^1.2', tagPrefix: '' }],
  ['~1.2.0', { kind: 'range', range: '~1.2.0', tagPrefix: '' }],
  ['>=1.0.0 <2', { kind: 'range', range: '>=1.0.0 <2', tagPrefix: '' }],
  ['1.x', { kind: 'range', range: '1.x', tagPrefix: '' }],
  ['*', { kind: 'range', range: '*', tagPrefix: '' }],
])('%j', (text, wanted) => {
  expect(parseRevision(text)).toEqual(wanted);
});

test.each([
  '-x',
  '--upload-pack=x',
  'refs/heads/../../config',
  'refs/heads/-x/../y',
  'a..b',
  'a\nb',
  'a\0b',
  'a b',
  'main:refs/heads/evil',
  'a^{commit}',
  'HEAD~1',
  'x@{1}',
  '@',
  'a/.hidden',
  'a.lock',
  'a//b',
  '/a',
  'a/',
  'x'.repeat(300),
])('%j is refused', text => {
  expect(() => parseRevision(text)).toThrow(expect.objectContaining({ code: 'GIT_REVISION_INVALID' }));
});

test('whatever is taken as a name holds nothing that Git would read otherwise', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      if (isRefName(text)) expect(text).not.toMatch(/^-|\.\.|[\s:~^?*[\\\0]|@\{/);
    }),
  );
});

const names = (...list: string[]) => new Set(list);

test.each([
  ['main', ['refs/heads/main', 'refs/heads/main2'], ['refs/heads/main']],
  ['x', ['refs/heads/x', 'refs/tags/x'], ['refs/heads/x', 'refs/tags/x']],
  ['1.2', ['refs/tags/1.2.0', 'refs/tags/v1.2.9', 'refs/tags/v1.3.0'], ['refs/tags/v1.2.9']],
  ['1.2', ['refs/tags/1.2', 'refs/tags/v1.2.9'], ['refs/tags/1.2']],
  ['^1.2', ['refs/tags/v1.2.0', 'refs/tags/1.10.0', 'refs/tags/2.0.0', 'refs/tags/x'], ['refs/tags/1.10.0']],
  ['*', ['refs/tags/v1.0.0', 'refs/tags/v2.0.0-rc.1'], ['refs/tags/v1.0.0']],
  ['>=2.0.0-0', ['refs/tags/v1.0.0', 'refs/tags/v2.0.0-rc.1'], ['refs/tags/v2.0.0-rc.1']],
  ['^1', ['refs/tags/v1.0.0', 'refs/tags/1.0.0'], ['refs/tags/1.0.0']],
  ['^1', ['refs/tags/1.0.0', 'refs/tags/v1.0.0'], ['refs/tags/1.0.0']],
  ['>=1.0, <1.5', ['refs/tags/v1.0.0', 'refs/tags/v1.4.0', 'refs/tags/v1.5.0'], ['refs/tags/v1.4.0']],
  ['^9', ['refs/tags/v1.0.0'], []],
])('%s among %j is %j', (revision, has, chosen) => {
  expect(choose(parseRevision(revision), names(...has))).toEqual(chosen);
});

test('a tag prefix leaves the other tags out', () => {
  const wanted = parseRevision('^1', 'shop-');
  expect(choose(wanted, names('refs/tags/1.9.0', 'refs/tags/shop-1.1.0', 'refs/tags/shop-v1.0.0'))).toEqual([
    'refs/tags/shop-1.1.0',
  ]);
  const asked = ['1.', 'v1.', '2.', 'v2.'].map(begin => `refs/tags/shop-${begin}`);
  expect(prefixesOf(wanted)).toEqual(asked);
});

test.each([
  ['^1.2', ['1.', 'v1.', '2.', 'v2.']],
  ['~1.2 || 7.x', ['1.', 'v1.', '7.', 'v7.', '8.', 'v8.']],
  ['=1.2.3', ['1.', 'v1.']],
  ['*', ['']],
  ['>=1', ['']],
  ['<2', ['']],
  ['>=1 <9', ['']],
])('for %s the tags that begin with %j are asked for', (range, begins) => {
  expect(prefixesOf(parseRevision(range))).toEqual(begins.map(begin => `refs/tags/${begin}`));
});

test('whatever is chosen was asked for', () => {
  const revision = fc.constantFrom(
    'main',
    '1.2',
    'v1',
    '^1',
    '~1.2.3',
    '>=1.2.3-0 <2',
    '1.2.3 || 1.2.5',
    '*',
    'refs/heads/x',
    'HEAD',
    'abc1234',
  );
  const ref = fc.constantFrom('main', 'x', '1.2', '1.2.3', 'v1.2.4', 'p-1.2.5', 'p-v1.0.0', 'abc1234', 'v1');
  const refs = fc.array(fc.tuple(fc.constantFrom('refs/heads/', 'refs/tags/'), ref).map(parts => parts.join('')));
  fc.assert(
    fc.property(revision, fc.constantFrom('', 'p-'), refs, (text, prefix, has) => {
      const wanted = parseRevision(text, prefix);
      const asked = prefixesOf(wanted);
      for (const name of choose(wanted, new Set(has))) expect(asked.some(one => name.startsWith(one))).toBe(true);
    }),
  );
});
