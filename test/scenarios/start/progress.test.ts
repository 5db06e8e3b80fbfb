import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progressLine } from '../../../scripts/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lines(isTTY: boolean) {
  const written: string[] = [];
  const progress = progressLine('building it', 'some minutes', {
    isTTY,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  });
  return { progress, took: () => written.splice(0) };
}

test('on a terminal one line is rewritten: what is to be expected, what is done, how long it took and will take', () => {
  const { progress, took } = lines(true);
  expect(took()).toEqual(['\r\x1b[Kbuilding it, once: some minutes']);
  vi.advanceTimersByTime(500);
  progress.show('10 modules downloaded');
  expect(took()).toEqual(['\r\x1b[Kbuilding it: 10 modules downloaded, 1 s']);
  vi.advanceTimersByTime(2_500);
  progress.start();
  vi.advanceTimersByTime(30_000);
  took();
  progress.show('250 of at most 1000 packages', 0.25);
  progress.show('251 of at most 1000 packages', 0.251);
  vi.advanceTimersByTime(1_000);
  // The last word is shown, if only a little later; then it is shown that time passes.
  expect(took()).toEqual(['\r\x1b[Kbuilding it: 251 of at most 1000 packages, 34 s, about 1 min 33 s left']);
  vi.advanceTimersByTime(2_000);
  expect(took()).toHaveLength(2);
  progress.end('built');
  vi.advanceTimersByTime(5_000);
  expect(took()).toEqual(['\r\x1b[Kbuilding it: built in 36 s\n']);
});

test('in a log there is a line now and then', () => {
  const { progress, took } = lines(false);
  for (let i = 0; i < 310; i++) {
    progress.show(`${i} modules downloaded`);
    vi.advanceTimersByTime(100);
  }
  progress.end('failed');
  expect(took()).toEqual([
    'building it, once: some minutes\n',
    'building it: 149 modules downloaded, 15 s\n',
    'building it: 299 modules downloaded, 30 s\n',
    'building it: failed in 31 s\n',
  ]);
});
