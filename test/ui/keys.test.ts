import { expect, test } from 'vitest';
import { page } from './as-ops.ts';

const inRow = () => page.evaluate<boolean>("document.activeElement?.closest('[data-row]') !== null");
const words = () => page.evaluate<string>("document.activeElement?.closest('[data-row]')?.textContent ?? ''");

test.each([
  { name: 'drift', path: '/drift' },
  { name: 'the timeline', path: '/activity' },
  { name: 'the audit log', path: '/activity?tab=audit' },
  { name: 'settings', path: '/settings' },
  { name: 'repositories', path: '/settings?tab=repositories' },
])('j and k go along the rows of $name, and ? says so', async ({ path }) => {
  await page.goto(path);
  await page.locator('#main [data-row]').nth(1).waitFor();
  await page.keyboard.press('j');
  await expect.poll(inRow).toBe(true);
  const first = await words();
  await page.keyboard.press('j');
  await expect.poll(words).not.toBe(first);
  await page.keyboard.press('k');
  await expect.poll(words).toBe(first);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Next row').waitFor();
});

test('Enter opens what has the keyboard’s attention', async () => {
  await page.goto('/drift');
  await page.locator('#main [data-row]').first().waitFor();
  await page.keyboard.press('j');
  await expect.poll(inRow).toBe(true);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/applications\//);
});
