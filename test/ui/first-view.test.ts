import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, visit } from './browser.ts';
import { type SharedWorld, sharedWorld } from './shared.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await sharedWorld();
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test('the first view takes less than 300 KB, and asks nobody else', async () => {
  await using visited = await visit(browser, world.url, { as: 'ops' });
  const { page } = visited;
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  await page.goto('/');
  await page.getByRole('link', { name: 'payments', exact: true }).waitFor();
  const bytes = await page.evaluate<number>(
    "['navigation', 'resource'].flatMap(type => performance.getEntriesByType(type)).reduce((sum, one) => sum + one.transferSize, 0)",
  );
  const ms = await page.evaluate<number>('performance.now()');
  console.info(`first view: ${Math.round(bytes / 1000)} KB, ${Math.round(ms)} ms, ${asked.length} requests`);
  expect(bytes).toBeGreaterThan(20_000);
  expect(bytes).toBeLessThan(300_000);
  expect(asked.filter(url => !url.startsWith(`${world.url}/`))).toEqual([]);
});
