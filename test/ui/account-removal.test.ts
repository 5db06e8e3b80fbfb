import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignInWorld, signUp } from '../world/sign-in.ts';
import { startAccountsWorld } from './accounts-world.ts';
import { startBrowser, visit } from './browser.ts';

let world: SignInWorld;
let browser: Browser;

beforeAll(async () => {
  world = await startAccountsWorld();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

async function act(page: Page, name: string, label: string): Promise<Locator> {
  await page.getByRole('button', { name: `${name}: actions` }).click();
  await page.getByRole('menuitem', { name: label }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: label.replace('…', ''), exact: true }).click();
  return dialog;
}

test('an admin is made none, and the account removed, with what is signed in to it', async () => {
  const oncall = await signUp(world, 'oncall', true);
  await using visited = await visit(browser, world.home, { as: 'ops' });
  const { page } = visited;
  await page.goto('/settings?tab=accounts');
  const row = page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: 'oncall' });
  await row.getByText('admin').waitFor();
  await (await act(page, 'oncall', 'Take the role admin away…')).waitFor({ state: 'detached' });
  await row.getByText('admin').waitFor({ state: 'detached' });
  await (await act(page, 'oncall', 'Remove…')).waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  expect((await oncall.call('GET', '/api/v1/whoami')).status).toBe(401);
});

test('the last admin is kept', async () => {
  await using visited = await visit(browser, world.home, { as: 'ops' });
  await visited.page.goto('/settings?tab=accounts');
  for (const label of ['Take the role admin away…', 'Remove…']) {
    const dialog = await act(visited.page, 'ops', label);
    await dialog.getByText(/^Without ops nobody/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
});
