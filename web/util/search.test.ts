import { expect, test } from 'vitest';
import { parseSearch, stringifySearch, textIn, textsIn } from './search.ts';

test.each([
  ['', {}],
  ['?q=a+b', { q: 'a b' }],
  ['?state=unhealthy&state=errors', { state: ['unhealthy', 'errors'] }],
])('%j is read, and written as it was', (text, search) => {
  expect(parseSearch(text)).toEqual(search);
  expect(stringifySearch(search)).toBe(text);
});

test('what is empty is left out of the address', () => {
  expect(stringifySearch({ q: '', state: [], sort: undefined })).toBe('');
});

test('what people type into an address is text, or nothing', () => {
  expect([textIn(['a', 'b']), textIn({}), textIn('')]).toEqual(['a', undefined, undefined]);
  expect(textsIn(['a', {}, '', 'b'])).toEqual(['a', 'b']);
});
