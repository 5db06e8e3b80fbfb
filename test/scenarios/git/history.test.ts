import { describe, expect, test } from 'vitest';
import { gitSetup, moved, never } from './setup.ts';

describe('what people do to a repository', () => {
  test('a force-push is followed; what it replaced can still be read', async () => {
    await using setup = await gitSetup();
    const base = await setup.repo.commit({ a: '0' });
    const old = await setup.repo.commit({ a: '1' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await repository.resolve('main', {}, never);
    const forced = await setup.repo.commit({ a: '2' }, { from: base });
    await setup.repo.git(['gc', '--quiet', '--prune=now']);
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('main', {}, never)).toBe(forced);
    expect(await repository.resolve(old, {}, never)).toBe(old);
    expect(Buffer.from(await (await repository.tree(old, never)).read('a', 10)).toString()).toBe('1');
    // Also after a restart, and when git tidies up.
    const again = setup.again().open(setup.repo.fileUrl);
    expect(await again.resolve(old, {}, never)).toBe(old);
  });

  test('a branch that vanished is said to be gone, and its last commit stays', async () => {
    await using setup = await gitSetup();
    await setup.repo.commit({ a: '0' });
    const last = await setup.repo.commit({ a: '1' }, { branch: 'feature' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    expect(await repository.resolve('feature', {}, never)).toBe(last);
    await setup.repo.deleteBranch('feature');
    expect(await moved(repository)).toBe(true);
    await expect(repository.resolve('feature', {}, never)).rejects.toMatchObject({
      code: 'GIT_REVISION_NOT_FOUND',
      message: expect.stringContaining('feature'),
    });
    expect(await moved(repository)).toBe(false);
    expect(await repository.resolve(last, {}, never)).toBe(last);
    const back = await setup.repo.commit({ a: '2' }, { branch: 'feature' });
    await repository.refresh(never);
    expect(await repository.resolve('feature', {}, never)).toBe(back);
  });

  test('a branch gives way to one below its name', async () => {
    await using setup = await gitSetup();
    await setup.repo.commit({ a: '0' }, { branch: 'team' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await repository.resolve('team', {}, never);
    await setup.repo.deleteBranch('team');
    const below = await setup.repo.commit({ a: '1' }, { branch: 'team/web' });
    expect(await repository.resolve('team/web', {}, never)).toBe(below);
    await expect(repository.resolve('team', {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
  });

  test('HEAD is followed to another branch', async () => {
    await using setup = await gitSetup();
    const main = await setup.repo.commit({ a: '0' });
    const trunk = await setup.repo.commit({ a: '1' }, { branch: 'trunk' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    expect(await repository.resolve('HEAD', {}, never)).toBe(main);
    await setup.repo.git(['symbolic-ref', 'HEAD', 'refs/heads/trunk']);
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('', {}, never)).toBe(trunk);
  });

  test('an empty repository has no revision, until it has one', async () => {
    await using setup = await gitSetup();
    const repository = setup.repositories.open(setup.repo.fileUrl);
    await expect(repository.resolve('HEAD', {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    const first = await setup.repo.commit({ a: '0' });
    await repository.refresh(never);
    expect(await repository.resolve('HEAD', {}, never)).toBe(first);
  });
});

describe('tags', () => {
  test('light, annotated, moved, and removed', async () => {
    await using setup = await gitSetup();
    const one = await setup.repo.commit({ a: '1' });
    await setup.repo.tag('light');
    await setup.repo.tag('heavy', { message: 'a release' });
    const two = await setup.repo.commit({ a: '2' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    expect(await repository.resolve('light', {}, never)).toBe(one);
    expect(await repository.resolve('refs/tags/heavy', {}, never)).toBe(one);
    await setup.repo.tag('heavy', { message: 'moved' });
    await setup.repo.deleteTag('light');
    expect(await moved(repository)).toBe(true);
    expect(await repository.resolve('heavy', {}, never)).toBe(two);
    await expect(repository.resolve('light', {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
  });

  test('a branch and a tag of one name are not guessed between', async () => {
    await using setup = await gitSetup();
    const one = await setup.repo.commit({ a: '1' }, { branch: 'x' });
    await setup.repo.tag('x', { revision: 'refs/heads/x' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    expect(await repository.resolve('x', {}, never)).toBe(one);
    const two = await setup.repo.commit({ a: '2' }, { branch: 'x', from: one });
    await repository.refresh(never);
    await expect(repository.resolve('x', {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_AMBIGUOUS' });
    expect(await repository.resolve('refs/heads/x', {}, never)).toBe(two);
    expect(await repository.resolve('refs/tags/x', {}, never)).toBe(one);
  });

  test('a range is the newest tag that fits', async () => {
    await using setup = await gitSetup();
    const commits: Record<string, string> = {};
    for (const tag of ['v1.0.0', '1.2.0', 'v1.10.0', 'v2.0.0-rc.1', 'shop-1.5.0', 'other']) {
      commits[tag] = await setup.repo.commit({ a: tag });
      await setup.repo.tag(tag, tag.startsWith('v') ? { message: tag } : {});
    }
    const repository = setup.repositories.open(setup.repo.fileUrl);
    const resolve = (range: string, tagPrefix?: string) =>
      repository.resolve(range, tagPrefix === undefined ? {} : { tagPrefix }, never);
    expect(await resolve('^1')).toBe(commits['v1.10.0']);
    expect(await resolve('~1.2')).toBe(commits['1.2.0']);
    expect(await resolve('1.2')).toBe(commits['1.2.0']);
    expect(await resolve('*')).toBe(commits['v1.10.0']);
    expect(await resolve('>=2.0.0-0')).toBe(commits['v2.0.0-rc.1']);
    expect(await resolve('^1', 'shop-')).toBe(commits['shop-1.5.0']);
    await expect(resolve('^3')).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    const newer = await setup.repo.commit({ a: 'newer' });
    await setup.repo.tag('v1.11.0');
    expect(await moved(repository)).toBe(true);
    expect(await resolve('^1')).toBe(newer);
    await setup.repo.deleteTag('v1.11.0');
    await repository.refresh(never);
    expect(await resolve('^1')).toBe(commits['v1.10.0']);
  });
});

describe('commits', () => {
  test('by id, whole or short, on whatever branch', async () => {
    await using setup = await gitSetup();
    const main = await setup.repo.commit({ a: '0' });
    const side = await setup.repo.commit({ a: '1' }, { branch: 'side' });
    const repository = setup.repositories.open(setup.repo.fileUrl);
    expect(await repository.resolve(side, {}, never)).toBe(side);
    expect(await repository.resolve(main.slice(0, 10), {}, never)).toBe(main);
    await expect(repository.resolve(`${'0'.repeat(39)}1`, {}, never)).rejects.toMatchObject({
      code: 'GIT_REVISION_NOT_FOUND',
    });
    await expect(repository.resolve('0000000', {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    const unknown = repository.isAncestor(main, '1'.repeat(40), never);
    await expect(unknown).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    const blob = await setup.repo.git(['rev-parse', `${main}:a`]);
    await expect(repository.resolve(blob, {}, never)).rejects.toMatchObject({ code: 'GIT_REVISION_NOT_FOUND' });
    await expect(repository.tree(blob, never)).rejects.toMatchObject({ code: 'GIT_REVISION_INVALID' });
  });
});
