import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../world/directory.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startGitSsh } from '../../world/git-ssh.ts';
import { runProgram } from '../../world/process.ts';

const git = (args: string[], env: Record<string, string> = {}) =>
  runProgram('git', args, { env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...env } });

describe('a repository', () => {
  test('is written without a work tree', async () => {
    await using directory = await temporaryDirectory('git');
    const repo = await GitRepo.create(directory.path);
    const first = await repo.commit({ 'a.txt': 'one\n', 'dir/b "c".sh': { mode: '100755', content: '#!/bin/sh\n' } });
    const second = await repo.commit({ 'a.txt': 'two\n', dir: null, 'new.txt': new Uint8Array([0, 255]) });
    const third = await repo.commit({ 'other.txt': '3' }, { message: 'Größe' });
    expect(await repo.resolve()).toBe(third);
    expect(await repo.git(['log', '--format=%H %s'])).toBe(`${third} Größe\n${second} Change\n${first} Change`);

    const reverted = await repo.revert(second);
    expect(await repo.git(['ls-tree', '-r', '--format=%(objectmode) %(path)', reverted])).toBe(
      '100644 a.txt\n100755 "dir/b \\"c\\".sh"\n100644 other.txt',
    );
    expect(await repo.git(['show', `${reverted}:a.txt`])).toBe('one');

    const forced = await repo.commit({ 'a.txt': 'four' }, { from: first });
    expect(await repo.git(['rev-list', '--count', 'main'])).toBe('2');
    const fresh = await repo.commit({ 'only.txt': '' }, { branch: 'side', from: null });
    expect(await repo.git(['ls-tree', '--name-only', fresh])).toBe('only.txt');
    await repo.tag('v1.0.0', { revision: forced, message: 'a release' });
    expect(await repo.resolve('v1.0.0')).toBe(forced);
    await repo.deleteBranch('side');
    expect(await repo.resolve('side')).toBeUndefined();
  });
});

describe('over HTTP', () => {
  test.each([false, true])('clones, fetches partially and pushes (TLS: %s)', async tls => {
    await using directory = await temporaryDirectory('git');
    const repo = await GitRepo.create(directory.path);
    const head = await repo.commit({ 'a.txt': 'one\n', large: 'x'.repeat(2_000_000) });
    await using server = await startGitHttp({ directory: directory.path, tls });
    const trust = { GIT_SSL_CAINFO: join(directory.path, 'ca.pem') };
    if (server.ca) await writeFile(join(directory.path, 'ca.pem'), server.ca);

    const clone = join(directory.path, 'clone');
    await git(['clone', '--quiet', server.urlOf('fleet.git'), clone], trust);
    expect(await readFile(join(clone, 'a.txt'), 'utf8')).toBe('one\n');
    expect(server.log.map(request => request.status)).toEqual([200, 200, 200]);
    expect(server.log.every(request => request.headers['git-protocol'] === 'version=2')).toBe(true);

    await git(['-C', clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/pushed'], trust);
    expect(await repo.resolve('pushed')).toBe(head);
    const partial = join(directory.path, 'partial');
    await git(['clone', '--quiet', '--bare', '--filter=blob:none', server.urlOf('fleet.git'), partial], trust);
    expect(server.log.at(-1)?.responseBytes).toBeLessThan(2000);
  });

  test('asks for credentials', async () => {
    await using directory = await temporaryDirectory('git');
    await (await GitRepo.create(directory.path)).commit({ a: '' });
    await using server = await startGitHttp({
      directory: directory.path,
      credentials: { username: 'reader', password: 'secret' },
    });
    const url = server.urlOf('fleet.git');
    await expect(git(['ls-remote', url])).rejects.toThrow('could not read Username');
    await git(['ls-remote', url.replace('http://', 'http://reader:secret@')]);
  });

  test('fails as it is told to', async () => {
    await using directory = await temporaryDirectory('git');
    const repo = await GitRepo.create(directory.path);
    await repo.commit({ 'a.txt': 'one\n' });
    await using server = await startGitHttp({ directory: directory.path });
    const url = server.urlOf(repo.name);

    server.fault = () => ({ answer: { status: 503 } });
    await expect(git(['ls-remote', url])).rejects.toThrow('503');
    server.fault = () => ({ truncate: 30 });
    await expect(git(['ls-remote', url])).rejects.toThrow();
    expect(server.log.at(-1)).toMatchObject({ status: 200, responseBytes: 30 });
    server.fault = () => ({ hang: true });
    const hanging = fetch(`${url}/info/refs`, { signal: AbortSignal.timeout(100) });
    await expect(hanging).rejects.toThrow('timeout');
    server.fault = undefined;
    await git(['ls-remote', url]);
  });
});

describe('over SSH', () => {
  test('lets in the key that it knows, and only that', async () => {
    await using directory = await temporaryDirectory('git');
    const repo = await GitRepo.create(directory.path);
    const head = await repo.commit({ 'a.txt': 'one\n' });
    await using server = await startGitSsh({ directory: directory.path });
    const ssh = (identity: string) =>
      `ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=${server.knownHostsFile} -i ${identity}`;

    const env = { GIT_SSH_COMMAND: ssh(server.identityFile) };
    const url = server.urlOf(repo.name);
    await git(['clone', '--quiet', '--bare', url, join(directory.path, 'clone')], env);
    expect(await new GitRepo(join(directory.path, 'clone')).resolve()).toBe(head);
    await expect(git(['ls-remote', url], { GIT_SSH_COMMAND: ssh(server.strangerFile) })).rejects.toThrow(
      'Permission denied',
    );
  });
});
