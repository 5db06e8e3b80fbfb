import { expect, test } from 'vitest';
import type { Env } from '../../env/env.ts';
import { realEnv } from '../../env/real.ts';
import { Passwords, passwordProblem } from './password.ts';

/** Real, but quick. */
const env = realEnv();
const quick: Env = {
  ...env,
  hashing: { scrypt: (password, salt, more) => env.hashing.scrypt(password, salt, { ...more, cost: 2 ** 8 }) },
};

test('a hash says how it was made, is another each time, and fits its password only', async () => {
  const passwords = new Passwords(quick);
  const [hash, other] = await Promise.all([passwords.hash('Grüße aus Köln'), passwords.hash('Grüße aus Köln')]);
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(other).not.toBe(hash);
  expect(await passwords.matches('Grüße aus Köln', hash)).toBe(true);
  // The same letters, as another keyboard sends them.
  expect(await passwords.matches('Grüße aus Köln'.normalize('NFD'), hash)).toBe(true);
  expect(await passwords.matches('Grüße aus Kölln', hash)).toBe(false);
});

test.each([
  '',
  'plain',
  '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$2b$10$x',
  undefined,
])('nothing fits the hash %s, and it takes no more time than another', async hash => {
  let cost = 0;
  const counting = {
    ...env,
    hashing: {
      scrypt: async (_: string, __: Uint8Array, options: { cost: number }) => {
        cost = options.cost;
        return new Uint8Array(32);
      },
    },
  };
  expect(await new Passwords(counting).matches('x', hash)).toBe(false);
  expect(cost).toBe(2 ** 15);
});

test.each([
  ['four words at random', undefined],
  ['kR8#vv2$Lq0!', undefined],
  ['пароль из слов', undefined],
  ['elevenchars', 'must have 12 characters or more'],
  ['abababababababab', 'must have more than a few different characters'],
  ['appops-marie-2024', 'must be more than the name'],
  ['I am appops-marie, and I like words', undefined],
])('%s: %s', (password, problem) => {
  expect(passwordProblem(password, 'appops-marie')).toBe(problem);
});
