import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Credentials } from '../../../src/config/credentials.ts';
import type { Proposal } from '../../../src/git/proposal.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { startGitSsh } from '../../world/git-ssh.ts';
import { expectNowhere, failureOf } from './secrets.ts';
import { type GitSetup, gitSetup, never } from './setup.ts';

const user = { username: 'writer', password: 'CANARY-token' };
const branch = 'holdfast/accept-shop-12345678';

function proposalOf(base: string, more: Partial<Proposal> = {}): Proposal {
  const files = [{ path: 'a', before: '1', after: '2' }];
  const words = { author: 'Appdev', at: 1_700_000_000_000, subject: 'Keep it', body: 'As it is.' };
  return { branch, base, from: 'main', ...words, files, ...more };
}

async function propose(setup: GitSetup, url: string, more: Partial<Proposal> = {}) {
  const repository = setup.repositories.open(url);
  const base = await repository.resolve('main', {}, never);
  if (repository.propose === undefined) throw new Error('it cannot be pushed to');
  return await repository.propose(proposalOf(base, more), never);
}

const ways: {
  name: string;
  start: (setup: GitSetup, into: Credentials) => Promise<AsyncDisposable & { url: string }>;
}[] = [
  {
    name: 'HTTP with a token',
    start: async (setup, into) => {
      const server = await startGitHttp({ directory: setup.directory, credentials: user });
      Object.assign(into, user);
      return { url: server.urlOf('fleet.git'), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
  },
  {
    name: 'HTTPS of an authority of its own',
    start: async (setup, into) => {
      const server = await startGitHttp({ directory: setup.directory, credentials: user, tls: true });
      Object.assign(into, user, { tlsCa: server.ca });
      return { url: server.urlOf('fleet.git'), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
    },
  },
  {
    name: 'a file',
    start: async setup => ({ url: setup.repo.fileUrl, [Symbol.asyncDispose]: async () => {} }),
  },
];

test.each(ways)('over $name: one commit on a branch of its own', async ({ start }) => {
  const credentials: Credentials = {};
  await using setup = await gitSetup({ credentialsFor: () => credentials });
  const head = await setup.repo.commit({ a: '1', b: 'stays' });
  await using server = await start(setup, credentials);
  const done = await propose(setup, server.url);
  expect(done).toMatchObject({ isNew: true, into: 'main' });
  expect(await setup.repo.resolve(branch)).toBe(done.commit);
  expect(await setup.repo.resolve('main')).toBe(head);
  expect(await setup.repo.git(['log', '--format=%P %an %cn %s', '-1', branch])).toBe(`${head} Appdev Holdfast Keep it`);
  expect(await setup.repo.git(['ls-tree', '--name-only', branch])).toBe('a\nb');
  // Nothing of it stays here, and the mirror is as it was.
  const left = await readdir(join(setup.dataDirectory, 'git/mirrors'));
  expect(left.filter(name => name.endsWith('.push'))).toEqual([]);
  expectNowhere('CANARY', setup);
});

test('over SSH', async () => {
  const credentials: Credentials = {};
  await using setup = await gitSetup({ credentialsFor: () => credentials });
  await setup.repo.commit({ a: '1' });
  await using server = await startGitSsh({ directory: setup.directory });
  Object.assign(credentials, {
    username: server.username,
    sshPrivateKey: await readFile(server.identityFile, 'utf8'),
    sshKnownHosts: server.knownHosts,
  });
  const done = await propose(setup, server.urlOf('fleet.git'));
  expect(await setup.repo.resolve(branch)).toBe(done.commit);
});

test('a branch that is there is left as it is, whoever made it', async () => {
  await using setup = await gitSetup();
  await setup.repo.commit({ a: '1' });
  const theirs = await setup.repo.commit({ a: 'theirs' }, { branch });
  expect(await propose(setup, setup.repo.fileUrl)).toEqual({ commit: theirs, isNew: false, into: 'main' });
  expect(await setup.repo.resolve(branch)).toBe(theirs);
});

test.each(['main', 'refs/heads/main', 'holdfast/other'])('nothing is ever pushed to %s', async other => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '1' });
  const error = await failureOf(propose(setup, setup.repo.fileUrl, { branch: other }));
  expect(error).toMatchObject({ code: 'INTERNAL' });
  expect(await setup.repo.git(['for-each-ref', '--format=%(objectname) %(refname)'])).toBe(`${head} refs/heads/main`);
});

test('what is declared at a tag follows the tag, and is proposed into no branch that it knows', async () => {
  await using setup = await gitSetup();
  const tagged = await setup.repo.commit({ a: '1' });
  await setup.repo.tag('v1');
  await setup.repo.commit({ a: '1', c: '3' });
  const repository = setup.repositories.open(setup.repo.fileUrl);
  const base = await repository.resolve('v1', {}, never);
  expect(base).toBe(tagged);
  const done = await repository.propose?.(proposalOf(base, { from: 'v1' }), never);
  expect(done).toEqual({ commit: expect.any(String), isNew: true });
  expect(await setup.repo.git(['rev-parse', `${branch}^`])).toBe(tagged);
});

test('refused: by whose rule, without a trace of the token', async () => {
  await using setup = await gitSetup({ credentialsFor: () => user });
  await setup.repo.commit({ a: '1' });
  await using server = await startGitHttp({ directory: setup.directory, credentials: user });
  server.fault = ({ path }) => (path.includes('git-receive-pack') ? { answer: { status: 403 } } : undefined);
  const error = await failureOf(propose(setup, server.urlOf('fleet.git')));
  expect(error).toMatchObject({ code: 'GIT_PUSH_REFUSED', fault: 'user' });
  expect(await setup.repo.resolve(branch)).toBeUndefined();
  expectNowhere('CANARY', setup, error);
});
