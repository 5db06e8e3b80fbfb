import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';
import { configMap, yaml } from './world/manifests.ts';

const syncs = () => page.getByRole('list', { name: 'Syncs' }).getByRole('listitem');
const differences = () => page.getByRole('region', { name: 'What differs' });

test('what a sync delivered that the one before it did not', async () => {
  await page.goto('/applications/mailer');
  await page.getByRole('link', { name: 'History' }).click();
  await syncs().nth(1).waitFor();
  await differences()
    .getByText(/mailer:0\.9\.4/)
    .waitFor();
  await differences()
    .getByText(/mailer:0\.9\.5/)
    .waitFor();
  await differences().getByText('Raise limits of the mailer').waitFor();
});

test('any two syncs, or what is live, are held against each other; the address says which', async () => {
  await page.goto('/applications/mailer/history');
  await syncs().nth(1).getByRole('link').click();
  const against = differences().getByLabel('Held against');
  const newest = await against.locator('option').nth(3).getAttribute('value');
  await against.selectOption(newest);
  await differences()
    .getByText(/mailer:0\.9\.5/)
    .waitFor();
  expect(new URL(page.url()).searchParams.get('against')).toBe(newest);
  await page.reload();
  await differences()
    .getByText(/mailer:0\.9\.5/)
    .waitFor();
  await differences().getByLabel('Held against').selectOption('live');
  await differences()
    .getByText(/The same:/)
    .waitFor();
});

test('back in two clicks, the plan in between', async () => {
  const name = 'beacon-000';
  await page.goto(`/applications/${name}/history`);
  await syncs().first().waitFor();
  const before = await syncs().count();
  const settings = configMap(`${name}-settings`, { number: 'quite another' });
  await world.repo.commit({ [`apps/${name}/settings.yaml`]: yaml(settings) }, { message: 'Another number' });
  await expect.poll(() => syncs().count(), { timeout: 20_000 }).toBe(before + 1);
  await syncs().first().getByText('Succeeded').waitFor();
  await syncs()
    .nth(1)
    .getByRole('button', { name: /^Roll back/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('change 1', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Roll back', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => syncs().count(), { timeout: 20_000 }).toBe(before + 2);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByText('Rolled back', { exact: true }).waitFor();
});

test('who may not roll back is told so', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/applications/mailer/history');
  const button = other.page.getByRole('button', { name: /^Roll back/ }).first();
  await button.waitFor();
  await button.hover();
  await other.page.getByText('Your role does not include rollback').waitFor();
});

test('by keyboard: what is looked for, and along the rows', async () => {
  await page.goto('/applications/mailer/history');
  await syncs().nth(1).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('no-such-revision');
  await page.getByText('No sync fits this filter').waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('no-such-revision');
  await page.getByRole('searchbox').fill('succeeded');
  await page.keyboard.press('Escape');
  await syncs().nth(1).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const focused = () => page.evaluate<string | null>("document.activeElement?.getAttribute('data-row')");
  const second = await syncs().nth(1).getByRole('link').getAttribute('data-row');
  await expect.poll(focused).toBe(second);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('sync')).toBe(second);
});
