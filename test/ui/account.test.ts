import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SignInWorld } from '../world/sign-in.ts';
import { startAccountsWorld } from './accounts-world.ts';
import { addAuthenticator } from './authenticator.ts';
import { seriousFindings, startBrowser, type Visit, visit } from './browser.ts';

// One's own account, and those of others.

let world: SignInWorld;
let browser: Browser;
let visited: Visit;
let page: Page;

beforeAll(async () => {
  world = await startAccountsWorld();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  visited = await visit(browser, world.home, { as: 'ops' });
  page = visited.page;
});
afterEach(() => visited.close());

const region = (on: Page, name: string) => on.getByRole('region', { name, exact: true });
let made = 0;

/** Invites somebody in the UI; the answer is the link. */
async function invite(name: string, isAdmin = false): Promise<string> {
  await page.goto('/settings?tab=accounts');
  await page.getByRole('button', { name: 'Invite somebody…' }).click();
  await page.getByLabel('Name').fill(name);
  if (isAdmin) await page.getByRole('checkbox', { name: /With the role admin/ }).check();
  await page.keyboard.press('Enter');
  const link = await page
    .getByRole('dialog')
    .getByText(/\/setup#/)
    .textContent();
  await page.getByRole('button', { name: 'Done' }).click();
  return link ?? '';
}

/** Somebody new, in a browser of their own. */
async function comeBy(link: string, password = 'four words at random') {
  const visited = await visit(browser, world.home);
  await visited.page.goto(link);
  await visited.page.getByLabel('Password').fill(password);
  await visited.page.keyboard.press('Enter');
  await visited.page.getByRole('button', { name: /: menu$/ }).waitFor();
  return visited;
}
const newName = () => `guest-${made++}`;

test('the account says who one is, through what, and which roles come of what', async () => {
  await page.goto('/applications');
  await page.getByRole('button', { name: 'ops: menu' }).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await page.getByRole('heading', { name: 'ops', level: 1 }).waitFor();
  await page.getByText('Signed in with a password').waitFor();
  await page.getByText('role:admin', { exact: true }).waitFor();
  await page.getByText('by role:admin').waitFor();
});

test('it is reached from the palette', async () => {
  await page.goto('/applications');
  await page.getByRole('button', { name: 'ops: menu' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search applications and commands' }).fill('your account');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/account');
});

test('somebody is invited by a link that is shown once, comes, and is disabled and enabled again', async () => {
  const name = newName();
  const link = await invite(name);
  expect(link).toMatch(/\/setup#[\w-]{43}$/);
  const row = page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: name });
  await row.getByText('Invited').waitFor();
  expect(await page.content()).not.toContain(link.split('#')[1]);

  await using guest = await comeBy(link);
  await page.reload();
  await row.getByText('Active').waitFor();
  const act = async (label: string, button: string) => {
    await row.getByRole('button', { name: `${name}: actions` }).click();
    await page.getByRole('menuitem', { name: label }).click();
    await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await act('Disable…', 'Disable');
  await row.getByText('Disabled').waitFor();
  await guest.page.goto('/account');
  await guest.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await act('Enable…', 'Enable');
  await row.getByText('Active').waitFor();
});

test('the last admin cannot disable themselves, and is told why', async () => {
  await page.goto('/settings?tab=accounts');
  await page.getByRole('button', { name: 'ops: actions' }).click();
  await page.getByRole('menuitem', { name: 'Disable…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/^Without ops nobody/)
    .waitFor();
  expect(await seriousFindings(page)).toEqual([]);
});

test('one ends a session of one’s own, and all others', async () => {
  const link = await invite(newName());
  await using first = await comeBy(link);
  const second = await visit(browser, world.home);
  const third = await visit(browser, world.home);
  for (const { page: other } of [second, third]) {
    await other.goto('/login');
    await other.getByLabel('Name').fill(`guest-${made - 1}`);
    await other.getByLabel('Password').fill('four words at random');
    await other.keyboard.press('Enter');
    await other.getByRole('button', { name: /: menu$/ }).waitFor();
  }
  await first.page.goto('/account');
  const sessions = region(first.page, 'Sessions').getByRole('listitem');
  await expect.poll(() => sessions.count()).toBe(3);
  await sessions.filter({ hasText: 'this one' }).waitFor();
  await sessions
    .getByRole('button', { name: /^End the session Chrome on Linux/ })
    .first()
    .click();
  await first.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await expect.poll(() => sessions.count()).toBe(2);
  await first.page.getByRole('button', { name: 'End all others…' }).click();
  await first.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
  await expect.poll(() => sessions.count()).toBe(1);
  for (const one of [second, third]) {
    await one.page.goto('/account');
    await one.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await one.close();
  }
});

test('passkeys are added with a name and removed; the last way in cannot be', async () => {
  const link = await invite(newName());
  await using guest = await visit(browser, world.home);
  const own = guest.page;
  await addAuthenticator(own);
  await own.goto(link);
  await own.getByRole('button', { name: 'Set up with a passkey instead' }).click();
  await own.getByRole('button', { name: /: menu$/ }).waitFor();
  await own.goto('/account');
  const only = own.getByRole('button', { name: 'Remove the passkey first' });
  expect(await only.getAttribute('aria-disabled')).toBe('true');
  await only.focus();
  await own.getByText(/^It is the only way in/).waitFor();

  await own.getByRole('button', { name: 'Set a password…' }).click();
  await own.getByLabel('New password').fill('four words at random');
  await own.keyboard.press('Enter');
  await own.getByText('There is one').waitFor();
  await only.click();
  await own.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await own.getByRole('dialog').waitFor({ state: 'detached' });
  expect(
    await region(own, 'Password and passkeys')
      .getByText(/^Passkey/)
      .count(),
  ).toBe(0);

  await own.getByRole('button', { name: 'Add a passkey…' }).click();
  await own.getByLabel('Name').fill('a key of steel');
  await own.keyboard.press('Enter');
  await own.getByText('a key of steel').waitFor();
});

test('a password is changed by who knows it', async () => {
  const link = await invite(newName());
  await using guest = await comeBy(link);
  const own = guest.page;
  await own.goto('/account');
  const change = async (current: string) => {
    await own.getByRole('button', { name: 'Change the password…' }).click();
    await own.getByLabel('Present password').fill(current);
    await own.getByLabel('New password').fill('other words by chance');
    await own.keyboard.press('Enter');
  };
  await change('wrong wrong wrong');
  await own.getByRole('alert').waitFor();
  await own.keyboard.press('Escape');
  await change('four words at random');
  await own.getByRole('dialog').waitFor({ state: 'detached' });
  await own.reload();
  await own.getByRole('button', { name: 'Change the password…' }).waitFor();
});

test('a token is made by keyboard, shown once, copied, seen in its project by others, and revoked', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/account');
  const make = page.getByRole('button', { name: 'Make a token…' });
  await make.focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').fill('nightly');
  await page.getByLabel('Project and role').selectOption('shop / ci');
  await page.getByLabel('Good for').selectOption('7 days');
  await page.getByLabel('Name').focus();
  await page.keyboard.press('Enter');
  const token = (await page.getByText(/^hft_/).textContent()) ?? '';
  await page.getByRole('button', { name: 'Copy the token' }).click();
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(token);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  const row = region(page, 'Project tokens').getByRole('listitem').filter({ hasText: 'nightly' });
  await row.getByText(/never used/).waitFor();
  await row.getByText(/ends in 6 d/).waitFor();
  expect(await page.content()).not.toContain(token);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${world.home}/api/v1/whoami`, { headers })).status).toBe(200);

  await using reader = await visit(browser, world.home, { as: 'reader' });
  await reader.page.goto('/settings?tab=projects');
  const others = region(reader.page, 'Tokens of shop').getByRole('listitem').filter({ hasText: 'nightly' });
  const greyed = others.getByRole('button', { name: 'Revoke nightly of shop' });
  expect(await greyed.getAttribute('aria-disabled')).toBe('true');

  await page.reload();
  await row.getByText(/used now|used \d+ s ago/).waitFor();
  await row.getByRole('button', { name: 'Revoke nightly of shop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  expect((await fetch(`${world.home}/api/v1/whoami`, { headers })).status).toBe(401);
  await page.getByRole('button', { name: /^Show \d+ that ended/ }).click();
  await row.getByText(/revoked .* by ops via ui/).waitFor();
});

test('who may not make tokens or invite somebody is told which right it needs', async () => {
  await using reader = await visit(browser, world.home, { as: 'reader' });
  await reader.page.goto('/account');
  const make = reader.page.getByRole('button', { name: 'Make a token…' });
  expect(await make.getAttribute('aria-disabled')).toBe('true');
  await reader.page.goto('/settings?tab=accounts');
  await reader.page.getByRole('list', { name: 'Accounts' }).getByText('ops').first().waitFor();
  const button = reader.page.getByRole('button', { name: 'Invite somebody…' });
  await button.focus();
  await reader.page.getByText('Your role does not include accounts, update').waitFor();
  await using other = await visit(browser, world.home, { as: 'shop-dev' });
  await other.page.goto('/settings?tab=accounts');
  await other.page.getByText('There are no accounts, or none that you may see').waitFor();
});
