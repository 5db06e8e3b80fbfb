import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../world/wait.ts';
import { type Delivery, startDelivery } from '../delivery/setup.ts';
import { colourOf, countWrites, oneMap, painted, problemsOf, untilHealed } from './git-world.ts';
import { canMount, mountSmallDisk, type SmallDisk } from './small-disk.ts';

describe.runIf(canMount)('the data directory on a small disk', () => {
  let delivery: Delivery;
  let disk: SmallDisk;
  beforeAll(async () => {
    const prepare = async (path: string) => {
      disk = await mountSmallDisk(path, 8);
    };
    delivery = await startDelivery(oneMap, {}, { prepare });
  });
  afterEach(async () => await disk.free());
  afterAll(async () => {
    await delivery?.test.close();
    await disk?.[Symbol.asyncDispose]();
    await delivery?.[Symbol.asyncDispose]();
  });

  const logged = (message: string) =>
    delivery.test.log.filter(({ msg, message: text }) => `${msg ?? text}`.includes(message));

  test('full before a fetch: it is said, what is in force is kept so, and with space the commit is delivered', async () => {
    const { test: holdfast, repo, name } = delivery;
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    const before = await colourOf(delivery);
    await disk.fill();
    const next = await repo.commit(painted('green'));
    await holdfast.refresh();
    expect(problemsOf(delivery)).toMatch(/no space/i);
    const healed = await untilHealed(delivery);
    expect(await colourOf(delivery)).toBe(before);
    expect(await writes()).toEqual([healed]);
    await disk.free();
    await holdfast.untilSynced(name, next);
    await waitFor('no trouble', () => problemsOf(delivery) === '');
    expect(await writes()).toEqual([healed, 'patch configmaps/a']);
  });

  test('full when the store is written: it goes on from memory, and with space nothing of the account is missing', async () => {
    const { test: holdfast, repo, name } = delivery;
    await holdfast.untilSynced(name);
    await holdfast.untilSynced(name, await repo.commit(painted('blue')));
    const writes = await countWrites(delivery);
    await disk.fill();
    const healed = [await untilHealed(delivery), await untilHealed(delivery)];
    await holdfast.until(
      name,
      ({ operation }) => operation?.startedBy === 'self-heal' && operation.result === 'succeeded',
    );
    await holdfast.operator.suspend(name, 'while the disk is full', 'appdev');
    await holdfast.until(name, ({ suspended }) => suspended?.by === 'appdev');
    expect(logged('The store cannot be written')).not.toEqual([]);
    const heals = () =>
      delivery.test.operator.history(name).filter(({ startedBy }) => startedBy === 'self-heal').length;
    const seen = heals();
    expect(seen).toBeGreaterThanOrEqual(2);
    await disk.free();
    const again = await delivery.restart();
    expect(heals()).toBe(seen);
    await again.until(name, ({ suspended }) => suspended?.by === 'appdev');
    await again.operator.resume(name, 'appdev');
    await again.untilSynced(name);
    expect(await writes()).toEqual(healed);
  });

  test('too small for the rendered result: it is delivered all the same, and kept when there is space', async () => {
    const { test: holdfast, repo, name } = delivery;
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    // A megabyte that packs to a few kilobytes.
    const big = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'big' },
      data: { text: 'x'.repeat(700_000) },
    });
    await disk.fill(400_000);
    const next = await repo.commit({ 'app/big.json': big });
    await holdfast.untilSynced(name, next);
    await waitFor('it to be logged', () => logged('could not be kept').length > 0);
    expect(problemsOf(delivery)).toBe('');
    expect(await writes()).toEqual(['patch configmaps/big']);
    await disk.free();
    const last = await repo.commit({ 'app/big.json': null });
    await holdfast.untilSynced(name, last);
    expect(await writes()).toEqual(['patch configmaps/big', 'delete configmaps/big']);
  });

  test('started on a full disk: it says why it cannot, or goes on; with space it does', async () => {
    const { name } = delivery;
    await delivery.test.untilSynced(name);
    const writes = await countWrites(delivery);
    const started = await delivery
      .restart(async () => await disk.fill())
      .then(
        () => 'started',
        (error: Error) => error.message,
      );
    expect(started).toMatch(/started|no space/i);
    await disk.free();
    const holdfast = await delivery.restart();
    await holdfast.untilSynced(name);
    const healed = await untilHealed(delivery);
    expect(await writes()).toEqual([healed]);
  });

  test('read-only while running: what is in force is kept so and the trouble said; writable again, it goes on', async () => {
    const { test: holdfast, repo, name } = delivery;
    await holdfast.untilSynced(name);
    const writes = await countWrites(delivery);
    const before = await colourOf(delivery);
    disk.readOnly();
    const next = await repo.commit(painted('after'));
    try {
      await holdfast.refresh();
      expect(problemsOf(delivery)).toMatch(/read-only|EROFS/i);
      const healed = await untilHealed(delivery);
      expect(await colourOf(delivery)).toBe(before);
      expect(await writes()).toEqual([healed]);
      disk.writable();
      await holdfast.untilSynced(name, next);
      await waitFor('no trouble', () => problemsOf(delivery) === '');
      expect(await writes()).toEqual([healed, 'patch configmaps/a']);
    } finally {
      if (disk.isReadOnly()) disk.writable();
    }
  });
});
