import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../world/port.ts';
import { environmentOf } from '../delivery/setup.ts';
import { answerOf, startMachineDelivery, webServer } from './setup.ts';

test("a person's word tries a quarantined revision once more, and it gives way again; a plain rollback chooses one that worked; resume ends it all", async () => {
  const port = await freePort();
  const health = { http: `http://127.0.0.1:${port}/`, timeout: '2s', interval: '200ms' };
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'web', path: 'web', health }]),
    ...webServer(port, 'one'),
  }));
  const { test: holdfast, repo } = delivery;
  const { operator } = holdfast;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  const bad = await repo.commit(webServer(port, 'bad', 503));
  await holdfast.refresh();
  const isBackAt = (revision: string) =>
    holdfast.until('web', ({ quarantined, sync, health, operation }) => {
      const over = operation?.result === 'succeeded' && health.status === 'Healthy';
      return quarantined?.revision === bad && sync.revision === revision && over;
    });
  const isTried = () =>
    holdfast.until('web', ({ sync, quarantined }) => sync.revision === bad && quarantined === undefined);
  await isBackAt(first);

  // Git asks for it still: that is no pin.
  expect(await operator.rollback('web', { to: bad }, 'appdev')).toMatchObject({ revision: bad, startedBy: 'appdev' });
  expect((await isTried()).pinned).toBeUndefined();
  await isBackAt(first);
  // It is not hung: it answers, and goes on with what Git asks for next.
  expect((await operator.diff('web', {}, AbortSignal.timeout(20_000))).resources).toEqual([]);
  const good = await repo.commit(webServer(port, 'good'));
  await holdfast.untilSynced('web', good);
  expect(await answerOf(port)).toBe('good');

  await operator.rollback('web', { to: bad }, 'appdev');
  expect((await isTried()).pinned).toMatchObject({ revision: bad, by: 'appdev' });
  expect((await isBackAt(good)).pinned?.revision).toBe(bad);
  expect(await answerOf(port)).toBe('good');

  const plain = await operator.rollback('web', {}, 'appdev');
  expect(plain.revision).toBe(first);
  const pinned = await holdfast.untilSynced('web', first);
  expect(pinned.pinned?.revision).toBe(first);
  expect(pinned.quarantined).toBeUndefined();
  expect(await answerOf(port)).toBe('one');

  await operator.resume('web', 'appdev');
  const resumed = await holdfast.untilSynced('web', good);
  expect([resumed.pinned, resumed.quarantined]).toEqual([undefined, undefined]);
  expect(await answerOf(port)).toBe('good');
});

test('resume tries a quarantined revision once more', async () => {
  const health = { stable: '300ms', timeout: '1500ms', interval: '200ms' };
  const procfile = (test: string) => ({ 'web/Procfile': `web: sh -c "${test} && exec sleep 1001"\n` });
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', [{ name: 'web', path: 'web', health }]),
    ...procfile('true'),
  }));
  const { test: holdfast, repo, srv } = delivery;
  const first = (await holdfast.untilSynced('web')).sync.revision;
  const second = await repo.commit(procfile(`test -f ${srv}/needed`));
  await holdfast.refresh();
  await holdfast.until('web', ({ quarantined, sync, health, operation }) => {
    const over = operation?.result === 'succeeded' && health.status === 'Healthy';
    return quarantined?.revision === second && sync.revision === first && over;
  });
  // What it lacked is there now: nothing in Git changes for that.
  await writeFile(`${srv}/needed`, '');
  await holdfast.operator.resume('web', 'appdev');
  const resumed = await holdfast.untilSynced('web', second);
  expect(resumed.quarantined).toBeUndefined();
});
