import { expect, test } from 'vitest';
import { addressOf } from './client.ts';

test.each([
  [{}, '/a'],
  [{ q: undefined }, '/a'],
  [{ q: 'a b&c', limit: 5, follow: true }, '/a?q=a+b%26c&limit=5&follow=true'],
  [{ state: ['unhealthy', 'errors'] }, '/a?state=unhealthy&state=errors'],
])('the query %j', (query, address) => {
  expect(addressOf('/a', query)).toBe(address);
});
