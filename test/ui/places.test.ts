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

const looks = [
  { look: 'light', device: desk, colorScheme: 'light' },
  { look: 'dark', device: desk, colorScheme: 'dark' },
  { look: 'on a phone', device: phone, colorScheme: 'light' },
] as const;

describe.each(looks)('$look', ({ device, colorScheme }) => {
  test.each(places)('$name: nothing serious for axe, nothing that the browser complains about', async place => {
    const as = place.isOutside === true ? {} : ({ as: 'ops' } as const);
    const url = place.of === undefined ? world.url : world[place.of];
    await using visited = await visit(browser, url, { ...device, ...as, colorScheme });
    await visited.page.goto(place.path);
    await place.ready(visited.page);
    await place.before?.(visited.page);
    expect(await seriousFindings(visited.page)).toEqual([]);
    const width = await visited.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(width, 'the page is wider than the window').toBeLessThanOrEqual(0);
    // That something is not there is what one of them shows.
    expect(visited.complaints.filter(text => !text.includes('/applications/nobody/'))).toEqual([]);
  });
});
