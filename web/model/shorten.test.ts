import { expect, test } from 'vitest';
import { shortenMiddle, shortRevision } from './shorten.ts';

test.each([
  ['web', 8, 'web'],
  ['checkout-7f9c5d-x2k9q', 12, 'checko…x2k9q'],
  ['abcdef', 6, 'abcdef'],
  ['abcdefg', 6, 'abc…fg'],
])('%s in %i characters is %s', (text, most, short) => {
  expect(shortenMiddle(text, most)).toBe(short);
  expect(short.length).toBeLessThanOrEqual(most);
});

test.each([
  ['3f2a91c4b5d60718293a4b5c6d7e8f9012345678', '3f2a91c'],
  [`sha256:${'ab'.repeat(32)}`, 'abababa'],
  ['v1.4.2', 'v1.4.2'],
  ['', ''],
])('the revision %s is shown as %s', (revision, short) => {
  expect(shortRevision(revision)).toBe(short);
});
