import { readdir, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/access/audit/record.ts';
import type { GitRepo } from '../../world/git-repo.ts';
import { environmentOf } from '../delivery/setup.ts';
import { startMachineDelivery } from './setup.ts';

// Every sync says whose commits it brought, of all that lie between what ran and what is to run; and whose it took back.

const appdev = 'Shop team <appdev@example.com>';
const backdev = 'Payments team <backdev@example.com>';
const readdev = 'Review team <readdev@example.com>';
const procfile = (seconds: number) => `web: sleep ${seconds}\n`;

/** By the person that tests are. */
async function merge(repo: GitRepo, branch: string): Promise<string> {
  const [main, other] = [await repo.resolve('main'), await repo.resolve(branch)];
  // The branch's tree: nothing else happened on main meanwhile.
  const tree = await repo.git(['rev-parse', `${branch}^{tree}`]);
  const message = `Merge ${branch}\n\nApproved-by: ${readdev}`;
  const commit = await repo.git(['commit-tree', tree, '-p', `${main}`, '-p', `${other}`, '-m', message]);
  await repo.forceBranch('main', commit);
  return commit;
}

test('of a sync: all commits since what ran before that are about it, with authors, reviewers and who merged', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [
      { name: 'shop', path: 'shop' },
      { name: 'site', path: 'site' },
    ]),
    'shop/Procfile': procfile(1001),
    'site/Procfile': procfile(1002),
  }));
  const { repo, dataDirectory } = delivery;
  let { test: holdfast } = delivery;
  const ended = async (application = 'shop'): Promise<AuditRecord[]> =>
    (await holdfast.operator.past.records({ action: 'sync.ended', application }, 10)).toReversed();
  const proven = (revision: string) =>
    holdfast.until('shop', ({ sync, operation }) => sync.revision === revision && operation?.healthyAt !== undefined);
  const first = (await holdfast.untilSynced('shop')).sync.revision;
  await holdfast.untilSynced('site');
  await proven(first);
  expect((await ended())[0]?.delivered).toMatchObject({
    count: 1,
    listed: [{ id: first }],
    note: 'nothing of it ran before: the commit itself',
  });

  // Three that are about it, and one that is not; two are of a branch that somebody else merges.
  const one = await repo.commit(
    { 'shop/Procfile': procfile(1011) },
    { author: appdev, message: `Faster\n\nReviewed-by: ${readdev}` },
  );
  await repo.commit({ 'site/Procfile': procfile(1012) }, { author: backdev, message: 'Another one' });
  const branch = { branch: 'feature', from: (await repo.resolve('main')) ?? null };
  const two = await repo.commit(
    { 'shop/note.txt': 'x' },
    {
      ...branch,
      author: backdev,
      message: `Note\n\nCo-authored-by: ${appdev}\nSigned-off-by: ${backdev}\nAcked-by: ${readdev}`,
    },
  );
  const merged = await merge(repo, 'feature');
  await holdfast.untilSynced('shop', merged);
  await proven(merged);
  const [, second] = await ended();
  expect(second).toMatchObject({ revision: merged, reviewers: [readdev], delivered: { before: first, count: 3 } });
  expect(second?.delivered?.listed).toEqual([
    expect.objectContaining({ id: merged, merge: true, reviewers: [readdev], author: 'Test <test@example.invalid>' }),
    {
      ...{ id: two, author: `${backdev}, ${appdev}`, committer: backdev, reviewers: [readdev], signedOff: [backdev] },
      ...{ subject: 'Note', at: expect.any(Number) },
    },
    expect.objectContaining({ id: one, author: appdev, reviewers: [readdev], subject: 'Faster' }),
  ]);
  await holdfast.untilSynced('site', merged);
  expect((await ended('site')).at(-1)?.delivered).toMatchObject({ count: 1, listed: [{ author: backdev }] });

  // Going back says what is taken back; a repair delivers nothing.
  await holdfast.operator.rollback('shop', {}, 'cli:appdev');
  await holdfast.until('shop', ({ sync, operation }) => sync.revision === first && operation?.healthyAt !== undefined);
  expect((await ended()).at(-1)).toMatchObject({
    ...{ who: 'appdev', revision: first, delivered: { before: merged, count: 0, listed: [] } },
    takenBack: { count: 3, listed: [{ id: merged }, { id: two }, { id: one }] },
  });

  // The store is lost: what ran before is in the log.
  await holdfast.operator.resume('shop', 'cli:appdev');
  await proven(merged);
  holdfast = await delivery.restart(async () => {
    for (const name of await readdir(dataDirectory)) {
      if (name.startsWith('store.db')) await rm(`${dataDirectory}/${name}`);
    }
    await repo.commit({ 'shop/Procfile': procfile(1021) }, { author: readdev, message: 'While nobody looked' });
  });
  await holdfast.untilSynced('shop', (await repo.resolve()) ?? '');
  expect((await ended()).at(-1)?.delivered).toMatchObject({ before: merged, count: 1, listed: [{ author: readdev }] });

  // What is searched for finds whose commit it was, not only of the newest.
  const found = await holdfast.operator.past.records({ action: 'sync', text: 'faster' }, 10);
  expect(found.map(({ revision }) => revision)).toContain(merged);
});

test('of very many commits it says how many they are, and lists the newest', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
    'shop/Procfile': procfile(1001),
  }));
  const { repo, test: holdfast } = delivery;
  await holdfast.untilSynced('shop');
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) {
    ids.unshift(
      await repo.commit(
        { 'shop/note.txt': `${i}` },
        { author: i % 2 === 0 ? appdev : backdev, message: `Number ${i}` },
      ),
    );
  }
  await repo.commit({ 'shop/Procfile': procfile(1002) }, { author: readdev });
  await holdfast.untilSynced('shop', await repo.resolve());
  const [record] = await holdfast.operator.past.records({ action: 'sync.ended' }, 1);
  expect(record?.delivered?.count).toBe(61);
  expect(record?.delivered?.listed).toHaveLength(50);
  expect(record?.delivered?.listed.slice(1).map(({ id }) => id)).toEqual(ids.slice(0, 49));
  expect(record?.delivered).not.toHaveProperty('least');
});
