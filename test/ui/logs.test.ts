import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';

test('what a container prints while one looks, and what it printed before it was started again', async () => {
  await page.goto('/applications/mailer');
  await page
    .getByRole('region', { name: 'Resources' })
    .getByRole('link', { name: /mailer-\S+ Pod/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Logs' }).click();
  const output = page.getByRole('region', { name: 'Output' });
  await output.getByText('mailer second').waitFor();
  // Comes with following only.
  await output.getByText('mailer now').waitFor();
  const run = page.getByLabel('Which run');
  await run.selectOption('The run before');
  await output.getByText('mailer crashed').waitFor();
  expect(await output.getByText('mailer second').count()).toBe(0);
  await run.selectOption('This run');
  await output.getByText('mailer second').waitFor();
});

test('what a real process prints comes as it prints it, also once it was started again', async () => {
  await using visited = await visit(browser, world.workshop, { as: 'ops' });
  const inWorkshop = visited.page;
  await inWorkshop.goto('/applications/printer');
  const resources = inWorkshop.getByRole('region', { name: 'Resources' });
  await resources
    .getByRole('link', { name: /web Process/ })
    .first()
    .click();
  const detail = inWorkshop.getByRole('region', { name: /^Process .*web$/ });
  await detail.getByRole('tab', { name: 'Logs' }).click();
  const output = detail.getByRole('region', { name: 'Output' });
  const numbers = async () =>
    [...((await output.textContent()) ?? '').matchAll(/GET \/jobs\/(\d+) 200/g)].map(([, number]) => Number(number));
  const last = async () => (await numbers()).at(-1) ?? 0;
  await expect.poll(last, { timeout: 30_000 }).toBeGreaterThan(0);
  const seen = await last();
  await expect.poll(last, { timeout: 30_000 }).toBeGreaterThan(seen + 1);

  await detail.getByRole('button', { name: /^Restart Process/ }).click();
  const dialog = inWorkshop.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Restart/ }).click();
  await dialog.waitFor({ state: 'detached' });
  // It goes on in the same log, and counts from one again.
  await expect.poll(last, { timeout: 30_000 }).toBeLessThan(seen + 2);
  await detail.getByLabel('Which run').selectOption('The run before');
  await detail.getByText('goes on writing to the same log').waitFor();
});
