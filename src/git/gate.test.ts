import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

const never = new AbortController().signal;

test('lets so many in, the others in turn', async () => {
  const gate = createGate(2);
  const order: number[] = [];
  const first = await gate(never);
  const second = await gate(never);
  const third = gate(never).then(leave => {
    order.push(3);
    return leave;
  });
  const fourth = gate(never).then(leave => {
    order.push(4);
    return leave;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  second();
  // Leaving twice gives back one place.
  second();
  const leaveThird = await third;
  expect(order).toEqual([3]);
  first();
  await fourth;
  leaveThird();
  expect(order).toEqual([3, 4]);
});

test('who gives up waiting takes no place', async () => {
  const gate = createGate(1);
  const leave = await gate(never);
  const impatient = new AbortController();
  const waiting = gate(impatient.signal);
  const next = gate(never);
  impatient.abort(new Error('gave up'));
  await expect(waiting).rejects.toThrow('gave up');
  leave();
  (await next)();
  await expect(gate(impatient.signal)).rejects.toThrow('gave up');
  (await gate(never))();
});
