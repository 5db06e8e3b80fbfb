import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { GitRepo } from '../../world/git-repo.ts';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, isFetch, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery(oneMap, {}, { http: true });
});
afterEach(() => {
  if (delivery.git !== undefined) delivery.git.fault = undefined;
});
afterAll(async () => await delivery?.[Symbol.asyncDispose]());

/** Runs `git update-ref` in the server's repository between the question for refs and the fetch. */
function betweenLookAndFetch(...words: string[]): void {
  const { git, repo } = delivery;
  if (git === undefined) throw new Error('it is not served over HTTP');
  let done = false;
  git.fault = request => {
    if (done || !isFetch(request)) return undefined;
    done = true;
    execFileSync('git', ['update-ref', ...words], { cwd: repo.path });
    return undefined;
  };
}

test('a branch that moves between the look and the fetch: what was seen is delivered, whole, then what came', async () => {
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const seen = await repo.commit(painted('green'));
  const side = await repo.commit(painted('blue'), { branch: 'side', from: (await repo.resolve()) ?? null });
  betweenLookAndFetch('refs/heads/main', side);
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.status === 'Synced' && sync.revision === seen);
  expect(await colourOf(delivery)).toBe('green');
  expect(problemsOf(delivery)).toBe('');
  await holdfast.refresh();
  await holdfast.untilSynced(name, side);
  expect(await colourOf(delivery)).toBe('blue');
  expect(await writes()).toEqual(['patch configmaps/a', 'patch configmaps/a']);
});

test('a branch that goes away between the look and the fetch, and comes back: nothing is deleted, and it goes on', async () => {
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  const writes = await countWrites(delivery);
  const next = await repo.commit(painted('violet'));
  betweenLookAndFetch('-d', 'refs/heads/main');
  await holdfast.refresh();
  // What was seen is there to be fetched by its id; that the branch is gone is the next look's news.
  await holdfast.untilSynced(name, next);
  await holdfast.refresh();
  await waitFor('it to be said', () => problemsOf(delivery) !== '' || holdfast.status(name)?.sync.status === 'Unknown');
  const healed = await untilHealed(delivery);
  expect(holdfast.status(name)?.sync.revision).toBe(next);
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
  const after = await repo.commit(painted('back'), { from: next });
  await holdfast.untilSynced(name, after);
  await waitFor('no trouble', () => problemsOf(delivery) === '');
  expect(await writes()).toEqual(['patch configmaps/a', healed, 'patch configmaps/a']);
});

test('a force-push, with the old commits gone from the server: the new one is delivered, and a rollback finds the old one, also after a restart', async () => {
  const { test: holdfast, repo, name } = delivery;
  const old = await repo.commit(painted('old'));
  await holdfast.untilSynced(name, old);
  const writes = await countWrites(delivery);
  const files = { ...oneMap(name), ...painted('new') };
  const anew = await repo.commit(files, { from: null });
  await repo.git(['update-ref', '-d', 'refs/heads/side']);
  await repo.git(['reflog', 'expire', '--expire=now', '--all']);
  await repo.git(['gc', '--quiet', '--prune=now']);
  expect(await repo.resolve(old)).toBeUndefined();
  await holdfast.untilSynced(name, anew);
  expect(await colourOf(delivery)).toBe('new');

  await holdfast.operator.rollback(name, { to: old }, 'appdev');
  await holdfast.until(
    name,
    ({ sync, pinned }) => pinned?.revision === old && sync.revision === old && sync.status === 'Synced',
  );
  expect(await colourOf(delivery)).toBe('old');
  const again = await delivery.restart();
  await again.until(name, ({ sync, pinned }) => pinned?.revision === old && sync.status === 'Synced');
  const healed = await untilHealed(delivery);
  expect(await writes()).toEqual(['patch configmaps/a', 'patch configmaps/a', healed]);
  await again.operator.resume(name, 'appdev');
  await again.untilSynced(name, anew);
  expect(await colourOf(delivery)).toBe('new');
});

test('a tag that is moved is followed; one that is deleted deletes nothing', async () => {
  const { test: holdfast, repo, name } = delivery;
  await repo.tag('v1');
  const before = await repo.resolve();
  const tagged = { ...oneMap(name), ...painted('new') };
  await repo.commit({
    ...tagged,
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name, revision: 'v1' }]),
  });
  await holdfast.untilSynced(name, before);
  const writes = await countWrites(delivery);
  const next = await repo.commit(painted('tagged'));
  await holdfast.untilSynced(name, before);
  await repo.tag('v1', { message: 'an annotated one now' });
  await holdfast.untilSynced(name, next);
  expect(await colourOf(delivery)).toBe('tagged');
  await repo.deleteTag('v1');
  await holdfast.refresh();
  await holdfast.until(name, ({ sync }) => sync.status === 'Unknown' && sync.message.includes('v1'));
  const healed = await untilHealed(delivery);
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
  await repo.tag('v1', { revision: next });
  await holdfast.untilSynced(name, next);
  expect(await writes()).toEqual(['patch configmaps/a', healed]);
  await repo.commit(oneMap(name));
  await holdfast.untilSynced(name, await repo.resolve());
});

test('a repository that is emptied, or made anew with nothing in it, deletes nothing; its content back, it goes on', async () => {
  const { test: holdfast, repo, name, directory } = delivery;
  await holdfast.untilSynced(name);
  const before = await repo.resolve();
  const writes = await countWrites(delivery);
  const said = () => problemsOf(delivery) !== '' || holdfast.status(name)?.sync.status === 'Unknown';

  await repo.commit({ 'README.md': 'nothing' }, { from: null });
  await holdfast.refresh();
  await waitFor('it to be said', said);
  const first = await untilHealed(delivery);
  await repo.forceBranch('main', before ?? '');
  await holdfast.untilSynced(name, before);
  await waitFor('no trouble', () => problemsOf(delivery) === '');

  await rm(repo.path, { recursive: true });
  const anew = await GitRepo.create(directory, repo.name);
  await holdfast.refresh();
  await waitFor('it to be said', said);
  const second = await untilHealed(delivery);
  expect(await writes()).toEqual([first, second]);
  const back = await anew.commit({ ...oneMap(name), ...painted('back') });
  await holdfast.untilSynced(name, back);
  expect(await colourOf(delivery)).toBe('back');
  await waitFor('no trouble', () => problemsOf(delivery) === '');
  expect(await writes()).toEqual([first, second, 'patch configmaps/a']);
});
