import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/build-web.ts';
import { execute } from '../../src/cli/execute.ts';
import { testCli } from '../../src/cli/testing/cli.ts';
import { realEnv } from '../../src/env/real.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../world/directory.ts';
import { startProvider } from '../world/oidc-provider.ts';
import { freePort } from '../world/port.ts';
import { startSignInWorld } from '../world/sign-in.ts';
import { waitFor } from '../world/wait.ts';
import { startAccountsWorld } from './accounts-world.ts';
import { startBrowser, visit } from './browser.ts';

// `holdfast login`, with the browser that it needs.

let browser: Browser;
let home: TemporaryDirectory;

beforeAll(async () => {
  browser = await startBrowser();
  home = await temporaryDirectory('login-ui');
});
afterAll(async () => {
  await browser.close();
  await home[Symbol.asyncDispose]();
});

/** A terminal of somebody who has a home. */
function terminal() {
  const env = realEnv();
  const variable = (name: string) => (name === 'HOME' ? home.path : undefined);
  return testCli({ env: { ...env, processes: { ...env.processes, variable } }, directory: home.path });
}

async function login(...words: string[]) {
  const cli = terminal();
  const ended = execute(['login', '--no-browser', '--timeout', '50s', ...words], cli);
  const address = await waitFor('the address', () => /http:\S+/.exec(cli.err.join('\n'))?.[0]);
  const [, letters = ''] = /shows (\S+)/.exec(cli.err.join('\n')) ?? [];
  return { ended, address, letters };
}

async function whoami(): Promise<string> {
  const cli = terminal();
  await execute(['whoami'], cli);
  return cli.out.join('\n');
}

test('a command line is let in by who presses Allow, and seen among the sessions', async () => {
  await using world = await startAccountsWorld();
  const { ended, address, letters } = await login('--server', world.home);
  await using visited = await visit(browser, world.home, { as: 'reader' });
  const { page } = visited;
  await page.goto(address);
  await page.getByText(letters, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/This page can be closed/).waitFor();
  expect(await ended).toBe(0);
  expect(await whoami()).toContain('reader');
  await page.goto(`${world.home}/account`);
  await page.getByRole('region', { name: 'Sessions' }).getByText('Command line').waitFor();
});

test('and not by who refuses it', async () => {
  await using world = await startAccountsWorld();
  const { ended, address } = await login('--server', world.home);
  await using visited = await visit(browser, world.home, { as: 'reader' });
  await visited.page.goto(address);
  await visited.page.getByRole('button', { name: 'Refuse' }).click();
  await visited.page.getByText(/was not let in/).waitFor();
  expect(await ended).toBe(1);
});

test('--sso: by the provider, there and back, twice; and the account says that it is there', async () => {
  const webDirectory = await buildWeb();
  const port = await freePort();
  const here = `http://localhost:${port}`;
  const addresses = { redirects: [`${here}/auth/callback`], afterLogout: [`${here}/login`] };
  await using provider = await startProvider({ ...addresses, clientSecret: 'CANARY-client-secret' });
  provider.people.set('u-1', { email: 'appops@example.test', groups: ['team-shop'] });
  provider.present = 'u-1';
  const policy = 'g, team-shop, role:admin';
  await using world = await startSignInWorld({ webDirectory, port, policy, oidc: { issuer: provider.issuer } });
  const { ended, address, letters } = await login('--sso', '--server', world.home);
  await using visited = await visit(browser, world.home);
  const { page } = visited;
  await page.goto(address);
  await page.getByText(letters, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText(/This page can be closed/).waitFor();
  expect(await ended).toBe(0);
  expect(await whoami()).toContain('appops@example.test');

  await page.goto(`${world.home}/account`);
  await page.getByText('Signed in by Example ID').waitFor();
  await page.getByText('They are not here: Example ID says who you are').waitFor();
  await page.getByText('by team-shop', { exact: true }).waitFor();
  await page.goto(`${world.home}/settings?tab=accounts`);
  await page.getByRole('listitem').filter({ hasText: 'appops@example.test' }).getByText('At the provider').waitFor();
});
