import type { Page } from 'playwright-core';

/** A view of the UI that is looked at by axe, and of which there are pictures. New pages get a row here. */
export interface ViewedPlace {
  /** Of the picture. */
  name: string;
  path: string;
  /** Nobody is signed in. */
  isOutside?: boolean;
  /** Is there when the view is complete. */
  ready: (page: Page) => Promise<unknown>;
  /** What to do before looking. */
  before?: (page: Page) => Promise<unknown>;
}

const deployment = (name: string, application: string) =>
  encodeURIComponent(`apps/Deployment/demo-${application}/${name}`);
const seen = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

export const places: readonly ViewedPlace[] = [
  { name: 'login', path: '/login', isOutside: true, ready: page => page.getByLabel('Password').waitFor() },
  { name: 'applications', path: '/applications', ready: seen('payments') },
  { name: 'applications-tiles', path: '/applications?view=tiles', ready: seen('payments') },
  { name: 'applications-none', path: '/applications?q=nothing-is-called-so', ready: seen('Show all applications') },
  {
    name: 'palette',
    path: '/applications',
    ready: seen('payments'),
    before: async page => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search applications and commands' }).fill('pay');
      await page.getByRole('option', { name: /payments/ }).waitFor();
    },
  },
  {
    name: 'keys',
    path: '/applications',
    ready: seen('payments'),
    before: async page => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'application', path: '/applications/payments', ready: seen('ledger') },
  {
    name: 'application-drift',
    path: `/applications/shop?resource=${deployment('web', 'shop')}&tab=diff`,
    ready: seen('spec.replicas'),
  },
  {
    name: 'application-live',
    path: `/applications/shop?resource=${deployment('web', 'shop')}&tab=live`,
    ready: seen('matchLabels'),
  },
  { name: 'application-error', path: '/applications/reports', ready: seen(/mail/) },
  { name: 'application-many', path: '/applications/catalogue?layout=list', ready: seen('page-0') },
  { name: 'application-graph', path: '/applications/payments?layout=graph', ready: seen('ledger') },
  {
    name: 'sync-progress',
    path: '/applications/edge-cache',
    ready: page => page.getByRole('region', { name: 'Progress of the sync' }).getByText('Wave 2').waitFor(),
  },
  { name: 'history', path: '/applications/mailer/history', ready: seen(/mailer:0\.9\.5/) },
  {
    name: 'history-rollback',
    path: '/applications/mailer/history',
    ready: seen(/mailer:0\.9\.5/),
    before: async page => {
      await page
        .getByRole('button', { name: /^Roll back/ })
        .nth(1)
        .click();
      await page.getByRole('dialog').getByText('change 1', { exact: true }).waitFor();
    },
  },
  {
    name: 'sync-plan',
    path: '/applications/shop',
    ready: seen('Sync…'),
    before: async page => {
      await page.keyboard.press('s');
      await page.getByRole('heading', { name: 'PreSync' }).waitFor();
    },
  },
  {
    name: 'sync-deletes',
    path: '/applications/legacy',
    ready: seen('Sync…'),
    before: async page => {
      await page.keyboard.press('s');
      await page.getByRole('checkbox', { name: /held back until/ }).check();
      await page.getByRole('button', { name: 'Sync, delete 5' }).waitFor();
    },
  },
  { name: 'drift', path: '/drift', ready: seen('spec.replicas') },
  { name: 'drift-none', path: '/drift?q=nothing-is-called-so', ready: seen('Show all drift') },
  {
    name: 'drift-heal',
    path: '/drift?by=kubectl-edit&project=shop',
    ready: seen('spec.replicas'),
    before: async page => {
      await page.getByRole('button', { name: /^Heal all/ }).click();
      await page.getByRole('dialog').getByText('spec.replicas').waitFor();
    },
  },
  {
    name: 'drift-accept',
    path: '/drift?by=kubectl-edit&project=shop',
    ready: seen('spec.replicas'),
    before: async page => {
      await page.getByRole('button', { name: /^Accept all/ }).click();
      await page.getByRole('figure', { name: 'Patch' }).waitFor();
    },
  },
  {
    name: 'activity',
    path: '/activity',
    ready: page => page.getByRole('main').getByRole('listitem').first().waitFor(),
  },
  { name: 'activity-audit', path: '/activity?tab=audit', ready: page => page.getByRole('row').nth(5).waitFor() },
  { name: 'activity-none', path: '/activity?application=nobody', ready: seen('Nothing that happened fits') },
  { name: 'settings', path: '/settings', ready: seen('interval') },
  {
    name: 'settings-projects',
    path: '/settings?tab=projects',
    ready: page => page.getByRole('article').nth(2).waitFor(),
  },
  { name: 'settings-repositories', path: '/settings?tab=repositories', ready: seen('Cannot be reached') },
  { name: 'settings-targets', path: '/settings?tab=targets', ready: seen('Answers') },
  { name: 'application-none', path: '/applications/nobody', ready: seen('All applications') },
];
