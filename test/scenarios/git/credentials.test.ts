import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Credentials } from '../../../src/config/credentials.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { startGitSsh } from '../../world/git-ssh.ts';
import { expectNowhere, failureOf } from './secrets.ts';
import { gitSetup, moved, never } from './setup.ts';

const user = { username: 'reader', password: 'CANARY-token' };

describe.each([false, true])('over HTTP (TLS: %s)', tls => {
  test('user and token open a repository, at once and without a trace of them', async () => {
    const credentials: Credentials = { ...user };
    await using setup = await gitSetup({ credentialsFor: () => credentials });
    const head = await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory, credentials: user, tls });
    if (server.ca !== undefined) credentials.tlsCa = server.ca;
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    expect(await repository.resolve('main', {}, never)).toBe(head);
    expect(server.log.map(request => request.status)).not.toContain(401);
    expectNowhere('CANARY', setup);
  });

  test('without a token, or with a wrong one, the error says so; the right one is taken up without a restart', async () => {
    const credentials: Credentials = {};
    await using setup = await gitSetup({ credentialsFor: () => credentials });
    await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory, credentials: user, tls });
    if (server.ca !== undefined) credentials.tlsCa = server.ca;
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    const none = await failureOf(repository.refresh(never));
    expect(none).toMatchObject({ code: 'GIT_AUTH_FAILED', message: expect.stringContaining('none are configured') });
    Object.assign(credentials, { username: 'reader', password: 'CANARY-wrong' });
    const wrong = await failureOf(repository.refresh(never));
    expect(wrong).toMatchObject({ code: 'GIT_AUTH_FAILED', fault: 'user' });
    expectNowhere('CANARY', setup, wrong);
    Object.assign(credentials, user);
    await repository.refresh(never);
  });
});

test('user and token may stand in the address', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '1' });
  await using server = await startGitHttp({ directory: setup.directory, credentials: user });
  const url = server.urlOf('fleet.git').replace('http://', 'http://reader:CANARY-token@');
  const repository = setup.repositories.open(url);
  expect(repository.url).toBe(server.urlOf('fleet.git'));
  expect(await repository.resolve('main', {}, never)).toBe(head);
  const wrong = setup.repositories.open(url.replace('CANARY-token', 'CANARY-wrong'));
  expect(wrong).toBe(repository);
  const error = await failureOf(wrong.refresh(never));
  expect(error).toMatchObject({ code: 'GIT_AUTH_FAILED' });
  expectNowhere('CANARY', setup, error);
});

test('a certificate of an unknown authority is refused', async () => {
  await using setup = await gitSetup();
  await using server = await startGitHttp({ directory: setup.directory, tls: true });
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'NET_FAILED' });
});

test('a token is sent as Bearer to a server that asks for it', async () => {
  await using setup = await gitSetup({ credentialsFor: () => ({ password: 'CANARY-token' }) });
  const head = await setup.repo.commit({ a: '1' });
  await using server = await startGitHttp({ directory: setup.directory });
  server.fault = request =>
    request.headers.authorization === 'Bearer CANARY-token'
      ? undefined
      : { answer: { status: 401, headers: { 'www-authenticate': 'Bearer realm="git"' } } };
  expect(await setup.repositories.open(server.urlOf('fleet.git')).resolve('main', {}, never)).toBe(head);
});

describe('over ssh', () => {
  test('a key and known hosts open a repository; nothing of them is left', async () => {
    const credentials: Credentials = {};
    await using setup = await gitSetup({ credentialsFor: () => credentials });
    const first = await setup.repo.commit({ a: '1' });
    await using server = await startGitSsh({ directory: setup.directory });
    credentials.sshPrivateKey = (await readFile(server.identityFile, 'utf8')).trim();
    credentials.sshKnownHosts = server.knownHosts;
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    expect(await repository.resolve('main', {}, never)).toBe(first);
    const second = await setup.repo.commit({ a: '2' });
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('main', {}, never)).toBe(second);
    expectNowhere('PRIVATE KEY', setup);
  });

  test('an unknown host, a changed host key, and a stranger’s key are refused', async () => {
    const credentials: Credentials = {};
    await using setup = await gitSetup({ credentialsFor: () => credentials });
    await setup.repo.commit({ a: '1' });
    await using server = await startGitSsh({ directory: setup.directory });
    await using other = await startGitSsh({ directory: setup.directory });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    const identity = await readFile(server.identityFile, 'utf8');
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_HOST_UNKNOWN' });
    Object.assign(credentials, { sshPrivateKey: identity, sshKnownHosts: other.knownHosts });
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_HOST_UNKNOWN' });
    credentials.sshKnownHosts = other.knownHosts.replace(`:${other.port}`, `:${server.port}`);
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_HOST_UNKNOWN' });
    credentials.sshKnownHosts = server.knownHosts;
    credentials.sshPrivateKey = await readFile(server.strangerFile, 'utf8');
    const stranger = await failureOf(repository.refresh(never));
    expect(stranger).toMatchObject({ code: 'GIT_AUTH_FAILED' });
    expectNowhere('PRIVATE KEY', setup, stranger);
    credentials.sshPrivateKey = identity;
    await repository.refresh(never);
  });

  test('a repository that is not there', async () => {
    const credentials: Credentials = {};
    await using setup = await gitSetup({ credentialsFor: () => credentials });
    await using server = await startGitSsh({ directory: setup.directory });
    credentials.sshPrivateKey = await readFile(server.identityFile, 'utf8');
    credentials.sshKnownHosts = server.knownHosts;
    const repository = setup.repositories.open(server.urlOf('none.git'));
    await expect(repository.refresh(never)).rejects.toMatchObject({ code: 'GIT_REPOSITORY_NOT_FOUND' });
  });
});
