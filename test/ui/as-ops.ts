import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startBrowser, type Visit, visit } from './browser.ts';
import { type SharedWorld, sharedWorld } from './shared.ts';

// Each test of a file that imports this begins with a page of its own, of somebody who may do everything.

export let world: SharedWorld;
export let browser: Browser;
export let page: Page;
let visited: Visit;

beforeAll(async () => {
  world = await sharedWorld();
  browser = await startBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  visited = await visit(browser, world.url, { as: 'ops' });
  page = visited.page;
});
afterEach(() => visited.close());
