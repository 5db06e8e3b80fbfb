import { expect, test } from 'vitest';
import { realEnv } from './real.ts';

const { clock, timers } = realEnv();

function keepBusy(ms: number): void {
  const until = clock.monotonic() + ms;
  while (clock.monotonic() < until);
}

test('a timer that is set late in a long turn is not early', async () => {
  keepBusy(40);
  const from = clock.monotonic();
  const after = await new Promise<number>(resolve => timers.after(30, () => resolve(clock.monotonic() - from)));
  expect(after).toBeGreaterThanOrEqual(30);
});

test('nor is a sleep', async () => {
  keepBusy(40);
  const from = clock.monotonic();
  await timers.sleep(30);
  expect(clock.monotonic() - from).toBeGreaterThanOrEqual(30);
});

test('a timer that is cancelled never comes', async () => {
  let came = false;
  const cancel = timers.after(20, () => {
    came = true;
  });
  cancel();
  await timers.sleep(40);
  expect(came).toBe(false);
});
