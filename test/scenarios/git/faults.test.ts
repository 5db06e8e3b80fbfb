import { execFileSync } from 'node:child_process';
import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { delimiter, flush, packet } from '../../../src/git/pkt-line.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { type GitSetup, gitSetup, moved, never } from './setup.ts';

/** The one mirror on disk. */
async function mirrorOf(setup: GitSetup): Promise<string> {
  const mirrors = join(setup.dataDirectory, 'git/mirrors');
  return join(mirrors, (await readdir(mirrors))[0] ?? '');
}

describe('a server that fails', () => {
  test.each([
    [{ answer: { status: 503, body: 'sorry' } }, 'GIT_SERVER_INVALID'],
    [{ answer: { status: 429 } }, 'GIT_SERVER_INVALID'],
    [{ answer: { status: 403 } }, 'GIT_AUTH_FAILED'],
    [{ answer: { status: 404 } }, 'GIT_REPOSITORY_NOT_FOUND'],
    [{ answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } }, 'GIT_SERVER_INVALID'],
    [{ truncate: 10 }, 'NET_FAILED'],
  ] as const)('%j', async (fault, code) => {
    await using setup = await gitSetup();
    const head = await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await repository.resolve('main', {}, never);
    await setup.repo.commit({ a: '2' });
    server.fault = () => fault;
    await expect(repository.refresh(never)).rejects.toMatchObject({ code });
    // What was known stays usable, and the next look is a new chance.
    expect(await repository.resolve('main', {}, never)).toBe(head);
    await (await repository.tree(head, never)).read('a', 10);
    server.fault = undefined;
    expect(await moved(repository)).toBe(true);
  });

  test('a fetch that is cut off leaves the mirror as it was', async () => {
    await using setup = await gitSetup();
    const head = await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await repository.resolve('main', {}, never);
    const next = await setup.repo.commit({ a: '2'.repeat(50_000) });
    for (const truncate of [20, 80, 150, 300]) {
      server.fault = ({ method, headers }) =>
        method === 'POST' && !headers['user-agent']?.includes('(holdfast)') ? { truncate } : undefined;
      await expect(repository.refresh(never)).rejects.toThrow();
      expect(await repository.resolve('main', {}, never)).toBe(head);
    }
    server.fault = undefined;
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('main', {}, never)).toBe(next);
  });

  test('a caller that gives up waits no longer; the look goes on for the others', async () => {
    await using setup = await gitSetup();
    await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    server.fault = () => ({ delayMs: 300 });
    const patient = repository.refresh(never);
    await expect(repository.refresh(AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
    await patient;
  });

  test('closing ends what waits for a server that hangs', async () => {
    await using setup = await gitSetup();
    await using server = await startGitHttp({ directory: setup.directory });
    server.fault = () => ({ hang: true });
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    const waiting = expect(repository.refresh(never)).rejects.toThrow();
    await setup.repositories.close();
    await waiting;
  });
});

describe('a server that lies', () => {
  const id = 'a'.repeat(40);
  const capabilities = packet('version 2\n') + packet('ls-refs\n') + packet('fetch\n') + flush;
  const answers = {
    'no end': packet(`${id} refs/heads/main\n`),
    'an error': packet('ERR \x1b[31mno\n') + flush,
    'no refs but words': packet('hello\n') + flush,
    'a length beyond all bounds': 'ffffxxxx',
    'more after the end': flush + packet('x'),
    'a delimiter': delimiter + flush,
    'a commit that it has not': packet(`${id} refs/heads/main\n`) + flush,
  };

  test.each(Object.entries(answers))('%s', async (_, refs) => {
    await using setup = await gitSetup();
    await setup.repo.commit({ a: '1' });
    await using server = await startGitHttp({ directory: setup.directory });
    server.fault = ({ method, headers }) => {
      if (!headers['user-agent']?.includes('holdfast')) return undefined;
      const type = `application/x-git-upload-pack-${method === 'GET' ? 'advertisement' : 'result'}`;
      return {
        answer: { status: 200, headers: { 'content-type': type }, body: method === 'GET' ? capabilities : refs },
      };
    };
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    const answer = repository.resolve('main', {}, never);
    // A wrong id is no more than a hint: what is fetched, and checked, counts.
    if (refs.includes(id) && refs.endsWith(flush)) expect(await answer).toBe(await setup.repo.resolve());
    else await expect(answer).rejects.toMatchObject({ code: 'GIT_SERVER_INVALID' });
  });

  test('names that are none of refs are not taken up', async () => {
    await using setup = await gitSetup();
    await using server = await startGitHttp({ directory: setup.directory });
    const names = ['refs/heads/../../config', 'refs/heads/-x', 'refs/heads/main.lock', 'config', 'refs/heads/a:b'];
    server.fault = ({ method }) => {
      const type = `application/x-git-upload-pack-${method === 'GET' ? 'advertisement' : 'result'}`;
      const refs = names.map(name => packet(`${id} ${name}\n`)).join('') + flush;
      return {
        answer: { status: 200, headers: { 'content-type': type }, body: method === 'GET' ? capabilities : refs },
      };
    };
    const repository = setup.repositories.open(server.urlOf('fleet.git'));
    await expect(repository.resolve('refs/heads/x', {}, never)).rejects.toMatchObject({
      code: 'GIT_REVISION_NOT_FOUND',
    });
  });
});

describe('after a crash', () => {
  test('locks and half-written packs are cleared away', async () => {
    await using setup = await gitSetup();
    await setup.repo.commit({ a: '1' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    await setup.repositories.close();
    const mirror = await mirrorOf(setup);
    const ref = 'refs/holdfast/remote/refs%2Fheads%2Fmain.lock';
    for (const name of ['HEAD.lock', 'packed-refs.lock', 'gc.pid', 'objects/pack/tmp_pack_x', ref]) {
      await writeFile(join(mirror, name), '');
    }
    const next = await setup.repo.commit({ a: '2' });
    expect(await setup.again().open(setup.repo.fileUrl).resolve('main', {}, never)).toBe(next);
    expect(await readdir(join(mirror, 'objects/pack'))).not.toContain('tmp_pack_x');
  });

  test.each(['truncated packs', 'no packs', 'no objects directory', 'an empty HEAD', 'no config', 'torn refs'])(
    'a mirror with %s is made anew',
    async damage => {
      await using setup = await gitSetup();
      const head = await setup.repo.commit({ a: 'x'.repeat(1000) });
      await setup.repositories.open(setup.repo.fileUrl).resolve('main', {}, never);
      await setup.repositories.close();
      const mirror = await mirrorOf(setup);
      const packs = join(mirror, 'objects/pack');
      if (damage === 'no objects directory') await rm(join(mirror, 'objects'), { recursive: true });
      if (damage === 'an empty HEAD') await truncate(join(mirror, 'HEAD'), 0);
      if (damage === 'no config') await rm(join(mirror, 'config'));
      if (damage === 'torn refs') await truncate(join(mirror, 'refs/holdfast/remote/refs%2Fheads%2Fmain'), 7);
      for (const name of damage.endsWith('packs') ? await readdir(packs) : []) {
        execFileSync('chmod', ['u+w', join(packs, name)]);
        await (damage === 'no packs' ? rm(join(packs, name)) : truncate(join(packs, name), 30));
      }
      const repository = setup.again().open(setup.repo.fileUrl);
      expect(await repository.resolve('main', {}, never)).toBe(head);
      expect(await (await repository.tree(head, never)).read('a', 2000)).toHaveLength(1000);
    },
  );

  test('with the server out of reach, the mirror’s last revision goes on', async () => {
    await using setup = await gitSetup();
    const head = await setup.repo.commit({ a: '1' });
    const server = await startGitHttp({ directory: setup.directory });
    const url = server.urlOf('fleet.git');
    await setup.repositories.open(url).resolve('main', {}, never);
    await setup.repositories.close();
    await server.stop();
    const repository = setup.again().open(url);
    expect(await repository.resolve('main', {}, never)).toBe(head);
    expect(repository.checkedAt).toBeUndefined();
    await expect(repository.resolve('other', {}, never)).rejects.toMatchObject({ code: 'NET_FAILED' });
    await (await repository.tree(head, never)).read('a', 10);
  });
});

test('a mirror that is damaged while it is read is made anew at the next look', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: 'x'.repeat(1000), 'b/c': '' });
  await setup.repositories.open(setup.repo.fileUrl).resolve('main', {}, never);
  await setup.repositories.close();
  const packs = join(await mirrorOf(setup), 'objects/pack');
  const repository = setup.again().open(setup.repo.fileUrl);
  await repository.resolve('main', {}, never);
  for (const name of await readdir(packs)) await rm(join(packs, name));
  await expect(repository.tree(head, never)).rejects.toMatchObject({ code: 'GIT_OBJECT_INVALID' });
  expect(await moved(repository)).toBe(true);
  expect(await (await repository.tree(head, never)).read('a', 2000)).toHaveLength(1000);
  expect(await moved(repository)).toBe(false);
});
