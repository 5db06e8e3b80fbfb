import { expect, test } from 'vitest';
import { browser, page, world } from './as-ops.ts';
import { seriousFindings, visit } from './browser.ts';

const resources = () => page.getByRole('region', { name: 'Resources' });
const line = (name: string | RegExp) => resources().getByRole('link', { name });
const search = () => new URL(page.url()).searchParams;

test('why it is unhealthy, from the application down to the pod', async () => {
  await page.goto('/applications/payments');
  await page.getByText(/rollout is stuck/).waitFor();
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
  await line(/mailer-\S+ Pod/)
    .last()
    .click();
  await page.getByRole('button', { name: /^Delete Pod/ }).click();
  await dialog.getByText(/makes another one/).waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
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
