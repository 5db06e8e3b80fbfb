import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startGitHttp } from '../../world/git-http.ts';
import { gitSetup, moved, never } from './setup.ts';

/** What a `git` in the mirror says of all that it holds. */
function fsck(mirror: string): string {
  return execFileSync('git', ['--git-dir', mirror, 'fsck', '--strict', '--full', '--no-dangling'], {
    encoding: 'utf8',
  });
}

async function mirrorIn(dataDirectory: string): Promise<string> {
  const directory = `${dataDirectory}/git/mirrors`;
  const name = (await readdir(directory)).find(one => one.endsWith('.git')) ?? '';
  return `${directory}/${name}`;
}

const isPack = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && path.endsWith('/git-upload-pack');

test('commits of every kind are taken without a program, and are what they are in the remote', async () => {
  await using setup = await gitSetup();
  const { repo } = setup;
  const long = (seed: number) =>
    Array.from({ length: 400 }, (_, i) => `line ${i} ${i % 50 === seed ? seed : ''}`).join('\n');
  await repo.commit(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`apps/a${i}/file`, long(i)])));
  await using server = await startGitHttp({ directory: setup.directory });
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  await repository.resolve('main', {}, never);
  const change = fc.oneof(
    fc.record({ path: fc.nat(59).map(i => `apps/a${i}/file`), content: fc.nat(49).map(long) }),
    fc.record({
      path: fc.constantFrom('new', 'deep/er/still', 'apps/a1/other'),
      content: fc.string({ maxLength: 300 }),
    }),
    fc.record({ path: fc.nat(59).map(i => `apps/a${i}/file`), content: fc.constant(null) }),
  );
  server.log.length = 0;
  let commits = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async changes => {
      const files = Object.fromEntries(changes.map(({ path, content }) => [path, content]));
      const head = await repo.commit({ ...files, count: `${++commits}` });
      expect(await moved(repository)).toBe(true);
      expect(await repository.resolve('main', {}, never)).toBe(head);
      const tree = await repository.tree(head, never);
      for (const [path, content] of Object.entries(files)) {
        const read = content === null ? await tree.entry(path) : Buffer.from(await tree.read(path, 1e6)).toString();
        expect(read).toBe(content ?? undefined);
      }
    }),
    { numRuns: 25 },
  );
  // A question for the refs and one for the pack, each time, over a connection that is open.
  expect(server.log.map(isPack)).toEqual(Array.from({ length: 2 * commits }, () => true));
  expect(fsck(await mirrorIn(setup.dataDirectory))).toBe('');
});

test('a pack that is damaged, cut or of something else is left to git, and the commit arrives', async () => {
  await using setup = await gitSetup();
  await setup.repo.commit({ a: '0' });
  await using server = await startGitHttp({ directory: setup.directory });
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  await repository.resolve('main', {}, never);
  let ours = 0;
  server.fault = ({ headers, method, path }) => {
    const isOurs = headers['user-agent']?.includes('holdfast') ?? false;
    // The second question of ours, after the one for the refs.
    if (!isOurs || !isPack({ method, path }) || ++ours % 2 === 1) return undefined;
    const body = Buffer.from('000dpackfile\n0015\u0001PACK garbage pack0000', 'latin1');
    return { answer: { status: 200, headers: { 'content-type': 'application/x-git-upload-pack-result' }, body } };
  };
  const head = await setup.repo.commit({ a: '1' });
  expect(await moved(repository)).toBe(true);
  expect(await repository.resolve('main', {}, never)).toBe(head);
  expect(ours).toBe(2);
  expect(server.log.some(({ method }) => method === 'GET')).toBe(true);
  expect(fsck(await mirrorIn(setup.dataDirectory))).toBe('');
});

test('a commit of many megabytes, a force-push and an annotated tag', async () => {
  await using setup = await gitSetup();
  const first = await setup.repo.commit({ a: '0' });
  await using server = await startGitHttp({ directory: setup.directory });
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  await repository.resolve('main', {}, never);
  await repository.resolve('^1', {}, never).catch(() => {});
  const noise = Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 2_654_435_761).toString(36)).join('');
  const large = await setup.repo.commit({ large: noise + noise.split('').reverse().join('') });
  await repository.refresh(never);
  expect(await repository.resolve('main', {}, never)).toBe(large);
  await setup.repo.git(['update-ref', 'refs/heads/main', first]);
  const other = await setup.repo.commit({ a: 'other' });
  await setup.repo.tag('v1.2.0', { message: 'a release' });
  await repository.refresh(never);
  expect(await repository.resolve('main', {}, never)).toBe(other);
  expect(await repository.resolve('^1', {}, never)).toBe(other);
  // What was left behind can still be asked for.
  expect((await repository.commit(large, never)).id).toBe(large);
  expect(fsck(await mirrorIn(setup.dataDirectory))).toBe('');
});
