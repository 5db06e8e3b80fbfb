import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { seriousFindings, visit } from './browser.ts';
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

test('what is unticked is left out of the plan, and taken in again; hooks come with everything only', async () => {
  await openPlan('shop');
  const counts = dialog().getByRole('list', { name: 'What would be done' });
  await counts.getByText('change 2', { exact: true }).waitFor();
  await dialog()
    .getByRole('checkbox', { name: /ConfigMap settings/ })
    .uncheck();
  await dialog().getByRole('heading', { name: 'Sync 1 resource of shop' }).waitFor();
  await counts.getByText('change 1', { exact: true }).waitFor();
  await dialog()
    .getByText(/no hooks run/)
    .waitFor();
  expect(await dialog().getByRole('heading', { name: 'PreSync' }).count()).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
  await dialog().getByRole('region', { name: 'Left out' }).getByRole('checkbox').click();
  await counts.getByText('change 2', { exact: true }).waitFor();
  await dialog().getByRole('heading', { name: 'PreSync' }).waitFor();
  await dialog().getByRole('button', { name: 'Choose some only' }).click();
  await dialog().getByText('Nothing is chosen. Tick what is to be synced.').waitFor();
});

test('another revision: its commits to choose from, and what it means for what comes later', async () => {
  await openPlan('mailer');
  await dialog().getByRole('button', { name: 'Another revision…' }).click();
  const commits = dialog().getByRole('list', { name: 'Commits that changed it' });
  await commits.getByRole('button', { name: /Raise limits of the mailer/ }).waitFor();
  await dialog().getByRole('list', { name: 'Branches and tags' }).getByRole('button', { name: 'main' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await commits.getByRole('button', { name: /Everything that we run/ }).click();
  await dialog()
    .getByText(/^Automation keeps it at this revision until Git has something newer/)
    .waitFor();
  await dialog().getByText('change 1', { exact: true }).waitFor();
  await dialog().getByRole('button', { name: 'To what Git declares' }).click();
  await dialog().getByText('Nothing would be done').waitFor();
  await dialog().getByRole('button', { name: 'Another revision…' }).click();
  await dialog().getByRole('textbox', { name: 'Branch, tag or commit' }).fill('no-such-branch');
  await page.keyboard.press('Enter');
  await dialog()
    .getByRole('alert')
    .getByText(/no-such-branch/)
    .waitFor();
});

test('options say what holds: what the policy prunes can be left for later', async () => {
  await openPlan('legacy');
  const prune = dialog().getByRole('checkbox', { name: 'Delete what Git no longer declares' });
  expect(await prune.isChecked()).toBe(true);
  await dialog().getByRole('region', { name: 'Held back' }).waitFor();
  await prune.uncheck();
  await dialog().getByText('Nothing would be done').waitFor();
});
