import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionState } from '../../../src/api/login-schemas.ts';
import type { Browser } from '../../world/browser.ts';
import { startProvider, type TestProvider } from '../../world/oidc-provider.ts';
import { freePort } from '../../world/port.ts';
import { type SignInWorld, startSignInWorld } from '../../world/sign-in.ts';

// People of an organisation sign in by its provider: a real one, started here.

let provider: TestProvider;
let world: SignInWorld;

const policy = `
p, role:shop, applications, get, shop/*, allow
p, role:bank, applications, get, bank/*, allow
g, team-shop, role:shop
g, team-bank, role:bank
g, boss@example.test, role:admin`;

beforeEach(async () => {
  const home = `http://localhost:${await freePort()}`;
  const clientSecret = 'CANARY-client-secret';
  provider = await startProvider({
    redirects: [`${home}/auth/callback`],
    afterLogout: [`${home}/login`],
    clientSecret,
  });
  world = await startSignInWorld({ policy, port: Number(new URL(home).port), oidc: { issuer: provider.issuer } });
  provider.people.set('u-1', { email: 'appops@example.test', groups: ['team-shop', 'role:admin', 'admin'] });
  provider.people.set('u-2', { email: 'boss@example.test' });
  provider.present = 'u-1';
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const names = async (browser: Browser) =>
  (await browser.ask<{ name: string }[]>('GET', '/api/v1/applications')).map(one => one.name);

async function signIn(returnTo = '/applications?x=1'): Promise<Browser> {
  const browser = world.browser();
  const { url } = await browser.go(`/auth/login?return=${encodeURIComponent(returnTo)}`);
  expect(url.href).toBe(`${world.home}${returnTo}`);
  return browser;
}

const refreshes = () => provider.log.filter(line => line === 'POST /token').length;

it('leads to the provider and back to where one was, as who one is there, with the groups that one has there', async () => {
  const state = await world.browser().ask<SessionState>('GET', '/api/v1/session');
  expect(state).toEqual({
    methods: { password: false, passkey: false, oidc: { name: 'Example ID' } },
    setup: false,
    insecure: false,
  });
  const browser = await signIn();
  // Names that are ours are no groups of anybody's.
  expect(await browser.ask('GET', '/api/v1/whoami')).toMatchObject({
    ...{ name: 'appops@example.test', groups: ['team-shop'], through: 'oidc' },
  });
  expect(await names(browser)).toEqual(['web']);
  provider.present = 'u-2';
  expect(await names(await signIn())).toEqual(['web', 'vault']);
  expect(world.audit.map(({ action, who, via, result }) => [action, who, via, result])).toEqual([
    ['access.login', 'appops@example.test', 'ui', 'done'],
    ['access.login', 'boss@example.test', 'ui', 'done'],
  ]);
});

it('asks with PKCE, state and nonce, and for nothing to be kept by the browser but two cookies that it cannot read', async () => {
  const browser = world.browser();
  const { url } = await browser.go('/auth/login', next => next.origin === provider.issuer);
  const asked = Object.fromEntries(url.searchParams);
  expect(asked).toMatchObject({
    ...{ client_id: 'holdfast', response_type: 'code', code_challenge_method: 'S256' },
    redirect_uri: `${world.home}/auth/callback`,
    scope: 'openid email groups offline_access',
  });
  for (const field of ['state', 'nonce', 'code_challenge']) expect(asked[field]).toMatch(/^[\w-]{43}$/);
  await browser.go(url.href);
  expect(browser.written.filter(text => text.startsWith('holdfast'))).toEqual([
    expect.stringMatching(/^holdfast_login=[\w-]+; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^holdfast_login=; Path=\/; Max-Age=0; HttpOnly/),
    expect.stringMatching(/^holdfast_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/),
  ]);
});

it('finds groups that are told at the userinfo address only', async () => {
  provider.groupsInToken = false;
  expect(await names(await signIn())).toEqual(['web']);
  expect(provider.log).toContain('GET /me');
});

it('somebody without groups has none, and sees what nobody sees', async () => {
  provider.people.set('u-1', { email: 'appops@example.test' });
  expect(await names(await signIn())).toEqual([]);
});

describe('groups that change', () => {
  it('count within a minute, without a new sign-in', async () => {
    const browser = await signIn();
    provider.people.set('u-1', { email: 'appops@example.test', groups: ['team-bank'] });
    expect(await names(browser)).toEqual(['web']);
    expect(refreshes()).toBe(1);
    world.pass(61_000);
    expect(await names(browser)).toEqual(['vault']);
    expect(await names(browser)).toEqual(['vault']);
    expect(refreshes()).toBe(2);
  });

  it('are asked for once, however many requests come at the same time', async () => {
    const browser = await signIn();
    world.pass(61_000);
    await Promise.all([1, 2, 3, 4, 5].map(() => names(browser)));
    expect(refreshes()).toBe(2);
  });
});

describe('a session ends', () => {
  it.each<[string, (someone: TestProvider) => void]>([
    ['is disabled', ({ people }) => people.set('u-1', { email: 'appops@example.test', disabled: true })],
    ['is gone', ({ people }) => people.delete('u-1')],
    ['has another name', ({ people }) => people.set('u-1', { email: 'other@example.test', groups: ['team-shop'] })],
    [
      'has a name that is not verified any more',
      ({ people }) => people.set('u-1', { email: 'appops@example.test', emailVerified: false }),
    ],
  ])('within a minute when somebody %s at the provider', async (_, change) => {
    const browser = await signIn();
    change(provider);
    world.pass(61_000);
    expect((await browser.call('GET', '/api/v1/applications')).status).toBe(401);
    expect((await browser.call('GET', '/api/v1/applications')).status).toBe(401);
    expect(world.audit.at(-1)).toMatchObject({ action: 'access.logout', who: 'appops@example.test', result: 'done' });
  });

  it('not while the provider is away for some minutes, but then it does', async () => {
    const browser = await signIn();
    provider.away = true;
    world.pass(5 * 60_000);
    expect(await names(browser)).toEqual(['web']);
    world.pass(11 * 60_000);
    expect((await browser.call('GET', '/api/v1/applications')).status).toBe(401);
  });

  it('at the provider, too, when somebody signs out', async () => {
    const browser = await signIn();
    const { redirect } = await browser.ask<{ redirect: string }>('POST', '/api/v1/session/logout');
    const url = new URL(redirect);
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/session/end`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${world.home}/login`);
    expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await browser.go(redirect)).status).toBe(200);
    expect((await browser.call('GET', '/api/v1/whoami')).status).toBe(401);
  });
});

it('no token of the provider is in the store, in an answer, or in a record', async () => {
  const browser = await signIn();
  const answers = await Promise.all(
    ['/api/v1/session', '/api/v1/whoami'].map(async path => (await browser.call('GET', path)).text),
  );
  const { redirect } = await browser.ask<{ redirect: string }>('POST', '/api/v1/session/logout');
  const idToken = new URL(redirect).searchParams.get('id_token_hint') ?? '';
  const again = await signIn();
  const kept = [...world.store.kept('session')].join('\n');
  expect(kept).toContain('team-shop');
  for (const text of [kept, ...answers, JSON.stringify([world.audit, world.log]), again.written.join('\n')]) {
    expect(text).not.toContain(idToken.slice(0, 20));
    expect(text).not.toMatch(/eyJ|CANARY|refresh_token/);
  }
});

it('leads to the sign-in page, with a code, when the provider is away or says no', async () => {
  provider.present = undefined;
  const refused = await world.browser().go('/auth/login?return=/x');
  expect(refused.url.href).toBe(`${world.home}/login?error=OIDC_REFUSED`);
  await using other = await startSignInWorld({ oidc: { issuer: 'http://127.0.0.1:9' } });
  const away = await other.browser().go('/auth/login?return=/x');
  expect(away.url.href).toBe(`${other.home}/login?error=OIDC_UNREACHABLE&return=%2Fx`);
});

it('a name that is an account here is nobody else’s', async () => {
  const { signIn: local } = world.access;
  const { token } = local.people.invite('appops@example.test', true, 'test');
  await world.browser().ask('POST', '/api/v1/setup', { token, password: 'four words at random' });
  const { url } = await world.browser().go('/auth/login');
  expect(url.href).toBe(`${world.home}/login?error=OIDC_IDENTITY_UNUSABLE`);
});
