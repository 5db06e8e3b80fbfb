import { expect, it } from 'vitest';
import { realEnv } from '../env/real.ts';
import { KeyQueue } from './queue.ts';

function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
}

it('does a key again that was added while it was worked on, and never twice at once', async () => {
  const first = gate();
  const second = gate();
  const began: string[] = [];
  let atOnce = 0;
  const queue = new KeyQueue({
    env: realEnv(),
    concurrency: 4,
    async work(key) {
      began.push(key);
      expect(++atOnce).toBe(1);
      if (began.length === 1) await first.opened;
      atOnce--;
      if (began.length === 2) second.open();
    },
  });
  queue.add('a');
  queue.add('a');
  queue.add('a');
  first.open();
  await second.opened;
  expect(began).toEqual(['a', 'a']);
  await queue.close('end');
});

it('keeps to its concurrency, in order, and lets one that hangs delay no other', async () => {
  const hang = gate();
  const done = gate();
  const finished: string[] = [];
  const queue = new KeyQueue({
    env: realEnv(),
    concurrency: 2,
    async work(key) {
      if (key === 'hangs') await hang.opened;
      finished.push(key);
      if (finished.length === 20) done.open();
    },
  });
  queue.add('hangs');
  const others = Array.from({ length: 20 }, (_, i) => `k${i}`);
  for (const key of others) queue.add(key);
  await done.opened;
  expect(finished).toEqual(others);
  hang.open();
  await queue.close('end');
});

it('goes on after work that throws', async () => {
  const done = gate();
  const queue = new KeyQueue({
    env: realEnv(),
    concurrency: 1,
    async work(key) {
      if (key === 'bad') throw new Error('no');
      done.open();
    },
  });
  queue.add('bad');
  queue.add('good');
  await done.opened;
  await queue.close('end');
  expect(queue.size).toBe(0);
});

it('adds a key later, at the earliest of the times asked for', async () => {
  const done = gate();
  let worked = 0;
  const queue = new KeyQueue({
    env: realEnv(),
    concurrency: 1,
    async work() {
      worked++;
      done.open();
    },
  });
  queue.addAfter('a', 60_000);
  queue.addAfter('a', 1);
  queue.addAfter('a', 60_000);
  await done.opened;
  await queue.close('end');
  expect(worked).toBe(1);
});

it('tells of a key that only a hint brought, takes it last, and leaves what was to be done later', async () => {
  const hold = gate();
  const done = gate();
  const seen: string[] = [];
  const queue = new KeyQueue({
    env: realEnv(),
    concurrency: 1,
    async work(key, _, isHint) {
      if (key === 'first') return await hold.opened;
      seen.push(`${key} ${isHint}`);
      if (key === 'later' && !isHint) done.open();
    },
  });
  queue.add('first');
  queue.hint('hinted');
  queue.hint('both');
  queue.add('both');
  queue.add('added');
  queue.hint('added');
  queue.addAfter('later', 100);
  queue.hint('later');
  hold.open();
  await done.opened;
  expect(seen).toEqual(['both false', 'added false', 'hinted true', 'later true', 'later false']);
  await queue.close('end');
});
