import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

async function work(
  limiter: Limiter,
  count: number,
  outcome: { busy: boolean; latencyMs?: number; kind?: string },
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await limiter.acquire();
    limiter.release(outcome);
  }
}

test('grows while answers are quick, to its maximum', async () => {
  const limiter = new Limiter({ start: 4, maximum: 8 });
  await work(limiter, 100, { busy: false, latencyMs: 5 });
  expect(limiter.limit).toBe(8);
});

test('halves when the server is busy, once for what was under way together, and never below its minimum', async () => {
  const limiter = new Limiter({ start: 32, minimum: 2 });
  await work(limiter, 16, { busy: true });
  expect(limiter.limit).toBe(16);
  await work(limiter, 1000, { busy: true });
  expect(limiter.limit).toBe(2);
});

test('shrinks when answers become slow', async () => {
  const limiter = new Limiter({ start: 10 });
  await work(limiter, 5, { busy: false, latencyMs: 10 });
  await work(limiter, 50, { busy: false, latencyMs: 3_000 });
  expect(limiter.limit).toBeLessThan(10);
});

test('is not misled by kinds of requests that always take longer, and never goes one by one for slowness alone', async () => {
  const limiter = new Limiter({ start: 16 });
  for (let i = 0; i < 50; i++) {
    await work(limiter, 1, { busy: false, latencyMs: 5, kind: 'GET' });
    await work(limiter, 1, { busy: false, latencyMs: 400, kind: 'PATCH' });
  }
  expect(limiter.limit).toBeGreaterThanOrEqual(16);
  await work(limiter, 200, { busy: false, latencyMs: 4_000, kind: 'GET' });
  expect(limiter.limit).toBeGreaterThanOrEqual(4);
});

test('lets those who wait take turns by whose they are, in the order in which each came', async () => {
  const limiter = new Limiter({ start: 1 });
  await limiter.acquire(undefined, 'a');
  const entered = ['a'];
  const waiting = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'];
  for (const what of waiting) void limiter.acquire(undefined, what[0]).then(() => entered.push(what));
  for (const _ of waiting) {
    limiter.release({ busy: false }, entered.at(-1)?.[0]);
    await setImmediate();
  }
  expect(entered.slice(1)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('keeps some places for others than the one that has most', async () => {
  const limiter = new Limiter({ start: 8 });
  let entered = 0;
  for (let i = 0; i < 20; i++) void limiter.acquire(undefined, 'flood').then(() => entered++);
  await setImmediate();
  expect(entered).toBe(6);
  await limiter.acquire(undefined, 'small');
  await limiter.acquire();
  limiter.release({ busy: false }, 'small');
  await setImmediate();
  expect(entered).toBe(6);
  limiter.release({ busy: false }, 'flood');
  await setImmediate();
  expect(entered).toBe(7);
});

test('lets no more in than its limit, in their order, and forgets who gives up', async () => {
  const limiter = new Limiter({ start: 1 });
  await limiter.acquire();
  const entered: string[] = [];
  const giveUp = new AbortController();
  const first = limiter.acquire(giveUp.signal).then(() => entered.push('first'));
  const second = limiter.acquire().then(() => entered.push('second'));
  giveUp.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  expect(entered).toEqual([]);
  limiter.release({ busy: false });
  await second;
  expect(entered).toEqual(['second']);
});
