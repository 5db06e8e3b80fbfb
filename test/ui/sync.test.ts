import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { visit } from './browser.ts';
import { configMap, deployment, service, statefulSet, wave, yaml } from './world/manifests.ts';

const dialog = () => page.getByRole('dialog');

async function openPlan(name: string): Promise<void> {
  await page.goto(`/applications/${name}`);
  await page.getByRole('button', { name: 'Sync…' }).waitFor();
  await page.keyboard.press('s');
  await dialog()
    .getByText(/leave \d+ as/)
    .waitFor();
}

test('what would be deleted is counted before anything happens, and nothing happens', async () => {
  let writes = 0;
  page.on('request', request => {
    if (request.url().endsWith('/sync')) writes += 1;
  });
  await openPlan('legacy');
  await dialog().getByRole('region', { name: 'Held back' }).waitFor();
  await dialog()
    .getByRole('checkbox', { name: /held back until/ })
    .check();
  await dialog().getByRole('button', { name: 'Sync, delete 5' }).waitFor();
  await dialog().getByText('delete 5', { exact: true }).waitFor();
  await dialog()
    .getByRole('region', { name: /deletes$/ })
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  expect(writes).toBe(0);
});

test('hooks and waves stand in the order in which they go', async () => {
  await openPlan('shop');
  expect(await dialog().getByRole('heading', { level: 3 }).allTextContents()).toEqual([
    expect.stringContaining('PreSync'),
    expect.stringContaining('Wave 0'),
  ]);
  await dialog().getByText('2 fields').or(dialog().getByText('1 field')).first().click();
  await dialog().getByText('now', { exact: true }).first().waitFor();
});

test('a plan that is another one by now is shown, and not carried out; then it is', async () => {
  await openPlan('database');
  await dialog().getByText('change 1', { exact: true }).waitFor();
  const db = statefulSet('db', { image: 'registry.example/postgres:17.1', replicas: 2, memory: '2Gi' });
  await world.repo.commit({ 'apps/database/db.yaml': yaml(db, service('db', 5432)) }, { message: 'Postgres 17.1' });
  const refreshed = await page.request.post('/api/v1/refresh', { data: {}, headers: { origin: world.url } });
  expect(refreshed.status()).toBe(204);
  await dialog().getByRole('button', { name: 'Sync', exact: true }).click();
  await dialog()
    .getByText(/Nothing was done/)
    .waitFor();
  await dialog().getByText('Postgres 17.1').waitFor();
  await dialog().getByRole('button', { name: 'Sync', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('In sync', { exact: true }).first().waitFor();
});

test('whoever may not sync is told so', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/applications/mailer');
  const button = other.page.getByRole('button', { name: 'Sync…' });
  await button.waitFor();
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  await button.hover();
  await other.page.getByText('Your role does not include sync').waitFor();
});

test('a sync is watched wave by wave, and cancelled', async () => {
  const workload = { image: 'registry.example/tide:1.0-slow', replicas: 1, annotations: wave(1) };
  const files = { 'apps/tide-000/web.yaml': yaml(deployment('web', workload), configMap('after', {}, wave(2))) };
  await page.goto('/applications/tide-000');
  await page.getByRole('button', { name: 'Sync…' }).waitFor();
  await world.repo.commit(files, { message: 'Tides on the web' });
  const progress = page.getByRole('region', { name: 'Progress of the sync' });
  await progress.getByRole('listitem').filter({ hasText: 'Wave 1' }).getByText('1 of 1, getting healthy').waitFor();
  await page.getByRole('button', { name: 'Cancel the sync' }).click();
  await progress.getByText(/^The sync (failed|was superseded)$/).waitFor();
  await page.getByRole('button', { name: 'Cancel the sync' }).waitFor({ state: 'detached' });
});
