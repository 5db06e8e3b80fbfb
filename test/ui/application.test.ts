import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { phone, seriousFindings, visit } from './browser.ts';

const resources = () => page.getByRole('region', { name: 'Resources' });
const line = (name: string | RegExp) => resources().getByRole('link', { name });
const search = () => new URL(page.url()).searchParams;

test('why it is unhealthy, from the application down to the pod', async () => {
  await page.goto('/applications/payments');
  await page
    .getByText(/rollout is stuck/)
    .first()
    .waitFor();
  await line(/api-\S+ Pod/)
    .first()
    .click();
  await page.getByRole('tab', { name: 'Live' }).click();
  await page.getByText('ImagePullBackOff').first().waitFor();
  expect(search().get('resource')).toContain('/Pod/demo-payments/');
});

test('what differs and who made it so, by one key', async () => {
  await page.goto('/applications/shop');
  await line(/web Deployment/).waitFor();
  await page.keyboard.press('d');
  await page.getByText('data.banner').or(page.getByText('spec.replicas')).first().waitFor();
  await page.getByText('kubectl-edit').first().waitFor();
  expect(search().get('resource')).toContain('demo-shop');
});

test('what is worst is looked at by itself; that is not in the address, and takes no focus', async () => {
  await page.goto('/applications/shop');
  const detail = page.getByRole('region', { name: 'Deployment web' });
  await detail.getByText('spec.replicas').waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(await page.evaluate<string>('document.activeElement?.tagName')).toBe('BODY');
  await detail.getByRole('tab', { name: 'Live' }).click();
  await expect.poll(() => search().get('tab')).toBe('live');
  expect(search().get('resource')).toBe('apps/Deployment/demo-shop/web');
  await page.goto('/applications/payments');
  await page
    .getByRole('region', { name: 'Deployment api' })
    .getByRole('tab', { name: 'Events', selected: true })
    .waitFor();
});

test('on a phone all resources come first', async () => {
  await using other = await visit(browser, world.url, { as: 'ops', ...phone });
  await other.page.goto('/applications/shop');
  await other.page
    .getByRole('region', { name: 'Resources' })
    .getByRole('link', { name: /web Deployment/ })
    .waitFor();
  expect(await other.page.getByRole('region', { name: 'Deployment web' }).count()).toBe(0);
});

test('where all is well, what happened stands there', async () => {
  await page.goto('/applications/billing');
  const lately = page.getByRole('region', { name: 'What happened lately' });
  await lately.getByText(/^succeeded at/).waitFor();
  await lately.getByRole('link', { name: 'All of it' }).click();
  await expect.poll(() => search().get('application')).toBe('billing');
});

test('a quarantine says which revision, why, and what to do', async () => {
  await using other = await visit(browser, world.workshop, { as: 'ops' });
  await other.page.goto('/applications/camera');
  const notice = other.page.getByRole('alert').filter({ hasText: /revision [0-9a-f]{12} is quarantined: \S+/ });
  await notice.getByText('Commit a fix, or Resume to try it once more.').waitFor();
});

test('what is no longer declared says so and what it waits for; a sync of it is none', async () => {
  await page.goto('/applications/vault');
  await page.getByText('Not declared').waitFor();
  await page.getByText(/keys: its deletion waits for a person to confirm it/).waitFor();
  await page.getByRole('button', { name: 'Sync…' }).hover();
  await page.getByText('Git no longer declares it').waitFor();
});

test('of what is being deleted only that is there which is left, with what it waits for', async () => {
  await page.goto('/applications/archive');
  await line(/volume ConfigMap it is being deleted, held by backup\.example\/copied/).waitFor();
  expect(await line(/index ConfigMap/).count()).toBe(0);
});

test('what another application has made its own is said once', async () => {
  await page.goto('/applications/atlas');
  await page.getByText('ConfigMap demo-maps/tiles also belongs to the application maps').waitFor();
  expect(await page.getByText(/also belongs to the application maps/).count()).toBe(1);
  await page.getByText('No sync changes it: it belongs to the application maps').waitFor();
});

test('secret values are nowhere', async () => {
  await page.goto('/applications/payments');
  await line(/keys Secret/).click();
  for (const tab of ['Declared', 'Live', 'Diff']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel').getByText(/\S/).first().waitFor();
    expect(await page.getByText('hunter2').count()).toBe(0);
    expect(await page.getByText('aHVudGVyMg').count()).toBe(0);
  }
});

test('what it prints, as it prints it, and only what is looked for', async () => {
  await page.goto('/applications/mailer');
  await line(/mailer-\S+ Pod/)
    .first()
    .click();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('mailer first').waitFor();
  await page.getByRole('searchbox', { name: 'Only lines with this text' }).fill('second');
  await page.getByText('mailer first').waitFor({ state: 'detached' });
  await page.getByText('mailer second').waitFor();
});

test('the same selection as tree, graph and list', async () => {
  await page.goto('/applications/mailer');
  await line(/mailer Deployment/).click();
  await page.getByRole('link', { name: 'Graph' }).click();
  await page.getByRole('region', { name: 'Graph of resources' }).getByText('ReplicaSet').first().waitFor();
  await page.getByRole('link', { name: 'List' }).click();
  await resources()
    .getByRole('link', { name: /mailer Deployment/ })
    .waitFor();
  expect(search().get('resource')).toContain('Deployment/demo-mailer/mailer');
  await page.getByRole('region', { name: 'Deployment mailer' }).waitFor();
});

test('by keyboard: along the lines, fold and open', async () => {
  await page.goto('/applications/mailer');
  await line(/mailer Deployment/).waitFor();
  const focused = () => page.evaluate<string | null>("document.activeElement?.getAttribute('data-row')");
  await page.keyboard.press('j');
  await expect.poll(focused).toContain('Deployment');
  await page.keyboard.press('h');
  await expect.poll(() => resources().getByText('ReplicaSet').count()).toBe(0);
  await page.keyboard.press('l');
  await resources().getByText('ReplicaSet').first().waitFor();
});

test('what one may not do is said, and not done', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/applications/mailer');
  await other.page.getByRole('button', { name: 'More actions' }).click();
  const item = other.page.getByRole('menuitem', { name: /Suspend/ });
  await item.getByText('Your role does not include override').waitFor();
  expect(await item.getAttribute('aria-disabled')).toBe('true');
});

test('what stands in the way is said with what to do', async () => {
  await page.goto('/applications/reports');
  await page.getByRole('alert').getByText(/mail/).first().waitFor();
});

test('one workload is restarted, and one of its pods deleted; both say what will happen first', async () => {
  await page.goto('/applications/mailer');
  await line(/mailer Deployment/).click();
  await page.getByRole('button', { name: 'Restart Deployment mailer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/one after the other/).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect
    .poll(async () => {
      const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'demo-mailer', name: 'mailer' };
      return Object.keys((await world.kube.get(web))?.spec.template.metadata.annotations ?? {});
    })
    .toContain('kubectl.kubernetes.io/restartedAt');
  await page.getByText('In sync', { exact: true }).first().waitFor();

  // Those of before have nothing any more that would go with them.
  await line(/mailer-\S+ ReplicaSet.*2\/2 ready/)
    .first()
    .click();
  await page.getByRole('button', { name: /^Delete ReplicaSet/ }).click();
  await dialog.getByRole('region', { name: 'What goes with it' }).getByRole('listitem').first().waitFor();
  expect(await dialog.getByRole('button', { name: /^Delete \d/ }).count()).toBe(1);
  await page.keyboard.press('Escape');
  // Pods of before go by themselves.
  await expect.poll(() => line(/mailer-\S+ Pod/).count(), { timeout: 40_000 }).toBe(2);
  await line(/mailer-\S+ Pod/)
    .last()
    .click();
  await page.getByRole('button', { name: /^Delete Pod/ }).click();
  await dialog.getByText(/makes another one/).waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
});

test('an application is deleted by its name, as the list says; that Git still declares it is said', async () => {
  const name = 'compass-005';
  await page.goto(`/applications/${name}`);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete application…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`delete ConfigMap ${name}-settings`).waitFor();
  await dialog.getByText('Git still declares it').waitFor();
  const button = dialog.getByRole('button', { name: 'Delete 1 resource' });
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await button.click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(/deleted; holdfast resume compass-005 brings it back/).waitFor();
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: `demo-${name}`, name: `${name}-settings` };
  await expect.poll(() => world.kube.get(settings), { timeout: 20_000 }).toBeUndefined();
});

test('who may not delete an application is told', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/applications/mailer');
  await other.page.getByRole('button', { name: 'More actions' }).click();
  const item = other.page.getByRole('menuitem', { name: /Delete application/ });
  await item.getByText('Your role does not include delete').waitFor();
});

test('what one may not do to a resource is said', async () => {
  await using other = await visit(browser, world.url, { as: 'reader' });
  await other.page.goto('/applications/mailer');
  await other.page
    .getByRole('region', { name: 'Resources' })
    .getByRole('link', { name: /mailer Deployment/ })
    .click();
  const button = other.page.getByRole('button', { name: 'Restart Deployment mailer' });
  await button.hover();
  await other.page.getByText('Your role does not include action on this resource').waitFor();
});

test('it is changed by the commit that changed it, whatever else was committed since', async () => {
  await page.goto('/applications/billing');
  await page.getByText('“Everything that we run”').waitFor();
  await page.goto('/applications?q=billing');
  await page.getByRole('row').filter({ hasText: 'billing' }).getByText('Everything that we run').waitFor();
});
