import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';

test('/ goes to the filter, and what is looked for is in the address', async () => {
  await page.goto('/settings');
  const rows = page.getByRole('list', { name: 'Settings' }).getByRole('listitem');
  await rows.nth(3).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('interval');
  await expect.poll(() => rows.count()).toBeLessThan(4);
  await rows.getByText('interval', { exact: true }).first().waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('interval');
});

test('settings have a value, and where it comes from', async () => {
  await page.goto('/settings');
  const rows = page.getByRole('list', { name: 'Settings' }).getByRole('listitem');
  await rows.first().waitFor();
  const interval = rows.filter({ hasText: /^interval/ }).first();
  await expect.poll(() => interval.textContent()).toMatch(/2s.*holdfast-operator\.yaml:\d+ File$/);
});

test('a repository that cannot be reached comes first, with the reason and what to do', async () => {
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Repositories' }).click();
  const first = page.getByRole('article').first();
  await first.getByText('Cannot be reached').waitFor();
  expect(await first.textContent()).toContain('https://127.0.0.1:9/search.git');
  await first.getByText('NET_FAILED').waitFor();
  expect(new URL(page.url()).searchParams.get('tab')).toBe('repositories');
});

test('a target says whether it answers, and since when', async () => {
  await page.goto('/settings?tab=targets');
  await page.getByRole('article', { name: 'prod' }).getByText('Answers').waitFor();
});

test('projects lead to their applications', async () => {
  await page.goto('/settings?tab=projects');
  await page
    .getByRole('article', { name: 'data' })
    .getByRole('link', { name: /applications$/ })
    .click();
  await page.getByRole('link', { name: 'database', exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('project')).toBe('data');
});

test('who may see one project sees no other', async () => {
  await using other = await visit(browser, world.url, { as: 'shop-dev' });
  await other.page.goto('/settings?tab=projects');
  await other.page.getByRole('article', { name: 'shop' }).waitFor();
  expect(await other.page.getByRole('article').count()).toBe(1);
});
