import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startGitHttp } from '../../world/git-http.ts';
import { expectNowhere } from './secrets.ts';
import { gitSetup, never } from './setup.ts';

const program = fileURLToPath(new URL('reader.ts', import.meta.url));

test('secrets that a crash has left in files are removed at the next start', async () => {
  await using setup = await gitSetup();
  await setup.repo.commit({ a: '1' });
  const left = join(setup.dataDirectory, 'git/private/left');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'key'), 'CANARY');
  await setup.repositories.open(setup.repo.fileUrl).resolve('main', {}, never);
  expectNowhere('CANARY', setup);
});

test('killed at any request, and while git writes: the next start goes on', async () => {
  await using setup = await gitSetup();
  const first = await setup.repo.commit({ 'apps/a/deployment.yaml': 'a', 'large.bin': 'x' });
  await using server = await startGitHttp({ directory: setup.directory });
  // A look and a fetch are five requests; past the last one git unpacks and updates refs.
  for (const killAt of [1, 3, 4, 5, 6]) {
    const child = spawn(process.execPath, [program, setup.dataDirectory, server.urlOf('fleet.git')], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    let seen = 0;
    server.fault = () => {
      if (++seen === Math.min(killAt, 5)) setTimeout(() => child.kill('SIGKILL'), Math.max(0, killAt - 5) * 15);
      return undefined;
    };
    await ended;
    server.fault = undefined;
    const latest = await setup.repo.commit({ 'large.bin': `${killAt}`.repeat(100_000) });
    const repositories = setup.again();
    const repository = repositories.open(server.urlOf('fleet.git'));
    expect(await repository.resolve('main', {}, never)).toBe(latest);
    expect(await (await repository.tree(latest, never)).read('large.bin', 200_000)).toHaveLength(100_000);
    expect(await repository.isAncestor(first, latest, never)).toBe(true);
    await repositories.close();
    // So that the next child has something to fetch.
    await setup.repo.commit({ 'apps/a/deployment.yaml': `${killAt}` });
  }
});
