import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { startGitHttp } from '../../world/git-http.ts';
import { gitSetup, moved, never } from './setup.ts';

test('many applications share one look and one fetch', async () => {
  await using setup = await gitSetup();
  for (let i = 0; i < 5; i++) await setup.repo.commit({ a: `${i}` }, { branch: `team-${i}` });
  await using server = await startGitHttp({ directory: setup.directory });
  const posts = (agent: string) =>
    server.log.filter(({ method, headers }) => method === 'POST' && headers['user-agent']?.includes(agent)).length;
  const looks = () => posts('(holdfast)');
  // Each fetch of the git program begins with a GET.
  const fetches = () =>
    posts('(holdfast fetch)') + server.log.filter(({ method, headers }) => method === 'GET' && !isOurs(headers)).length;
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  const all = (revision: (i: number) => string) =>
    Promise.all(Array.from({ length: 200 }, (_, i) => repository.resolve(revision(i), {}, never)));
  await all(() => 'team-0');
  expect([looks(), fetches(), server.log.length]).toEqual([1, 1, 5]);
  await all(i => `team-${i % 5}`);
  expect([looks(), fetches()]).toEqual([2, 2]);
  for (let i = 0; i < 5; i++) await setup.repo.commit({ a: `${i}.1` }, { branch: `team-${i}` });
  await Promise.all(Array.from({ length: 50 }, () => repository.refresh(never)));
  expect([looks(), fetches()]).toEqual([3, 3]);
});

function isOurs(headers: IncomingHttpHeaders): boolean {
  return headers['user-agent']?.includes('holdfast') ?? false;
}

test('an idle look is one request of less than 1 KB, whatever the number of refs', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '0' });
  const lines = Array.from({ length: 5_000 }, (_, i) => `create refs/heads/branch-${i} ${head}\n`).join('');
  await setup.repo.git(['update-ref', '--stdin'], lines);
  await using server = await startGitHttp({ directory: setup.directory });
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  await repository.resolve('main', {}, never);
  server.log.length = 0;
  for (let i = 0; i < 3; i++) expect(await moved(repository)).toBe(false);
  expect(server.log.map(request => request.method)).toEqual(['POST', 'POST', 'POST']);
  for (const { requestBytes, responseBytes } of server.log) expect(requestBytes + responseBytes).toBeLessThan(1024);
  expect(repository.checkedAt).toBeTypeOf('number');
});

test('a restart fetches nothing that the mirror has', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '0' });
  await using server = await startGitHttp({ directory: setup.directory });
  await setup.repositories.open(server.urlOf('fleet.git')).resolve('main', {}, never);
  await setup.repositories.close();
  server.log.length = 0;
  expect(await setup.again().open(server.urlOf('fleet.git')).resolve('main', {}, never)).toBe(head);
  expect(server.log.map(request => request.method)).toEqual(['GET', 'POST']);
});

test('servers of protocol version 0 are followed, too', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '0' });
  await setup.repo.tag('v1.0.0', { message: 'a release' });
  await using server = await startGitHttp({ directory: setup.directory });
  // The server sees no wish for a newer version.
  server.fault = request => {
    delete request.headers['git-protocol'];
    return undefined;
  };
  const repository = setup.repositories.open(server.urlOf('fleet.git'));
  expect(await repository.resolve('main', {}, never)).toBe(head);
  expect(await repository.resolve('^1', {}, never)).toBe(head);
  expect(server.log.filter(({ method, headers }) => method === 'POST' && isOurs(headers))).toEqual([]);
  const next = await setup.repo.commit({ a: '1' });
  expect(await moved(repository)).toBe(true);
  expect(await repository.resolve('HEAD', {}, never)).toBe(next);
});

test('a redirect is followed for looks and fetches', async () => {
  await using setup = await gitSetup();
  const head = await setup.repo.commit({ a: '0' });
  await using server = await startGitHttp({ directory: setup.directory });
  server.fault = request =>
    request.path.startsWith('/old.git')
      ? { answer: { status: 301, headers: { location: request.path.replace('/old.git', '/fleet.git') } } }
      : undefined;
  expect(await setup.repositories.open(server.urlOf('old.git')).resolve('main', {}, never)).toBe(head);
});
