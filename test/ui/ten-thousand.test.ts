import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { memoryAccess } from '../../src/api/testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { WebFiles } from '../../src/api/web-files.ts';
import { accessSettings } from '../../src/dialects/access.ts';
import { realEnv } from '../../src/env/real.ts';
import { waitFor } from '../world/wait.ts';
import { startBrowser, type Visit, visit } from './browser.ts';
import { hurriedPage, hurriedTimers, mb, weigh } from './hour.ts';

// The real API and the real browser; applications as data, since what is asked here is what many of them cost a page. With a real
// operator and a cluster: person.test.ts.

const count = 10_000;
const nameOf = (index: number) => `app-${String(index).padStart(5, '0')}`;
const degraded = { status: 'Degraded', message: 'Deployment api: image pull fails' } as const;
/** An hour passes in 3,600 / `speed` seconds: in 30, or with `npm run hour` in six minutes. */
const speed = Number(process.env.HOLDFAST_HOUR_SPEED ?? 120);
const hourMs = 3_600_000 / speed;

let operator: MemoryOperator;
/** At the usual pace; the other one's waits pass `speed` times as fast. */
let api: RunningApi;
let hurried: RunningApi;
let browser: Browser;
/** States that were looked up, to make rows of. */
let reads = 0;

beforeAll(async () => {
  const env = realEnv();
  operator = memoryOperator(Array.from({ length: count }, (_, index) => sampleStatus(nameOf(index))));
  operator.change(nameOf(7_777), { health: degraded });
  const { application } = operator;
  const counted: MemoryOperator = {
    ...operator,
    application(name) {
      reads += 1;
      return application(name);
    },
  };
  const access = memoryAccess(env, accessSettings.parse({}));
  const web = new WebFiles(env.files, await buildWeb());
  const options = { operator: counted, access, host: '127.0.0.1', port: 0, token: 'own', web };
  api = await startApi({ env, ...options });
  hurried = await startApi({ env: { ...env, timers: hurriedTimers(env.timers, speed) }, ...options });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
  await hurried?.close();
});

async function open({ url }: RunningApi): Promise<Visit> {
  return await visit(browser, url, { extraHTTPHeaders: { authorization: 'Bearer own' } });
}

const inPage = (page: Page, expression: string) => page.evaluate<number>(expression);

test('the one unhealthy of 10,000 is the first that one sees', async () => {
  await using visited = await open(api);
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

test('what is asked for is little, and what is answered is small, however many there are', async () => {
  await using visited = await open(api);
  const { page } = visited;
  const answers: { path: string; bytes: number; items: number }[] = [];
  page.on('response', async response => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/') || pathname.endsWith('/changes')) return;
    const text = await response.text().catch(() => '');
    const items = pathname.endsWith('/list') ? JSON.parse(text).items.length : 0;
    answers.push({ path: pathname, bytes: text.length, items });
  });
  const taken = async (act: () => Promise<unknown>) => {
    answers.length = 0;
    reads = 0;
    await act();
    // That nothing more is asked cannot be waited for.
    await page.waitForTimeout(500);
    const lists = answers.filter(({ path }) => path.endsWith('/list'));
    const most = (of: readonly number[]) => Math.max(0, ...of);
    return {
      requests: answers.length,
      lists: lists.length,
      reads,
      items: most(lists.map(({ items }) => items)),
      bytes: most(answers.map(({ bytes }) => bytes)),
    };
  };
  const row = (name: string) => page.locator(`[data-row="${name}"]`);

  const first = await taken(async () => {
    await page.goto('/applications?sort=name');
    await row(nameOf(0)).waitFor();
  });
  const filtered = await taken(async () => {
    await page.getByRole('searchbox').fill('app-0123');
    await row(nameOf(1_239)).waitFor();
  });
  const one = await taken(async () => {
    await page.goto(`/applications/${nameOf(4_321)}`);
    await page.getByRole('region', { name: 'Resources' }).getByRole('link').first().waitFor();
  });
  console.info(JSON.stringify({ first, filtered, one }));
  expect(first).toMatchObject({ lists: 1, items: 50 });
  expect(filtered.lists).toBeLessThanOrEqual(2);
  expect(one.lists).toBe(0);
  for (const { requests, reads: read, bytes } of [first, filtered, one]) {
    expect(requests).toBeLessThanOrEqual(8);
    expect(read).toBeLessThanOrEqual(60);
    expect(bytes).toBeLessThanOrEqual(45_000);
  }
});

test('an hour of 50 changes a second leaves neither objects nor elements behind', {
  timeout: 90_000 + hourMs * 2,
}, async () => {
  await using visited = await open(hurried);
  const { page } = visited;
  await page.addInitScript(hurriedPage(speed));
  await page.goto('/applications?sort=name');
  await page.locator('[data-row]').first().waitFor();

  const changes = 50 * 3_600;
  let made = 0;
  /** Half of them are looked at. */
  function change(): void {
    const name = nameOf(made % 2 === 0 ? made % 24 : made % count);
    operator.change(name, { sync: { status: 'OutOfSync', revision: 'a'.repeat(40), message: `change ${made}` } });
    made += 1;
  }
  const began = performance.now();
  /** As many as there would be by now. */
  const keepUp = () => {
    const due = Math.min(changes, Math.floor(((performance.now() - began) / 1_000) * speed * 50));
    while (made < due) change();
  };
  const changing = setInterval(keepUp, 5);
  const until = (share: number) =>
    waitFor('the changes', () => made >= changes * share, { deadlineMs: hourMs * 2, everyMs: 200 });
  try {
    await until(0.15);
    const before = await weigh(page);
    await until(1);
    await page
      .getByText(`change ${changes - 2}`, { exact: true })
      .filter({ visible: true })
      .first()
      .waitFor();
    const after = await weigh(page);
    const events = await inPage(page, 'globalThis.changeEvents');
    console.info(
      `${made} changes, ${events} events in ${Math.round((performance.now() - began) / 1_000)} s: heap ${mb(before.heap)} → ${mb(after.heap)} MB, ${before.nodes} → ${after.nodes} nodes, ${before.listeners} → ${after.listeners} listeners`,
    );
    // Those that come faster than they can be shown are told together, as anywhere: but the page was not spared all of it.
    expect(events).toBeGreaterThan(200);
    expect(after.heap - before.heap).toBeLessThan(2_000_000);
    expect(after.nodes - before.nodes).toBeLessThan(500);
    expect(after.listeners - before.listeners).toBeLessThan(100);
    expect(visited.complaints).toEqual([]);
  } finally {
    clearInterval(changing);
  }
});
