import { describe, expect, test } from 'vitest';
import { createContents } from '../../../src/sources/contents.ts';
import { startGitHttp } from '../../world/git-http.ts';
import { gitSetup, moved, never } from './setup.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe.each(['file', 'http', 'https'] as const)('over %s', transport => {
  test('a repository is mirrored, read, and followed', async () => {
    let ca: string | undefined;
    await using setup = await gitSetup({ credentialsFor: () => (ca === undefined ? {} : { tlsCa: ca }) });
    const { repo, repositories } = setup;
    const first = await repo.commit({
      'apps/web/a.yaml': 'one\n',
      'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
    });
    await using server = await startGitHttp({ directory: setup.directory, tls: transport === 'https' });
    ca = server.ca;
    const repository = repositories.open(transport === 'file' ? repo.fileUrl : server.urlOf(repo.name));

    expect(await repository.resolve('main', {}, never)).toBe(first);
    const tree = await repository.tree(first, never);
    expect(text(await tree.read('apps/web/a.yaml', 100))).toBe('one\n');
    expect(await tree.entry('run.sh')).toMatchObject({ type: 'file', executable: true });
    expect((await tree.list(''))?.map(entry => entry.name)).toEqual(['apps', 'run.sh']);
    expect(await moved(repository)).toBe(false);

    const second = await repo.commit({ 'apps/web/a.yaml': 'two\n' }, { message: 'Größe' });
    expect(await repository.resolve('main', {}, never)).toBe(first);
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('main', {}, never)).toBe(second);
    expect(await repository.commit(second, never)).toMatchObject({
      id: second,
      author: 'Test',
      email: 'test@example.invalid',
      subject: 'Größe',
    });
    expect(await repository.isAncestor(first, second, never)).toBe(true);
    expect(await repository.isAncestor(second, first, never)).toBe(false);

    const newer = await repository.tree(second, never);
    expect((await newer.entry('run.sh'))?.id).toBe((await tree.entry('run.sh'))?.id);
    expect(newer.id).not.toBe(tree.id);
    const contents = createContents(repositories);
    const pieces = [];
    for await (const piece of await contents.open(await newer.reference('apps/web/a.yaml'), never)) pieces.push(piece);
    expect(text(Buffer.concat(pieces))).toBe('two\n');
  });
});
