import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../world/wait.ts';
import { startBrowser, visit } from './browser.ts';
import { all, bankName, type Many, ofBank, startMany, unhealthy } from './world/many.ts';

// What somebody with nothing but a browser can do among 10,000 applications, and what somebody else sees of it: nothing.

const count = all.toLocaleString('en');
let many: Many;
let browser: Browser;

beforeAll(async () => {
  many = await startMany();
  browser = await startBrowser();
  // Half a minute where nothing else runs.
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await many?.[Symbol.asyncDispose]();
});

async function signIn(page: Page, who: string): Promise<void> {
  many.provider.present = who;
  await page.goto('/');
  await page.getByRole('link', { name: 'Continue with Example ID' }).click();
  await page.getByRole('button', { name: `${who}@example.test: menu` }).waitFor();
}

const names = (page: Page) =>
  page.locator('[data-row]').evaluateAll(rows => rows.map(one => one.getAttribute('data-row')));

test('signs in, finds the one unhealthy of 10,000, sees why and who, syncs by the plan, watches it heal, and goes back', async () => {
  await using visited = await visit(browser, many.url);
  const { page } = visited;
  await signIn(page, 'appops');
  // That nobody was signed in yet is no complaint.
  visited.complaints.length = 0;
  await page.getByText(`${count} of ${count}`).waitFor();
  const link = page.getByRole('link', { name: /^Unhealthy/ });
  expect(await link.textContent()).toBe('Unhealthy1');
  await link.click();
  await page.getByText(`1 of ${count}`).waitFor();
  expect(await names(page)).toEqual([unhealthy]);

  // Why.
  await page.getByRole('link', { name: unhealthy, exact: true }).click();
  await page
    .getByText(/rollout is stuck/)
    .first()
    .waitFor();
  const resources = page.getByRole('region', { name: 'Resources' });
  await resources.getByRole('link', { name: /web-\S+ Pod.*broken/ }).click();
  await page.getByRole('tab', { name: 'Live' }).click();
  await page.getByText('ImagePullBackOff').first().waitFor();

  // Who changed what: the last commit, and the hand that did not go by Git.
  await page.getByText('“Checkout 5.2”').waitFor();
  await page.getByText('Shop team').first().waitFor();
  await page.keyboard.press('d');
  const detail = page.getByRole('region', { name: 'Deployment web' });
  await detail.getByText('checkout:5.2.0-broken').first().waitFor();
  await detail.getByText('by oncall').waitFor();

  // The plan, and then exactly that.
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('change 1', { exact: true }).waitFor();
  await dialog.getByText('1 field').click();
  await dialog.getByText('"registry.example/checkout:5.2.0"', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Sync', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const header = page.locator('header').filter({ has: page.getByRole('heading', { level: 1 }) });
  // When it does not come, what is there instead is worth knowing.
  await expect.poll(() => header.textContent(), { timeout: 60_000 }).toMatch(/Healthy.*In sync/);
  expect(await imageNow()).toBe('registry.example/checkout:5.2.0');

  // Back to the version before, by its plan.
  await page.getByRole('link', { name: 'History' }).click();
  const syncs = page.getByRole('list', { name: 'Syncs' }).getByRole('listitem');
  await syncs.first().getByText('by appops@example.test').waitFor();
  await syncs
    .last()
    .getByRole('button', { name: /^Roll back/ })
    .click();
  await dialog.getByText('change 1', { exact: true }).waitFor();
  await dialog.getByText('“Checkout 5.1”').waitFor();
  await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: unhealthy, exact: true }).click();
  await page.getByText('Rolled back', { exact: true }).waitFor();
  await header.getByText('Healthy', { exact: true }).waitFor();
  expect(await imageNow()).toBe('registry.example/checkout:5.1.0');
  // The pod that was looked at is replaced: what is asked of it a moment too late is not found.
  expect(visited.complaints.filter(text => !/ 404 .*%2FPod%2F/.test(text))).toEqual([]);
});

async function imageNow(): Promise<string> {
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'many-checkout', name: 'web' };
  const found = await many.kube.get(web);
  return found?.spec.template.spec.containers[0].image;
}

test('a reader of another project sees none of it', async () => {
  await using visited = await visit(browser, many.url);
  const { page } = visited;
  await signIn(page, 'backdev');
  await page.getByText(`${ofBank} of ${ofBank}`).waitFor();
  expect(await page.getByRole('link', { name: /^Unhealthy/ }).textContent()).toBe('Unhealthy0');
  expect((await names(page)).every(name => name?.startsWith('bank-'))).toBe(true);
  await page.goto(`/applications?q=${unhealthy}`);
  await page.getByText('Nothing fits this filter').waitFor();
  for (const name of [unhealthy, 'no-such-thing']) {
    await page.goto(`/applications/${name}`);
    await page.getByText(`There is no application ${name}, or you may not see it`).waitFor();
  }
  const main = page.getByRole('main');
  for (const [path, shown] of [
    ['/activity', main.getByRole('listitem').first()],
    ['/activity?tab=audit', page.getByRole('row').nth(1)],
    ['/drift', page.getByText('Everything is as it was delivered')],
  ] as const) {
    await page.goto(path);
    await shown.waitFor();
    expect(await page.getByText(unhealthy).count(), path).toBe(0);
  }
  await page.goto(`/applications/${bankName(0)}`);
  const sync = page.getByRole('button', { name: 'Sync…' });
  await expect.poll(() => sync.getAttribute('aria-disabled')).toBe('true');
});

test('nor does the API tell them of it, in any answer or stream', async () => {
  await using visited = await visit(browser, many.url);
  await signIn(visited.page, 'backdev');
  const cookies = await visited.page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const get = async (path: string) => {
    const answer = await fetch(`${many.url}/api/v1/${path}`, { headers: { cookie } });
    return { status: answer.status, text: await answer.text() };
  };
  for (const path of [
    'list?limit=500',
    'applications',
    'timeline?limit=1000',
    'drift',
    'audit',
    'projects',
    `past?time=${Date.now()}`,
  ])
    expect({ path, ...(await get(path)) }).toMatchObject({ status: 200, text: expect.not.stringContaining(unhealthy) });
  for (const query of ['list?q=', 'timeline?application=', 'audit?application=', 'drift?q=']) {
    const told = (await get(query + unhealthy)).text.replaceAll(/"at":("[^"]*"|\d+)/g, '');
    expect(told).toBe((await get(`${query}no-such-thing`)).text.replaceAll(/"at":("[^"]*"|\d+)/g, ''));
  }
  const web = encodeURIComponent('apps/Deployment/many-checkout/web');
  for (const below of ['', '/row', '/tree', '/history', '/diff', '/logs', `/resources/${web}`]) {
    const [hidden, missing] = [await get(`applications/${unhealthy}${below}`), await get(`applications/none${below}`)];
    expect(hidden.status).toBe(404);
    expect(hidden.text.replaceAll(unhealthy, 'none')).toBe(missing.text);
  }

  const ending = new AbortController();
  const read = async (path: string) => {
    const { body } = await fetch(`${many.url}/api/v1/${path}`, { headers: { cookie }, signal: ending.signal });
    let text = '';
    const reading = (async () => {
      for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece;
    })();
    reading.catch(() => undefined);
    await waitFor('the stream to begin', () => text.includes('event: ready'));
    return () => text;
  };
  const streams = [await read('list/changes'), await read('events/stream')];
  for (const name of [unhealthy, bankName(7)])
    await many.ask('POST', `/api/v1/applications/${name}/suspend`, { reason: 'a look at the streams' });
  for (const text of streams) {
    await waitFor('the change of their own', () => text().includes(bankName(7)));
    expect(text()).not.toContain(unhealthy);
  }
  ending.abort();
});
