import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const never = new AbortController().signal;

/** All that can go on by itself has gone on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined;
}

/** Work that ends when it is told to. */
function held(): { work: () => Promise<void>; started: () => boolean; end: () => void } {
  const ended = Promise.withResolvers<void>();
  let started = false;
  const work = () => {
    started = true;
    return ended.promise;
  };
  return { work, started: () => started, end: () => ended.resolve() };
}

test('so many at a time, first come first served', async () => {
  const gate = new Gate(2);
  const works = [held(), held(), held()];
  const runs = works.map(({ work }) => gate.run(work, never));
  await settled();
  expect(works.map(({ started }) => started())).toEqual([true, true, false]);
  works[0]?.end();
  await runs[0];
  await settled();
  expect(works[2]?.started()).toBe(true);
  for (const { end } of works) end();
  await Promise.all(runs);
});

test('one alone waits until all are out, and lets nobody in beside it', async () => {
  const gate = new Gate(2);
  const [before, alone, after] = [held(), held(), held()];
  const runs = [gate.run(before.work, never), gate.run(alone.work, never, true), gate.run(after.work, never)];
  await settled();
  expect([before.started(), alone.started(), after.started()]).toEqual([true, false, false]);
  before.end();
  await runs[0];
  await settled();
  expect([alone.started(), after.started()]).toEqual([true, false]);
  alone.end();
  await runs[1];
  await settled();
  expect(after.started()).toBe(true);
  after.end();
  await Promise.all(runs);
});

test('whoever gives up waiting leaves the queue, and those behind it go on', async () => {
  const gate = new Gate(1);
  const [inside, behind] = [held(), held()];
  const first = gate.run(inside.work, never);
  const controller = new AbortController();
  const impatient = gate.run(() => Promise.resolve(), controller.signal, true);
  const last = gate.run(behind.work, never);
  controller.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  inside.end();
  behind.end();
  await Promise.all([first, last]);
});

test('work that throws gives its place back', async () => {
  const gate = new Gate(1);
  await expect(gate.run(() => Promise.reject(new Error('no')), never)).rejects.toThrow('no');
  expect(await gate.run(() => Promise.resolve('yes'), never)).toBe('yes');
});
