import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

async function work(limiter: Limiter, count: number, outcome: { busy: boolean; latencyMs?: number }): Promise<void> {
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
