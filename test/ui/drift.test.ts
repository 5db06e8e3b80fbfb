import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';

const application = (name: string) => page.getByRole('article', { name, exact: true });
const search = () => new URL(page.url()).searchParams;

test('what differs stands under who made it: field, declared, live, since when', async () => {
  await page.goto('/drift?by=kubectl-edit');
  await page.getByRole('heading', { name: /^kubectl-edit \d+ differences/ }).waitFor();
  const shop = application('shop');
  const replicas = shop.getByRole('listitem').filter({ hasText: /^spec\.replicas/ });
  await expect.poll(() => replicas.textContent()).toMatch(/Declared: 3 → Live: 7$/);
  await shop
    .getByText(/for \d+ (s|min)/)
    .first()
    .waitFor();
});

test('what another application has made its own is that one’s, and is not healed where that is refused', async () => {
  await page.goto('/drift?q=tiles');
  await page.getByRole('heading', { name: /^The application maps 1 difference/ }).waitFor();
  const heal = application('atlas').getByRole('button', { name: 'Heal…' });
  expect(await heal.getAttribute('aria-disabled')).toBe('true');
  await application('atlas')
    .getByText(/^Not possible: it belongs to the application maps/)
    .waitFor();
});

test('filters are in the address', async () => {
  await page.goto('/drift');
  await page.getByRole('article', { name: 'shop' }).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('replicas');
  await page.getByText('data.theme').waitFor({ state: 'detached' });
  await expect.poll(() => search().get('q')).toBe('replicas');
  await page.getByRole('combobox', { name: 'Project' }).selectOption('data');
  await page.getByText('Nothing that differs fits this filter').waitFor();
  expect(search().get('project')).toBe('data');
  await page.goto('/drift?by=kubectl-edit&project=shop');
  await application('shop').getByText('data.theme').waitFor();
});

test('accepting shows the commit, pushes it as a branch, and leads to where it is merged', async () => {
  const head = await world.repo.resolve();
  await page.goto('/drift?by=kubectl-edit');
  await application('shop')
    .getByRole('button', { name: /^Accept/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('git am').first().waitFor();
  const patch = dialog.getByRole('figure', { name: 'Patch' });
  await patch.getByText(/^-\s+replicas: 3$/).waitFor();
  await patch.getByText(/^\+\s+replicas: 7$/).waitFor();
  await dialog.getByRole('textbox', { name: 'Why' }).fill('More people than we thought');
  await dialog.getByRole('button', { name: 'Push as a branch' }).click();
  await dialog.getByText('Pushed as a branch', { exact: true }).waitFor();
  const branch = (await dialog.getByText(/^holdfast\/accept-shop-/).textContent()) ?? '';
  expect(await world.repo.git(['log', '-1', '--format=%an|%P', branch])).toBe(`ops|${head}`);
  expect(await world.repo.git(['log', '-1', '--format=%b', branch])).toContain('More people than we thought');
  // What is followed is as it was.
  expect(await world.repo.resolve()).toBe(head);
});

test('a push that is refused says why, and leaves the patch', async () => {
  await world.repo.git(['config', 'receive.hideRefs', 'refs/heads/holdfast']);
  try {
    await page.goto('/drift?q=settings&by=kubectl-edit');
    await application('shop').getByRole('button', { name: 'Accept…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Push as a branch' }).click();
    await dialog.getByRole('alert').getByText('GIT_PUSH_REFUSED').waitFor();
    await dialog.getByRole('figure', { name: 'Patch' }).waitFor();
  } finally {
    await world.repo.git(['config', '--unset', 'receive.hideRefs']);
  }
});

test('several are chosen and healed together, each application by its own plan', async () => {
  for (const [application, name] of [
    ['database', 'db'],
    ['billing', 'billing'],
  ] as const) {
    const service = { apiVersion: 'v1', kind: 'Service', namespace: `demo-${application}`, name };
    await world.kube.patch(service, { spec: { selector: { app: 'another' } } }, 'merge');
  }
  await page.goto('/drift?q=spec%2Fselector');
  await page.getByRole('checkbox', { name: 'Select Service billing' }).check();
  expect(await page.getByRole('checkbox', { name: 'Select all of billing' }).isChecked()).toBe(true);
  const bar = page.getByRole('region', { name: 'Selection' });
  await bar.getByText('1 of billing').waitFor();
  await page.getByRole('checkbox', { name: 'Select all of database' }).check();
  await bar.getByText('2 of 2 applications').waitFor();
  await bar.getByRole('button', { name: 'Heal selected…' }).click();
  const dialog = page.getByRole('dialog');
  for (const name of ['billing', 'database'])
    await dialog.getByRole('region', { name, exact: true }).getByText('spec.selector.app').waitFor();
  await dialog.getByRole('button', { name: 'Heal 2 applications' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Nothing that differs fits this filter').waitFor();
  await bar.waitFor({ state: 'detached' });
});

test('deletes that wait for a person do not go away by themselves, and the page says so', async () => {
  await page.goto('/drift?by=git&project=platform');
  const legacy = application('legacy');
  await legacy
    .getByText(/Not by itself: 5 of \d resources would be deleted/)
    .first()
    .waitFor();
  expect(await legacy.getByText('Heals by itself').count()).toBe(0);
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
