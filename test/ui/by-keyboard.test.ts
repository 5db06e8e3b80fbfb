import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browser, world } from './as-ops.ts';
import { visit } from './browser.ts';
import { configMap, yaml } from './world/manifests.ts';
import { accounts } from './world/people.ts';

// The whole way by keyboard alone: nothing here points, clicks or fills; what has the keyboard's attention is what a person sees.

const name = 'lantern-001';

/** What has the keyboard's attention, as it is called. */
const attention = (page: Page) =>
  page.evaluate<string>(`(() => {
    const one = document.activeElement;
    if (one === null || one === document.body) return '';
    const label = one.labels?.[0]?.textContent ?? one.textContent;
    return (one.getAttribute('aria-label') ?? label ?? '').trim();
  })()`);

/** Tab, until it is there; as often as somebody would who knows that it is there. */
async function tabTo(page: Page, called: RegExp, most = 60): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const now = await attention(page);
    if (called.test(now)) return;
    passed.push(now.slice(0, 40));
  }
  throw new Error(`no Tab led to ${called}: ${passed.join(' | ')}`);
}

test('signs in, finds, looks, sees the plan, syncs, goes back and signs out', async () => {
  await using visited = await visit(browser, world.url);
  const { page } = visited;
  const dialog = page.getByRole('dialog');
  const path = () => new URL(page.url()).pathname;

  await page.goto('/login');
  await page.getByLabel('Password').waitFor();
  await tabTo(page, /^Name/);
  await page.keyboard.type('ops');
  await tabTo(page, /^Password/, 1);
  await page.keyboard.type(accounts.ops.password);
  await page.keyboard.press('Enter');

  // Finds it by its name, and opens it.
  await page.locator('[data-row]').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await expect.poll(() => page.evaluate<string | null>("document.activeElement?.getAttribute('data-row')")).toBe(name);
  await page.keyboard.press('Enter');
  await expect.poll(path).toBe(`/applications/${name}`);

  // Something to deliver, which automation is kept from.
  await page.getByRole('button', { name: 'Sync…' }).waitFor();
  await tabTo(page, /^More actions/);
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: /Suspend/ }).waitFor();
  for (let i = 0; i < 12 && !/^Suspend/.test(await attention(page)); i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  if (!/reason/i.test(await attention(page))) await tabTo(page, /reason|why/i, 6);
  await page.keyboard.type('by keyboard');
  await tabTo(page, /^Suspend/, 6);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('by keyboard').first().waitFor();
  const settings = configMap(`${name}-settings`, { number: 'by keyboard' });
  await world.repo.commit({ [`apps/${name}/settings.yaml`]: yaml(settings) }, { message: 'Another number' });
  const looked = page.waitForResponse(answer => answer.url().endsWith('/api/v1/refresh'));
  await page.keyboard.press('r');
  expect((await looked).status()).toBe(204);

  // The plan, and then exactly that.
  await page.keyboard.press('s');
  await dialog.getByText('change 1', { exact: true }).waitFor();
  await tabTo(page, /1 field/);
  await page.keyboard.press('Enter');
  await dialog.getByText('by keyboard').first().waitFor();
  await tabTo(page, /^Sync$/);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });

  // Back to the one before.
  await tabTo(page, /^History/);
  await page.keyboard.press('Enter');
  const syncs = page.getByRole('list', { name: 'Syncs' }).getByRole('listitem');
  await syncs.nth(1).waitFor();
  await syncs.first().getByText('by ops').waitFor();
  await syncs.first().getByText('Succeeded').waitFor();
  for (let i = 0; i < 2; i++) await tabTo(page, /^Roll back/);
  await page.keyboard.press('Enter');
  await dialog.getByText('change 1', { exact: true }).waitFor();
  await tabTo(page, /^Roll back$/);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => syncs.count()).toBeGreaterThan(2);

  // By the palette to another place, and out.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search applications and commands' }).waitFor();
  await page.keyboard.type('drift');
  await page.getByRole('option', { name: /Drift/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(path).toBe('/drift');
  await tabTo(page, /^ops: menu/);
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  for (let i = 0; i < 8 && !/^Sign out/.test(await attention(page)); i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByLabel('Password').waitFor();
});
