import type { Page } from 'playwright-core';
import type { Timers } from '../../src/env/env.ts';

// An hour in less than one: whatever waits, in the operator and in the page, waits a part of that time.

export function hurriedTimers(timers: Timers, speed: number): Timers {
  return {
    after: (ms, fn) => timers.after(ms / speed, fn),
    sleep: (ms, signal) => timers.sleep(ms / speed, signal),
  };
}

/** To be run in a page before its own scripts. It counts events that tell of changes, too. */
export function hurriedPage(speed: number): string {
  return `
    const { setTimeout: after, setInterval: every, EventSource: Source } = globalThis;
    globalThis.setTimeout = (fn, ms = 0, ...rest) => after(fn, ms / ${speed}, ...rest);
    globalThis.setInterval = (fn, ms = 0, ...rest) => every(fn, ms / ${speed}, ...rest);
    globalThis.changeEvents = 0;
    globalThis.EventSource = class extends Source {
      constructor(...words) {
        super(...words);
        this.addEventListener('changes', () => { globalThis.changeEvents += 1; });
      }
    };`;
}

/** What the page holds on to, when everything that can go is gone. */
export async function weigh(page: Page): Promise<{ heap: number; nodes: number; listeners: number }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
  await devtools.detach();
  return { heap: usedSize, nodes, listeners: jsEventListeners };
}

export const mb = (bytes: number) => (bytes / 1_000_000).toFixed(1);
