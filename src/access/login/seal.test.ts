import fc from 'fast-check';
import { expect, test } from 'vitest';
import { realEnv } from '../../env/real.ts';
import { Challenges, keyFor, seal, unseal } from './seal.ts';

const { random } = realEnv();
const key = keyFor('test', 'secret');

test('only the same key opens what was sealed, and only as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, flip) => {
      const sealed = seal(key, random, text);
      expect(unseal(key, sealed)).toBe(text);
      expect(unseal(keyFor('other', 'secret'), sealed)).toBeUndefined();
      const bytes = Buffer.from(sealed, 'base64url');
      const i = at % bytes.length;
      bytes[i] = (bytes[i] ?? 0) ^ flip;
      expect(unseal(key, bytes.toString('base64url'))).toBeUndefined();
    }),
  );
});

test('what was never sealed opens to nothing', () => {
  fc.assert(fc.property(fc.string(), text => unseal(key, text) === undefined));
});

test('a challenge is good for one thing, for a time, and once', () => {
  const challenges = new Challenges(random);
  const challenge = challenges.make('a', 1_000);
  expect(challenges.isGood(challenge, 'a', 999)).toBe(true);
  expect(challenges.isGood(challenge, 'b', 999)).toBe(false);
  expect(challenges.isGood(challenge, 'a', 1_000)).toBe(false);
  expect(new Challenges(random).isGood(challenge, 'a', 0)).toBe(false);
  challenges.use(challenge, 0);
  expect(challenges.isGood(challenge, 'a', 0)).toBe(false);
  fc.assert(fc.property(fc.base64String(), text => !challenges.isGood(text, 'a', 0)));
});
