import type { Page } from 'playwright-core';

/** A view of the UI that is looked at by axe, and of which there are pictures. New pages get a row here. */
export interface ViewedPlace {
  /** Of the picture. */
  name: string;
  path: string;
  /** Nobody is signed in. */
  isOutside?: boolean;
  /** Default: the operator of the cluster. */
  of?: 'workshop' | 'outpost';
  /** Is there when the view is complete. */
  ready: (page: Page) => Promise<unknown>;
  /** What to do before looking. */
  before?: (page: Page) => Promise<unknown>;
}

const deployment = (name: string, application: string) =>
  encodeURIComponent(`apps/Deployment/demo-${application}/${name}`);
const seen = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();
/** Not by its key: on a busy machine the button is there a moment before the key is listened to. */
const openSync = (page: Page) => page.getByRole('button', { name: 'Sync…' }).first().click();

export const places: readonly ViewedPlace[] = [
  { name: 'login', path: '/login', isOutside: true, ready: page => page.getByLabel('Password').waitFor() },
  { name: 'setup-over', path: '/setup#no-such-link', isOutside: true, ready: seen(/LOGIN_LINK_INVALID/) },
  {
    name: 'applications',
    path: '/applications',
    // Whose change it was is found out a moment later; on a phone there is no room for it.
    ready: page => page.getByText('Everything that we run').first().waitFor({ state: 'attached' }),
  },
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
      await openSync(page);
      await page.getByRole('heading', { name: 'PreSync' }).waitFor();
    },
  },
  {
    name: 'sync-chosen',
    path: '/applications/shop',
    ready: seen('Sync…'),
    before: async page => {
      await openSync(page);
      await page.getByRole('checkbox', { name: /ConfigMap settings/ }).uncheck();
      await page.getByText(/no hooks run/).waitFor();
    },
  },
  {
    name: 'sync-revision',
    path: '/applications/mailer',
    ready: seen('Sync…'),
    before: async page => {
      await openSync(page);
      await page.getByRole('button', { name: 'Another revision…' }).click();
      await page.getByRole('button', { name: /Raise limits/ }).waitFor();
    },
  },
  {
    name: 'application-delete-resource',
    path: `/applications/mailer?resource=${deployment('mailer', 'mailer')}&tab=live`,
    ready: seen('matchLabels'),
    before: async page => {
      await page.getByRole('button', { name: 'Delete Deployment mailer' }).click();
      await page.getByText('What goes with it').waitFor();
    },
  },
  {
    name: 'sync-deletes',
    path: '/applications/legacy',
    ready: seen('Sync…'),
    before: async page => {
      await openSync(page);
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
    name: 'drift-selected',
    path: '/drift?by=kubectl-edit&project=shop',
    ready: seen('spec.replicas'),
    before: async page => {
      await page.getByRole('checkbox', { name: 'Select all of shop' }).check();
      await page.getByRole('region', { name: 'Selection' }).waitFor();
    },
  },
  {
    name: 'activity',
    path: '/activity',
    ready: page => page.getByRole('main').getByRole('listitem').first().waitFor(),
  },
  { name: 'activity-at', path: `/activity?at=${Date.now()}`, ready: seen('As now') },
  {
    name: 'activity-then',
    path: '/activity?kind=sync&application=mailer',
    ready: page => page.getByRole('main').getByRole('listitem').first().waitFor(),
    before: async page => {
      await page.getByTitle('What ran then').last().click();
      await page.getByRole('list', { name: 'What ran' }).getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'activity-restore',
    path: '/activity?kind=sync&application=mailer',
    ready: page => page.getByRole('main').getByRole('listitem').first().waitFor(),
    before: async page => {
      await page.getByTitle('What ran then').last().click();
      const mailer = page
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name: 'mailer', exact: true }) });
      await mailer.getByRole('button', { name: 'Restore…' }).click();
      await page.getByRole('dialog').getByRole('region', { name: 'mailer' }).waitFor();
    },
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
  {
    name: 'settings-accounts',
    path: '/settings?tab=accounts',
    ready: page => page.getByRole('button', { name: 'ops: actions' }).waitFor(),
  },
  {
    name: 'settings-invite',
    path: '/settings?tab=accounts',
    ready: page => page.getByRole('button', { name: 'ops: actions' }).waitFor(),
    before: async page => {
      await page.getByRole('button', { name: 'Invite somebody…' }).click();
      await page.getByLabel('Name').fill('oncall');
    },
  },
  { name: 'account', path: '/account', ready: seen('this one') },
  {
    name: 'account-token',
    path: '/account',
    ready: seen('this one'),
    before: async page => {
      await page.getByRole('button', { name: 'Make a token…' }).click();
      await page.getByLabel('Name').fill('nightly');
    },
  },
  {
    name: 'account-passkey',
    path: '/account',
    ready: seen('this one'),
    before: async page => {
      await page.getByRole('button', { name: 'Add a passkey…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'approve',
    path: `/approve?port=41234&challenge=${'x'.repeat(43)}&state=KXDB-TFWQ-${'y'.repeat(32)}`,
    ready: seen('KXDB-TFWQ'),
  },
  { name: 'application-none', path: '/applications/nobody', ready: seen('All applications') },
  {
    name: 'application-delete',
    path: '/applications/payments',
    ready: seen('ledger'),
    before: async page => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete application…' }).click();
      await page.getByText('Git still declares it').waitFor();
    },
  },
  { name: 'application-deleting', path: '/applications/archive', ready: seen('volume') },
  { name: 'application-shared', path: '/applications/atlas', ready: seen('tiles') },
  { name: 'application-suspended', path: '/applications/billing', ready: seen('year-end close') },
  { name: 'application-hook', path: '/applications/orders', ready: seen('check-schema') },
  { name: 'machine', path: '/applications', of: 'workshop', ready: seen('camera') },
  { name: 'machine-quarantine', path: '/applications/camera', of: 'workshop', ready: seen(/quarantined/i) },
  { name: 'machine-drift', path: '/drift', of: 'workshop', ready: seen('signs') },
  {
    name: 'machine-logs',
    path: '/applications/printer',
    of: 'workshop',
    ready: seen('spooler'),
    before: async page => {
      await page
        .getByRole('region', { name: 'Resources' })
        .getByRole('link', { name: /spooler/ })
        .first()
        .click();
      await page.getByRole('tab', { name: 'Logs' }).click();
      await page
        .getByText(/job \d+: label/)
        .first()
        .waitFor();
    },
  },
  { name: 'away', path: '/applications', of: 'outpost', ready: seen('weather') },
  { name: 'away-targets', path: '/settings?tab=targets', of: 'outpost', ready: seen('Cannot be reached') },
];
