import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser, visit } from './browser.ts';
import { type SharedWorld, sharedWorld } from './shared.ts';
import { accounts } from './world/people.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await sharedWorld();
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test('who is not signed in signs in, and comes to where they wanted to go; and out again', async () => {
  await using visited = await visit(browser, world.url);
  const { page } = visited;
  await page.goto('/applications?q=mailer');
  await page.getByLabel('Name').fill('ops');
  await page.getByLabel('Password').fill(accounts.ops.password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'mailer', exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?q=mailer');
  await page.getByRole('button', { name: 'ops: menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
  await page.goto('/applications');
  await page.getByLabel('Password').waitFor();
});

test('a wrong password is refused in words, and what was typed stays', async () => {
  await using visited = await visit(browser, world.url);
  const { page } = visited;
  await page.goto('/login');
  await page.getByLabel('Name').fill('nobody-at-all');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('nobody-at-all');
});

test('a session that ends leads to signing in', async () => {
  await using visited = await visit(browser, world.url, { as: 'reader' });
  const { page } = visited;
  await page.goto('/applications');
  await page.getByRole('link', { name: 'payments', exact: true }).waitFor();
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'payments', exact: true }).click();
  await page.getByLabel('Password').waitFor();
});
