import { expect, test } from 'vitest';
import { loginSearchOf } from './login-search.ts';

test.each([
  ['/applications?q=a', '/applications?q=a'],
  ['//evil.example/', undefined],
  ['/\\evil.example/', undefined],
  ['https://evil.example/', undefined],
  ['javascript:alert(1)', undefined],
])('after signing in, %s leads to %s', (address, back) => {
  expect(loginSearchOf({ return: address }).return).toBe(back);
});
