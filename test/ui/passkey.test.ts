import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { startProvider } from '../world/oidc-provider.ts';
import { freePort } from '../world/port.ts';
import { startSignInWorld } from '../world/sign-in.ts';
import { addAuthenticator } from './authenticator.ts';
import { seriousFindings, startBrowser, visit } from './browser.ts';

// Signing in as only a real browser does it: with its own passkeys, and by way of a provider.

let browser: Browser;
let webDirectory: string;

beforeAll(async () => {
  webDirectory = await buildWeb();
  browser = await startBrowser();
});
afterAll(() => browser?.close());

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `${name}: menu` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

test('the first account is made with a passkey, and signs in with it', async () => {
  await using world = await startSignInWorld({ webDirectory });
  const { token } = world.access.signIn.people.invite(undefined, true, 'operator');
  await using visited = await visit(browser, world.home);
  const { page } = visited;
  await addAuthenticator(page);
  await page.goto(`/setup#${token}`);
  await page.getByLabel('Name').fill('appops');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFindings(page)).toEqual([]);
  }
  await page.getByRole('button', { name: 'Set up with a passkey instead' }).click();
  await page.getByRole('button', { name: 'appops: menu' }).waitFor();
  expect(world.access.signIn.people.find('appops')).toMatchObject({
    admin: true,
    passkeys: [{ count: expect.any(Number) }],
  });

  await signOut(page, 'appops');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('button', { name: 'appops: menu' }).waitFor();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'holdfast_session', httpOnly: true, sameSite: 'Strict' });
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('somebody signs in by the provider, comes to where they wanted to go, and out again there, too', async () => {
  const port = await freePort();
  const home = `http://localhost:${port}`;
  const clientSecret = 'CANARY-client-secret';
  const addresses = { redirects: [`${home}/auth/callback`], afterLogout: [`${home}/login`] };
  await using provider = await startProvider({ ...addresses, clientSecret });
  provider.people.set('u-1', { email: 'appops@example.test', groups: ['team-shop'] });
  provider.present = 'u-1';
  const policy = 'g, team-shop, role:readonly';
  await using world = await startSignInWorld({ webDirectory, port, policy, oidc: { issuer: provider.issuer } });
  await using visited = await visit(browser, world.home);
  const { page } = visited;
  await page.goto('/applications?q=web');
  await page.getByRole('link', { name: /Example ID/ }).click();
  await page.getByRole('button', { name: 'appops@example.test: menu' }).waitFor();
  expect(page.url()).toBe(`${home}/applications?q=web`);
  // A link on another site leads to the page, and to whom one is.
  await page.goto(`${provider.issuer}/.well-known/openid-configuration`);
  await page.evaluate(`location.assign('${home}/applications?q=vault')`);
  await page.getByRole('button', { name: 'appops@example.test: menu' }).waitFor();

  await signOut(page, 'appops@example.test');
  await page.waitForURL(url => url.origin === provider.issuer);
  expect(world.access.signIn.sessions.of('appops@example.test')).toEqual([]);
});
