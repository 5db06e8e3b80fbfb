import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { isBelow, readCredentials } from './credentials.ts';
import { operatorSchema } from './schema.ts';

const files: Record<string, string> = { '/s/token': 'CANARY\n', '/s/key': 'KEY\n', '/s/hosts': 'h ssh-ed25519 A' };
const env = {
  files: {
    read: async (path: string) => {
      const text = files[path];
      if (text === undefined) throw failure('FILE_NOT_FOUND', { path });
      return new TextEncoder().encode(text);
    },
  },
  processes: { variable: (name: string) => (name === 'ACCESS' ? 'FROM-ENV' : undefined) },
} as unknown as Env;

function load(...credentials: object[]) {
  return readCredentials(env, operatorSchema.parse({ repo: 'https://h/r', credentials }).credentials);
}

test('the longest prefix counts', async () => {
  const credentialsFor = await load(
    { prefix: 'https://h', username: 'all', passwordVariable: 'ACCESS' },
    { prefix: 'https://h/org', username: 'org', passwordFile: '/s/token' },
    { prefix: 'git@h:', sshKeyFile: '/s/key', knownHostsFile: '/s/hosts' },
  );
  expect(credentialsFor('https://h/org/a')).toEqual({ username: 'org', password: 'CANARY' });
  expect(credentialsFor('https://h/other/a')).toEqual({ username: 'all', password: 'FROM-ENV' });
  expect(credentialsFor('git@h:org/a.git')).toEqual({ sshPrivateKey: 'KEY\n', sshKnownHosts: 'h ssh-ed25519 A' });
  expect(credentialsFor('https://elsewhere/a')).toBeUndefined();
});

test.each<[string, string, boolean]>([
  ['https://h/org/repo', 'https://h/org', true],
  ['https://h/org/repo.git', 'https://h/org/repo', true],
  ['https://h/org/repo', 'https://h/org/repo', true],
  ['https://h/organisation/repo', 'https://h/org', false],
  ['https://h.evil/org', 'https://h', false],
  ['https://h:8443/org', 'https://h', false],
  ['https://h@evil/org', 'https://h', false],
  ['git@h:org/repo', 'git@h:org', true],
  ['git@h:org/repo', 'git@h:', true],
])('%s is below %s: %s', (url, prefix, expected) => {
  expect(isBelow(url, prefix)).toBe(expected);
});

test('secrets of a host go to no other host', () => {
  const label = fc.stringMatching(/^[a-z0-9.-]{1,12}$/);
  fc.assert(
    fc.property(label, label, fc.stringMatching(/^[a-z0-9./@:-]{0,20}$/), (host, other, rest) => {
      const url = `https://${other}${rest}`;
      fc.pre(URL.canParse(url) && URL.canParse(`https://${host}`));
      fc.pre(new URL(url).hostname !== new URL(`https://${host}`).hostname);
      expect(isBelow(url, `https://${host}`)).toBe(false);
    }),
  );
});

test('what cannot be had stops the start', async () => {
  await expect(load({ prefix: 'x', passwordFile: '/none' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(load({ prefix: 'x', passwordVariable: 'NONE' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
