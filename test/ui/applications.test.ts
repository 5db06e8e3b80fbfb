import { expect, test } from 'vitest';
import { waitFor } from '../world/wait.ts';
import { browser, page, world } from './as-ops.ts';
import { phone, visit } from './browser.ts';

const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const names = async () =>
  await page.locator('[data-row]').evaluateAll(all => all.map(one => one.getAttribute('data-row')));
const search = () => new URL(page.url()).searchParams;

test('what needs attention comes first, with the reason', async () => {
  await page.goto('/applications');
  await row('payments').waitFor();
  expect((await names()).slice(0, 5)).toContain('payments');
  await expect.poll(() => row('payments').textContent()).toContain('Degraded');
});

test('the reason comes before the place, and what is the same in each row is not said', async () => {
  await page.goto('/applications');
  const health = row('payments').getByRole('cell').nth(1);
  await expect
    .poll(() => health.textContent(), { timeout: 30_000 })
    .toMatch(/Degradedits rollout is stuck: .* · Deployment api$/);
  expect(await page.getByRole('columnheader').allTextContents()).not.toContain('Target');
});

test('on a phone the reason has the width of the row', async () => {
  await using other = await visit(browser, world.url, { as: 'ops', ...phone });
  await other.page.goto('/applications?q=payments');
  const said = other.page.getByText(/^its rollout is stuck/).filter({ visible: true });
  await said.waitFor();
  expect((await said.boundingBox())?.width).toBeGreaterThan(200);
});

test('a count leads to what it counts, and the address says so', async () => {
  await page.goto('/applications');
  await page.getByRole('link', { name: /^Suspended/ }).click();
  await row('billing').waitFor();
  await expect.poll(names).not.toContain('mailer');
  expect(search().getAll('state')).toEqual(['suspended']);
  await page.reload();
  await row('billing').waitFor();
});

test('text is looked for everywhere, and kept in the address', async () => {
  await page.goto('/applications');
  await row('payments').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('mailer');
  await expect.poll(names).toEqual(['mailer']);
  expect(search().get('q')).toBe('mailer');
  await page.getByRole('link', { name: 'Clear' }).click();
  await row('payments').waitFor();
  expect(await page.getByRole('searchbox').inputValue()).toBe('');
});

test('a project, and a label', async () => {
  await page.goto('/applications');
  await page.getByRole('button', { name: 'Project' }).click();
  await page.getByRole('menuitemcheckbox', { name: /^data/ }).click();
  await page.keyboard.press('Escape');
  await expect.poll(names).not.toContain('shop');
  await expect.poll(names).toContain('database');
  await page.goto('/applications?label=tier%3Dcritical');
  await row('payments').waitFor();
  expect(await names()).not.toContain('mailer');
});

test('by keyboard alone: down, up, open', async () => {
  await page.goto('/applications?sort=name');
  await row('anchor-000').waitFor();
  const first = (await names())[0];
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  const focused = () => page.evaluate<string | null>("document.activeElement?.getAttribute('data-row')");
  await expect.poll(focused).toBe(first);
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/applications/${first}`);
});

test('all of many can be reached by scrolling, and few of them are in the page', async () => {
  await page.goto('/applications?sort=name');
  await row('anchor-000').waitFor();
  await waitFor('the last row', async () => {
    await page.mouse.wheel(0, 4_000);
    return await row('tide-015').isVisible();
  });
  expect((await names()).length).toBeLessThan(80);
});

test('what changes in the cluster shows in place, within seconds', async () => {
  await page.goto('/applications?q=keel-001');
  await row('keel-001').getByText('In sync').filter({ visible: true }).waitFor();
  await world.kube.delete({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'demo-keel-001',
    name: 'keel-001-settings',
  });
  // It heals by itself: what is seen is that something happened.
  await world.repo.commit(
    { 'apps/keel-001/settings.yaml': 'kind: [' },
    { message: 'A mistake', author: 'Platform team <opsdev@example.invalid>' },
  );
  await row('keel-001')
    .getByText(/settings\.yaml:1/)
    .filter({ visible: true })
    .first()
    .waitFor();
});

test('tiles show the same', async () => {
  await page.goto('/applications?q=payments');
  await row('payments').waitFor();
  await page.getByRole('link', { name: 'Show as tiles' }).click();
  await page.getByRole('listitem').filter({ hasText: 'payments' }).waitFor();
  expect(search().get('view')).toBe('tiles');
});

test('who may see one project sees nothing of the others', async () => {
  await using other = await visit(browser, world.url, { as: 'shop-dev' });
  await other.page.goto('/applications');
  await other.page.getByRole('link', { name: 'payments', exact: true }).waitFor();
  expect(await other.page.getByText('database').count()).toBe(0);
  await other.page.goto('/applications/database');
  await other.page.getByText('There is no application database, or you may not see it').waitFor();
});
