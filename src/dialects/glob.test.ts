import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches } from './glob.ts';

test.each<[string, string, boolean]>([
  ['*', 'anything/at/all', true],
  ['', '', true],
  ['', 'a', false],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbd', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['team-[ab]', 'team-b', true],
  ['team-[!ab]', 'team-b', false],
  ['team-[a-f]x', 'team-ex', true],
  ['{dev,test}-*', 'test-1', true],
  ['{dev,test}-*', 'prod-1', false],
  ['{a,{b,c}}d', 'cd', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['[', '[', true],
  ['}{', '}{', true],
])('%j on %j: %s', (pattern, text, expected) => {
  expect(globMatches(pattern, text)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['https://host/team/*', 'https://host/team/repo', true],
  ['https://host/team/*', 'https://host/team/sub/repo', false],
  ['https://host/team/**', 'https://host/team/sub/repo', true],
  ['https://host/?', 'https://host//', false],
])('with a separator, %j on %j: %s', (pattern, text, expected) => {
  expect(globMatches(pattern, text, '/')).toBe(expected);
});

test('text without special characters matches itself and nothing else', () => {
  const plain = fc.string().filter(text => !/[*?[\]{}\\]/.test(text));
  fc.assert(fc.property(plain, plain, (a, b) => globMatches(a, b) === (a === b) && globMatches(a, a)));
});

test('a star in place of any part still matches', () => {
  const plain = fc.string().filter(text => !/[*?[\]{}\\]/.test(text));
  fc.assert(fc.property(plain, plain, plain, (a, b, c) => globMatches(`${a}*${c}`, a + b + c)));
});

test('no pattern takes long', () => {
  const text = 'a'.repeat(2_000);
  const steps: [string, string][] = [
    [`${'*a'.repeat(100)}b`, text],
    ['{a,b}'.repeat(100), text],
    ['{'.repeat(1_000), text],
    [`${'{a,'.repeat(300)}${'}'.repeat(300)}`, text],
  ];
  const before = performance.now();
  for (const [pattern, against] of steps) expect(globMatches(pattern, against)).toBe(false);
  expect(performance.now() - before).toBeLessThan(500);
});
