import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';

const byAuthor = (name: string) => page.getByRole('region', { name, exact: true });
const search = () => new URL(page.url()).searchParams;

test('what differs stands under who made it: field, declared, live, since when', async () => {
  await page.goto('/drift');
  const shop = byAuthor('kubectl-edit').getByRole('article', { name: 'shop' });
  const replicas = shop.getByRole('listitem').filter({ hasText: /^spec\.replicas/ });
  await expect.poll(() => replicas.textContent()).toMatch(/Declared: 3 → Live: 7$/);
  await shop
    .getByText(/for \d+ (s|min)/)
    .first()
    .waitFor();
});

test('filters are in the address', async () => {
  await page.goto('/drift');
  await page.getByRole('article', { name: 'shop' }).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('replicas');
  await page.getByText('data.theme').waitFor({ state: 'detached' });
  expect(search().get('q')).toBe('replicas');
  await page.getByRole('combobox', { name: 'Project' }).selectOption('data');
  await page.getByText('Nothing that differs fits this filter').waitFor();
  expect(search().get('project')).toBe('data');
  await page.goto('/drift?by=kubectl-edit&project=shop');
  await byAuthor('kubectl-edit').getByText('data.theme').waitFor();
});

test('accepting shows the commit, how to apply it, and changes nothing', async () => {
  await page.goto('/drift?by=kubectl-edit');
  await page
    .getByRole('article', { name: 'shop' })
    .getByRole('button', { name: /^Accept/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('git am').first().waitFor();
  const patch = dialog.getByRole('figure', { name: 'Patch' });
  await patch.getByText(/^-\s+replicas: 3$/).waitFor();
  await patch.getByText(/^\+\s+replicas: 7$/).waitFor();
});

test('healing shows its plan, does it, and what was healed is gone from the page', async () => {
  const service = { apiVersion: 'v1', kind: 'Service', namespace: 'demo-database', name: 'db' };
  await world.kube.patch(service, { spec: { selector: { app: 'another' } } }, 'merge');
  await page.goto('/drift?q=Service%2Fdemo-database');
  const database = page.getByRole('article', { name: 'database' });
  await database.getByRole('button', { name: 'Heal…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('region', { name: 'Change Service db' }).getByText('spec.selector.app').waitFor();
  await dialog.getByRole('button', { name: 'Heal' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Nothing that differs fits this filter').waitFor();
});

test('whoever may not sync is told so', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/drift?by=kubectl-edit');
  const heal = other.page.getByRole('article', { name: 'shop' }).getByRole('button', { name: /^Heal all/ });
  await heal.waitFor();
  await expect.poll(() => heal.getAttribute('aria-description')).toBe('Your role does not include sync');
});
