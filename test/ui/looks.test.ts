import { expect, test } from 'vitest';
import { page } from './as-ops.ts';

const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const search = () => new URL(page.url()).searchParams;

test('colours are as the system has them, until one chooses; the choice is kept, and there from the first paint on', async () => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/applications');
  await page.locator('[data-row]').first().waitFor();
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).not.toBe(light);
  const dark = await background();

  const choose = async (called: string) => {
    await page.getByRole('button', { name: 'ops: menu' }).click();
    await page.getByRole('menuitem', { name: `Colours: ${called}` }).click();
    await page.keyboard.press('Escape');
  };
  await choose('light');
  await expect.poll(background).toBe(light);
  await page.reload({ waitUntil: 'commit' });
  await page.waitForFunction('document.body !== null');
  expect(await page.evaluate<string | undefined>('document.documentElement.dataset.theme')).toBe('light');
  await page.locator('[data-row]').first().waitFor();
  expect(await background()).toBe(light);
  await choose('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(background).toBe(dark);
  await choose('as the system');
  await expect.poll(background).toBe(light);
});

test.each([
  { name: 'applications', path: '/applications' },
  { name: 'an application', path: '/applications/shop' },
  { name: 'its history', path: '/applications/mailer/history' },
  { name: 'drift', path: '/drift' },
  { name: 'the timeline', path: '/activity' },
])('times of $name are relative, and exact to the second when one points at them', async ({ path }) => {
  await page.goto(path);
  const times = page.getByRole('main').locator('time');
  await times.first().waitFor();
  const told = await times.evaluateAll(all =>
    all.map(one => ({ title: one.getAttribute('title') ?? '', at: one.getAttribute('datetime') ?? '' })),
  );
  for (const { title, at } of told) {
    expect(new Date(at).toISOString()).toBe(at);
    const second = String(new Date(at).getUTCSeconds()).padStart(2, '0');
    expect([at, title]).toEqual([at, expect.stringMatching(new RegExp(`${at.slice(0, 4)}.*:${second}`))]);
  }
  const isRelative = /^(now|\d+ (s|min|h|d|mo|y)( ago)?|in \d+ .*)$/;
  // Below the day, the hour says more; how long ago it was is said with the exact time.
  if (path === '/activity') for (const { title } of told) expect(title.replace(/^.*, /, '')).toMatch(isRelative);
  else await times.filter({ hasText: isRelative }).first().waitFor();
});

test('a target is chosen like a project, and kept in the address', async () => {
  const answer = await page.request.get('/api/v1/list?limit=1');
  const { facets } = (await answer.json()) as { facets: { targets: { value: string }[] } };
  const [target] = facets.targets;
  await page.goto(`/applications?target=${target?.value}`);
  await page.locator('[data-row]').first().waitFor();
  await page.goto('/applications?target=another');
  await page.getByText('Nothing fits this filter').waitFor();
  await page.getByRole('button', { name: /^Target/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'another' }).click();
  await expect.poll(() => search().get('target')).toBeNull();
  await page.locator('[data-row]').first().waitFor();
});
