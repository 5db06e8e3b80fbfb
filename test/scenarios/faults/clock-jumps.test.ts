import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Env } from '../../../src/env/env.ts';
import { mark, requests } from '../../world/audit.ts';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, environmentOf, startDelivery } from '../delivery/setup.ts';
import { isAlive, type MachineDelivery, pids, startMachineDelivery } from '../machine-delivery/setup.ts';
import { colourOf, countWrites, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';

const hour = 3_600_000;
const jumps = { '+1 h': hour, '-1 h': -hour, '+10 y': 87_600 * hour, '-10 y': -87_600 * hour };

/** How far the wall clock is off; the monotonic one is what it is. */
let offset = 0;
const change = (env: Env): Env => ({ ...env, clock: { ...env.clock, now: () => env.clock.now() + offset } });

let delivery: Delivery;
let machine: MachineDelivery;
beforeAll(async () => {
  delivery = await startDelivery(oneMap, { interval: '1s' }, { http: true, change });
  machine = await startMachineDelivery(
    () => ({
      'holdfast.yaml': environmentOf('box', [{ name: 'shop', path: 'shop' }]),
      'shop/Procfile': 'web: sleep 1000\n',
    }),
    { change },
  );
});
afterEach(() => {
  offset = 0;
});
afterAll(async () => {
  await delivery?.[Symbol.asyncDispose]();
  await machine?.[Symbol.asyncDispose]();
});

test.each(Object.entries(jumps))(
  'the wall clock jumps by %s: no storm and no writes; commits and repairs as ever, in their order',
  async (title, by) => {
    const { test: holdfast, repo, name, access, git } = delivery;
    if (git === undefined) throw new Error('it is not served over HTTP');
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    const since = await mark(access);
    const looks = git.log.length;
    const began = performance.now();
    offset = by;
    // Three looks at Git from now on, as often as ever.
    await waitFor('three looks', () => git.log.length >= looks + 3, { deadlineMs: 10_000 });
    expect(performance.now() - began).toBeGreaterThan(1_500);
    const mine = (await requests(access, { since, user: 'holdfast' })).filter(({ namespace }) => namespace === name);
    expect(mine.filter(({ verb }) => verb !== 'watch')).toEqual([]);
    expect(holdfast.status(name)).toMatchObject({ sync: { status: 'Synced' }, health: { status: 'Healthy' } });

    const healed = await untilHealed(delivery);
    const next = await repo.commit(painted(title));
    await holdfast.untilSynced(name, next);
    expect(await colourOf(delivery)).toBe(title);
    expect(problemsOf(delivery)).toBe('');
    // The newest is the newest, whatever the clock said.
    await waitFor('the record', () => holdfast.operator.history(name)[0]?.revision === next);
    expect(holdfast.status(name)?.operation).toMatchObject({ revision: next, result: 'succeeded' });
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
  },
);

test('behind for good: what is delivered now stays in the history, and a rollback goes back by one', async () => {
  const { test: holdfast, repo, name } = delivery;
  await holdfast.untilSynced(name);
  offset = -87_600 * hour;
  const commits: string[] = [];
  for (let i = 0; i < 12; i++) {
    commits.push(await repo.commit(painted(`behind ${i}`)));
    await holdfast.untilSynced(name, commits.at(-1));
  }
  const { history } = holdfast.operator;
  expect(
    history(name)
      .slice(0, 5)
      .map(({ revision }) => revision),
  ).toEqual(commits.toReversed().slice(0, 5));
  await holdfast.operator.rollback(name, {}, 'appdev');
  await holdfast.until(name, ({ sync }) => sync.revision === commits.at(-2) && sync.status === 'Synced');
  await holdfast.operator.resume(name, 'appdev');
  await holdfast.untilSynced(name, commits.at(-1));
});

test.each(Object.entries(jumps))(
  'a start after the clock went by %s writes nothing, and processes that run are as healthy as before',
  async (_, by) => {
    const { name } = delivery;
    await delivery.test.untilSynced(name);
    const writes = await countWrites(delivery);
    const before = pids(await machine.test.untilSynced('shop')).web;
    offset = by;
    const [holdfast, box] = await Promise.all([delivery.restart(), machine.restart()]);
    await holdfast.untilSynced(name);
    await box.until('shop', ({ sync, health }) => sync.status === 'Synced' && health.status === 'Healthy');
    expect(pids(box.operator.application('shop')).web).toBe(before);
    expect(isAlive(before)).toBe(true);
    expect(await writes()).toEqual([]);
  },
);
