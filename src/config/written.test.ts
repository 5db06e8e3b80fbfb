import { expect, test } from 'vitest';
import type { Env } from '../env/env.ts';
import { readConfig } from './read.ts';
import { readWritten } from './written.ts';

const file = `repo: https://h/fleet
interval: 30s
target:
  machine: {root: /srv}
access:
  accounts:
    - name: appdev
      tokens: [{name: laptop, sha256: ${'a'.repeat(64)}}]
credentials:
  - {prefix: https://h, username: x, passwordFile: secret.txt}
  - {prefix: https://h/special, sshKeyVariable: KEY}
`;

async function written(text: string | undefined, flags = {}) {
  const files = {
    stat: async () => (text === undefined ? undefined : {}),
    read: async () => Buffer.from(text ?? ''),
  };
  const env = { files } as unknown as Env;
  const place = { directory: '/etc/holdfast' };
  return await readWritten(env, flags, place, await readConfig(env, flags, place));
}

test('each setting says where it comes from: a flag, a line, or nowhere', async () => {
  const { settings, file: path } = await written(file, { port: 8080, context: 'prod' });
  const named = (name: string) => settings.find(setting => setting.name === name);
  expect(path).toBe('/etc/holdfast/holdfast-operator.yaml');
  expect(named('listen.port')).toMatchObject({ value: 8080, from: 'flag' });
  expect(named('interval')).toMatchObject({ value: '30s', from: 'file', path, line: 2, about: expect.any(String) });
  expect(named('budgets.renderTime')).toMatchObject({ value: '60s', from: 'default' });
  expect(named('target.kubernetes.context')).toMatchObject({ value: 'prod', from: 'flag' });
  expect(named('target.machine.root')).toBeUndefined();
});

test('without a file there are flags and defaults', async () => {
  const { settings, ...rest } = await written(undefined, { repo: 'https://h/fleet' });
  expect(rest).not.toHaveProperty('file');
  expect(new Set(settings.map(({ from }) => from))).toEqual(new Set(['flag', 'default']));
});

test('of secrets, only what they are for and where they are', async () => {
  const { settings, credentialsFor } = await written(file);
  expect(JSON.stringify(settings)).not.toContain('aaaa');
  expect(JSON.stringify(settings)).toContain('laptop');
  expect(credentialsFor('https://h/fleet')).toEqual({ prefix: 'https://h', with: ['username', 'passwordFile'] });
  expect(credentialsFor('https://h/special/x')).toEqual({ prefix: 'https://h/special', with: ['sshKeyVariable'] });
  expect(credentialsFor('https://elsewhere')).toBeUndefined();
});
