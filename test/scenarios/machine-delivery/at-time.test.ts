import { readdir, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { environmentOf } from '../delivery/setup.ts';
import { startMachineDelivery } from './setup.ts';

// What ran at a moment is told by the audit log alone: a restart and a lost store change nothing of it.

const procfile = (seconds: number) => `web: sleep ${seconds}\n`;
const both = [
  { name: 'shop', path: 'shop' },
  { name: 'site', path: 'site' },
];

test('what ran, and what bringing it back would do, is the same after a restart and after the store is lost', async () => {
  await using delivery = await startMachineDelivery(() => ({
    'holdfast.yaml': environmentOf('box', both),
    'shop/Procfile': procfile(1001),
    'site/Procfile': procfile(1002),
  }));
  const { repo, dataDirectory } = delivery;
  let { test: holdfast } = delivery;
  const moments: number[] = [];
  /** Between two records, by whichever clock they were written. */
  const moment = async () => {
    await pause(20);
    moments.push(Date.now());
    await pause(20);
  };
  const healthy = async (name: string, revision?: string) => {
    const { sync } = await holdfast.untilSynced(name, revision);
    await holdfast.until(name, ({ operation }) => operation?.healthyAt !== undefined);
    return sync.revision;
  };
  await moment();
  const first = await healthy('shop');
  await healthy('site');
  await moment();
  const second = await repo.commit({ 'shop/Procfile': procfile(1011) }, { message: 'Another time' });
  await healthy('shop', second);
  await moment();
  await holdfast.operator.suspend('shop', 'we look at it', 'appops via ui');
  await holdfast.operator.rollback('shop', {}, 'appops via ui');
  await holdfast.until('shop', ({ sync, operation }) => sync.revision === first && operation?.healthyAt !== undefined);
  await holdfast.operator.remove('site', { orphan: true }, 'backdev via ui');
  const third = await repo.commit({ 'holdfast.yaml': environmentOf('box', both.slice(0, 1)) });
  await holdfast.refresh();
  await holdfast.until('shop', () => holdfast.status('site') === undefined);
  await holdfast.holdfast.services.audit.settled();
  await moment();

  const told = async () => {
    const signal = AbortSignal.timeout(30_000);
    return await Promise.all(
      moments.map(async time => {
        const { past } = holdfast.operator;
        const { applications } = await past.rebuild(time, undefined, signal);
        const steps = applications.map(step => [step.application, step.do, step.revision, step.resources.length]);
        return { ran: await past.at(time), one: await past.at(time, 'shop'), steps };
      }),
    );
  };
  const before = await told();
  const [atStart, atFirst, atSecond, atEnd] = before.map(({ ran }) => ran);
  expect(atStart?.applications).toEqual([]);
  expect(atFirst?.applications).toMatchObject([
    { application: 'shop', revision: first, state: 'running', healthy: true },
    { application: 'site', revision: first, state: 'running', healthy: true },
  ]);
  expect(atSecond?.applications[0]).toMatchObject({ revision: second, subject: 'Another time', who: 'automated' });
  expect(atEnd?.applications).toMatchObject([
    { application: 'shop', revision: first, pinnedBy: 'appops', suspendedBy: 'appops', who: 'appops' },
    { application: 'site', state: 'gone' },
  ]);
  for (const { ran, one } of before) {
    expect(one.applications).toEqual(ran.applications.filter(({ application }) => application === 'shop'));
  }
  const steps = before.map(one => one.steps);
  expect(steps[0]).toMatchObject([['shop', 'remove', '', expect.any(Number)]]);
  expect(steps[1]).toMatchObject([
    ['shop', 'same', first, 0],
    ['site', 'declare', first, expect.any(Number)],
  ]);
  expect(steps[2]?.[0]).toMatchObject(['shop', 'change', second, expect.any(Number)]);

  holdfast = await delivery.restart();
  await holdfast.until('shop', ({ observedAt }) => observedAt > 0);
  expect(await told()).toEqual(before);

  // All but the log is lost.
  holdfast = await delivery.restart(async () => {
    const kept = new Set(['audit', 'audit-key.pem']);
    for (const name of await readdir(dataDirectory)) {
      if (!kept.has(name)) await rm(`${dataDirectory}/${name}`, { recursive: true });
    }
  });
  // What overrides there were is lost with the store, so that Git alone decides what runs now; what ran then is not lost.
  await healthy('shop', third);
  const after = await told();
  expect(after.map(({ ran, one }) => [ran, one])).toEqual(before.map(({ ran, one }) => [ran, one]));
  expect(after.map(({ steps: all }) => all.map(step => step.slice(0, 3)))).toEqual([
    [['shop', 'remove', '']],
    [
      ['shop', 'change', first],
      ['site', 'declare', first],
    ],
    [
      ['shop', 'same', second],
      ['site', 'declare', first],
    ],
    [['shop', 'change', first]],
  ]);
  for (const { steps: all } of after)
    for (const [, what, , resources] of all) expect(Number(resources) > 0).toBe(what !== 'same');
});
