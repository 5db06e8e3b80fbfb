import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/access/audit/record.ts';
import { waitFor } from '../../world/wait.ts';
import { configMap, environmentOf, startDelivery } from './setup.ts';

async function recordsIn(directory: string): Promise<AuditRecord[]> {
  const names = (await readdir(directory)).filter(name => name.endsWith('.jsonl')).toSorted();
  const texts = await Promise.all(names.map(name => readFile(`${directory}/${name}`, 'utf8')));
  return texts.flatMap(text =>
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line)),
  );
}

test('who did what, through what, and whose commits were delivered; and nothing while nothing happens', async () => {
  await using delivery = await startDelivery(name => ({
    'holdfast.yaml': environmentOf(name, [{ name, path: 'app', namespace: name }]),
    'app/a.json': configMap('a', { color: 'red' }),
  }));
  const { test: holdfast, repo, kube, name, directory } = delivery;
  const audit = `${directory}/data/audit`;
  const records = async () => {
    await holdfast.holdfast.services.audit.settled();
    return await recordsIn(audit);
  };
  const first = (await holdfast.untilSynced(name)).sync.revision;
  await holdfast.until(name, ({ operation }) => operation?.healthyAt !== undefined);
  const green = await repo.commit(
    { 'app/a.json': configMap('a', { color: 'green' }) },
    { message: 'Green is better\n\nReviewed-by: Readdev <readdev@example.com>' },
  );
  await holdfast.untilSynced(name, green);
  await holdfast.until(name, ({ operation }) => operation?.healthyAt !== undefined);

  const quiet = (await records()).length;
  await holdfast.refresh();
  await holdfast.refresh();
  expect((await records()).length).toBe(quiet);

  const { operator } = holdfast;
  await operator.suspend(name, 'we look at it', 'cli:appdev');
  await operator.resume(name, 'cli:backdev');
  await operator.rollback(name, {}, 'cli:appdev');
  await holdfast.until(name, ({ sync, operation }) => sync.revision === first && operation?.result === 'succeeded');
  await kube.request(
    'PATCH',
    `/api/v1/namespaces/${name}/configmaps/a`,
    { data: { color: 'by hand' } },
    'application/merge-patch+json',
  );
  await waitFor('the repair', async () => (await records()).find(({ action }) => action === 'heal.ended'));

  const all = await records();
  const said = (action: string) => all.filter(one => one.action === action && one.application === name);
  expect(said('application.added')[0]).toMatchObject({ who: 'git', via: 'git', revision: first });
  expect(said('sync.ended').map(({ who, revision, result }) => [who, revision, result])).toEqual([
    ['automated', first, 'succeeded'],
    ['automated', green, 'succeeded'],
    ['cli:appdev', first, 'succeeded'].map(word => word.replace('cli:', '')),
  ]);
  expect(said('sync.ended')[1]).toMatchObject({
    author: expect.stringMatching(/<.+>/),
    reviewers: ['Readdev <readdev@example.com>'],
    detail: { subject: 'Green is better', changed: 1, declaredAt: green },
  });
  expect(said('override.suspended')[0]).toMatchObject({
    who: 'appdev',
    via: 'cli',
    detail: { reason: 'we look at it' },
  });
  expect(said('override.resumed')[0]).toMatchObject({ who: 'backdev', via: 'cli' });
  expect(said('override.pinned')[0]).toMatchObject({ who: 'appdev', via: 'cli', revision: first });
  expect(said('heal.ended')[0]).toMatchObject({ who: 'self-heal', via: 'automation', result: 'succeeded' });
  expect(said('revision.healthy').length).toBeGreaterThanOrEqual(2);
});
