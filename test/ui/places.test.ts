import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desk, phone, seriousFindings, startBrowser, visit } from './browser.ts';
import { places } from './places.ts';
import { type SharedWorld, sharedWorld } from './shared.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await sharedWorld();
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Colours on their way from one to the other are no colours of ours. */
const endTransitions = `new Promise(done => requestAnimationFrame(() => {
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  done();
}))`;

/** Dark is the same page in other colours, on any device the same. */
const devices = [
  { device: 'a desk', options: desk, isSeenDark: true },
  { device: 'a phone', options: phone, isSeenDark: false },
] as const;

describe.each(devices)('$device', ({ options, isSeenDark }) => {
  test.each(places)('$name: nothing serious for axe, nothing that the browser complains about', async place => {
    const as = place.isOutside === true ? {} : ({ as: 'ops' } as const);
    const url = place.of === undefined ? world.url : world[place.of];
    await using visited = await visit(browser, url, { ...options, ...as, colorScheme: 'light' });
    const { page, complaints } = visited;
    await page.goto(place.path);
    await place.ready(page);
    await place.before?.(page);
    expect(await seriousFindings(page)).toEqual([]);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(width, 'the page is wider than the window').toBeLessThanOrEqual(0);
    if (isSeenDark) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.evaluate(endTransitions);
      expect(await seriousFindings(page, ['color-contrast'])).toEqual([]);
    }
    // That something is not there is what one of them shows.
    expect(complaints.filter(text => !text.includes('/applications/nobody/'))).toEqual([]);
  });
});
