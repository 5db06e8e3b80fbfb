import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { WebFiles } from '../../src/api/web-files.ts';
import { accessSettings } from '../../src/dialects/access.ts';
import { realEnv } from '../../src/env/real.ts';
import { startBrowser, type Visit, visit } from './browser.ts';

// The real API and the real browser; applications as data, since what is asked here is what many of them cost a page.

const count = 10_000;
const nameOf = (index: number) => `app-${String(index).padStart(5, '0')}`;
const degraded = { status: 'Degraded', message: 'Deployment api: image pull fails' } as const;

let operator: MemoryOperator;
let api: RunningApi;
let browser: Browser;

beforeAll(async () => {
  const env = realEnv();
  const statuses = Array.from({ length: count }, (_, index) => sampleStatus(nameOf(index)));
  operator = memoryOperator(statuses);
  operator.change(nameOf(7_777), { health: degraded });
  const access = memoryAccess(env, accessSettings.parse({}));
  const web = new WebFiles(env.files, await buildWeb());
  api = await startApi({ env, operator, access, host: '127.0.0.1', port: 0, token: 'own', web });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

async function open(): Promise<Visit> {
  return await visit(browser, api.url, { extraHTTPHeaders: { authorization: 'Bearer own' } });
}

const inPage = (page: Page, expression: string) => page.evaluate<number>(expression);

test('the one unhealthy of 10,000 is the first that one sees', async () => {
  await using visited = await open();
  const { page } = visited;
  await page.goto('/');
  const first = page.locator('[data-row]').first();
  await first.waitFor();
  console.info(`10,000 applications: first rows after ${Math.round(await inPage(page, 'performance.now()'))} ms`);
  expect(await first.getAttribute('data-row')).toBe(nameOf(7_777));
  expect(await page.getByRole('link', { name: /^Unhealthy/ }).textContent()).toBe('Unhealthy1');
  await page.getByText('10,000 of 10,000').waitFor();
  expect(await page.locator('[data-row]').count()).toBeLessThan(60);
});

test('50 changes a second leave neither objects nor elements behind', async () => {
  await using visited = await open();
  const { page } = visited;
  await page.goto('/applications?sort=name');
  await page.locator('[data-row]').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.enable');

  async function weigh(): Promise<{ heap: number; nodes: number; listeners: number }> {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
    return { heap: usedSize, nodes, listeners: jsEventListeners };
  }

  let number = 0;
  const changing = setInterval(() => {
    // Half of them are looked at.
    const name = nameOf(number % 2 === 0 ? number % 12 : number % count);
    operator.change(name, { sync: { status: 'OutOfSync', revision: 'a'.repeat(40), message: `change ${number++}` } });
  }, 20);
  try {
    await page
      .getByText(/^change \d+$/)
      // The same words stand elsewhere on a phone.
      .filter({ visible: true })
      .first()
      .waitFor();
    await page.waitForTimeout(8_000);
    const before = await weigh();
    await page.waitForTimeout(20_000);
    const after = await weigh();
    console.info(
      `heap ${mb(before.heap)} → ${mb(after.heap)} MB, ${before.nodes} → ${after.nodes} nodes, ${number} changes`,
    );
    expect(after.heap - before.heap).toBeLessThan(2_000_000);
    expect(after.nodes - before.nodes).toBeLessThan(500);
    expect(after.listeners - before.listeners).toBeLessThan(100);
  } finally {
    clearInterval(changing);
  }
});

const mb = (bytes: number) => (bytes / 1_000_000).toFixed(1);
