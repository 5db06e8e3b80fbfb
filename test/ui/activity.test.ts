import { expect, test } from 'vitest';
import { waitFor } from '../world/wait.ts';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';

const main = () => page.getByRole('main');
const lines = () => main().getByRole('listitem');
const search = () => new URL(page.url()).searchParams;

test('how delivery does, of what the filter leaves; of too little nothing is made up', async () => {
  await page.goto('/activity?last=hour');
  const figures = page.getByRole('region', { name: 'How delivery does' });
  await expect
    .poll(() => figures.textContent(), { timeout: 20_000 })
    .toMatch(/Deployments\d+.* a day.*Lead time\d+ .*Failed changes\d+ %/);
  await page.goto('/activity?last=hour&application=night-jobs');
  await expect
    .poll(() => figures.textContent(), { timeout: 20_000 })
    .toMatch(/Deployments1 .*Lead timeNot enough data 1 so far/);
});

test('kinds are chosen by links, together', async () => {
  await page.goto('/activity');
  await lines().first().waitFor();
  await page.getByRole('link', { name: 'Overrides' }).click();
  await lines().filter({ hasText: 'billing' }).filter({ hasText: 'oncall' }).first().waitFor();
  await expect.poll(() => lines().filter({ hasText: 'payments' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Drift', exact: true }).and(page.locator('main a')).click();
  await lines().filter({ hasText: 'spec/replicas' }).first().waitFor();
  expect(search().getAll('kind')).toEqual(['override', 'drift']);
});

test('drift leads to the resource that it is about', async () => {
  await page.goto('/activity?kind=drift&application=shop');
  const found = lines().filter({ hasText: 'spec/replicas' }).first();
  await found.getByRole('link', { name: 'shop' }).click();
  await page.getByRole('region', { name: 'Deployment web' }).waitFor();
  expect(search().get('resource')).toContain('Deployment/demo-shop/web');
});

test('the pages before come as one scrolls, to the beginning', async () => {
  await page.goto('/activity?project=platform');
  await lines().first().waitFor();
  const first = await lines().count();
  await waitFor('more lines', async () => {
    await page.mouse.wheel(0, 4_000);
    return (await lines().count()) > first;
  });
});

test('up to a time: nothing that was later', async () => {
  await page.goto('/activity');
  await lines().first().waitFor();
  await page.getByLabel('until').fill('2001-01-01T00:00');
  await page.getByText('Nothing that happened fits this filter').waitFor();
  expect(Number(search().get('to'))).toBeLessThan(Date.UTC(2001, 0, 3));
  await page.getByRole('link', { name: 'Clear' }).click();
  await lines().first().waitFor();
});

test('what is new waits until it is asked for', async () => {
  await page.goto('/activity?kind=override&application=night-jobs');
  await page.getByText('Nothing that happened fits this filter').waitFor();
  const suspended = await page.request.post('/api/v1/applications/night-jobs/suspend', {
    data: { reason: 'a look at the clock' },
    headers: { origin: world.url },
  });
  expect(suspended.ok()).toBe(true);
  await page.getByRole('button', { name: 'Show what is new' }).click();
  await lines().filter({ hasText: 'a look at the clock' }).waitFor();
  await page.request.post('/api/v1/applications/night-jobs/resume', { headers: { origin: world.url } });
});

test('records are found by who, action, result and text', async () => {
  await page.goto('/activity');
  await page.getByRole('link', { name: 'Audit log' }).click();
  const rows = page.getByRole('row');
  await rows.nth(1).waitFor();
  await page.getByRole('textbox', { name: 'Who' }).fill('oncall');
  await page.keyboard.press('Enter');
  await rows.filter({ hasText: 'override.suspended' }).filter({ hasText: 'billing' }).waitFor();
  await expect.poll(() => rows.filter({ hasText: 'git.moved' }).count()).toBe(0);
  await page.getByRole('combobox', { name: 'Result' }).selectOption('refused');
  await page.getByText('No record fits this filter').waitFor();
  await page.goto('/activity?tab=audit&action=override.suspended&q=year-end');
  await rows.filter({ hasText: 'billing' }).waitFor();
  await expect.poll(() => rows.count()).toBe(2);
});

test('who may see one project sees nothing of the others', async () => {
  await using other = await visit(browser, world.url, { as: 'shop-dev' });
  await other.page.goto('/activity');
  await other.page.getByRole('listitem').filter({ hasText: 'payments' }).first().waitFor();
  // A commit's subject may name it, where both are of one repository.
  expect(await other.page.getByRole('link', { name: 'mailer', exact: true }).count()).toBe(0);
});

test('a line of the timeline leads to what ran then: from which commit, how it was, and what it is by now', async () => {
  await page.goto('/activity?kind=sync&application=mailer');
  await lines().first().waitFor();
  await page.getByTitle('What ran then').last().click();
  const mailer = page
    .getByRole('list', { name: 'What ran' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'mailer', exact: true }) });
  await mailer.getByText('Everything that we run').waitFor();
  await mailer.getByText('Raise limits of the mailer').waitFor();
  expect(search().get('at')).toMatch(/^\d+$/);
  await mailer.getByRole('button', { name: 'Restore…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('region', { name: 'mailer' }).getByText('Deployment/demo-mailer/mailer').waitFor();
  await dialog.getByText('change 1').waitFor();
  await page.keyboard.press('Escape');
  await mailer.getByRole('link', { name: 'Difference' }).click();
  await page
    .getByText(/memory/)
    .first()
    .waitFor();
  expect(page.url()).toContain('/applications/mailer/history');
});

test('a moment is chosen by date and time, and filtered by what is otherwise by now', async () => {
  await page.goto(`/activity?at=${Date.now()}&q=mailer`);
  const list = page.getByRole('list', { name: 'What ran' });
  await list.getByRole('link', { name: 'mailer', exact: true }).waitFor();
  await page.getByRole('link', { name: /^Other revision now/ }).click();
  await page.getByText('Nothing that ran then fits this filter').waitFor();
  expect(search().get('is')).toBe('changed');
  await page.getByRole('link', { name: 'Show all of that moment' }).click();
  await list.getByText('As now').first().waitFor();
  await page.getByLabel('What ran at').fill('2001-01-01T00:00:00');
  await page.getByText('Not there then').first().waitFor();
  await list.getByText('Did not run').first().waitFor();
  expect(Number(search().get('at'))).toBeLessThan(Date.UTC(2001, 0, 3));
});

test('of a moment, too, one sees what one may see', async () => {
  await using other = await visit(browser, world.url, { as: 'shop-dev' });
  await other.page.goto(`/activity?at=${Date.now()}`);
  await other.page.getByRole('link', { name: 'payments', exact: true }).waitFor();
  expect(await other.page.getByRole('link', { name: 'mailer', exact: true }).count()).toBe(0);
  const restore = other.page.getByRole('button', { name: 'What restoring it would do…' });
  expect(await restore.getAttribute('aria-description')).toBe('Your role does not include targets, get');
});
