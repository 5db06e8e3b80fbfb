import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../world/browser.ts';
import { type Lies, type LyingProvider, startLyingProvider, strangersKey } from '../world/lying-provider.ts';
import { type SignInWorld, signUp, startSignInWorld } from '../world/sign-in.ts';

// Cases 38, 41, 42 and 59: a provider (or who stands before it) that says what is not so, and browsers that were led astray.

let provider: LyingProvider;
let world: SignInWorld;

beforeAll(async () => {
  provider = await startLyingProvider();
  world = await startSignInWorld({ policy: 'g, team-shop, role:admin', oidc: { issuer: provider.issuer } });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

afterEach(() => {
  provider.lies = {};
});

const isAsked = (url: URL) => url.origin === provider.issuer;

/** To the provider, and as far back as it leads. */
async function signIn(browser: Browser = world.browser(), change = (address: string) => address): Promise<URL> {
  const { url } = await browser.go('/auth/login?return=/applications', isAsked);
  return (await browser.go(change(provider.callback(url)))).url;
}

async function whoIs(browser: Browser): Promise<unknown> {
  return (await browser.ask<{ subject?: { name: string } }>('GET', '/api/v1/session')).subject?.name;
}

it('signs in by what is right', async () => {
  const browser = world.browser();
  expect((await signIn(browser)).pathname).toBe('/applications');
  expect(await whoIs(browser)).toBe('appops@example.test');
});

const hour = 3_600;
const now = () => Math.floor(Date.now() / 1_000);

const tokens: [string, () => Lies][] = [
  ['without a signature', () => ({ header: { alg: 'none' }, signer: 'none' })],
  ['that says `alg: none` and is signed', () => ({ header: { alg: 'none' } })],
  ['signed with the public key as a secret', () => ({ header: { alg: 'HS256' }, signer: 'public key as a secret' })],
  ['signed by somebody else', () => ({ signer: strangersKey })],
  ['signed by an unknown key', () => ({ header: { kid: 'other' }, signer: strangersKey })],
  [
    'with a key of its own in it',
    () => ({ header: { kid: 'x', jku: 'http://127.0.0.1:9/jwks' }, signer: strangersKey }),
  ],
  ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
  ['for another client', () => ({ claims: { aud: 'other' } })],
  ['for several, authorised to another', () => ({ claims: { aud: ['holdfast', 'other'], azp: 'other' } })],
  ['for nobody', () => ({ claims: { aud: undefined } })],
  ['that has ended', () => ({ claims: { exp: now() - hour, iat: now() - 2 * hour } })],
  ['without an end', () => ({ claims: { exp: undefined } })],
  ['that is not good yet', () => ({ claims: { nbf: now() + hour } })],
  ['with another nonce', () => ({ claims: { nonce: 'other' } })],
  ['without a nonce', () => ({ claims: { nonce: undefined } })],
  ['about nobody', () => ({ claims: { sub: undefined } })],
  ['about an empty subject', () => ({ claims: { sub: '' } })],
  ['that is none', () => ({ tokens: { id_token: 'x.y.z' } })],
  ['that is missing', () => ({ tokens: { id_token: undefined } })],
  ['of two megabytes', () => ({ claims: { more: 'x'.repeat(2_000_000) } })],
  ['that is encrypted', () => ({ tokens: { id_token: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c' } })],
];

const identities: [string, () => Lies][] = [
  ['without a name', () => ({ claims: { email: undefined }, userinfo: { sub: 'u-1' } })],
  ['with an empty name', () => ({ claims: { email: '' } })],
  ['with a name of spaces', () => ({ claims: { email: '   ' } })],
  ['called admin', () => ({ claims: { email: 'admin' } })],
  ['called automated', () => ({ claims: { email: 'automated' } })],
  ['called role:admin', () => ({ claims: { email: 'role:admin' } })],
  ['called proj:shop:ci', () => ({ claims: { email: 'proj:shop:ci' } })],
  ['called system:masters', () => ({ claims: { email: 'system:masters' } })],
  ['with a name that records would misread', () => ({ claims: { email: 'edgedev via token of-appops' } })],
  ['with line breaks in the name', () => ({ claims: { email: 'edgedev\nadmin' } })],
  ['with letters that look like others', () => ({ claims: { email: 'ａｄｍｉｎ' } })],
  ['with an endless name', () => ({ claims: { email: 'x'.repeat(300) } })],
  ['with a list for a name', () => ({ claims: { email: ['appops@example.test'] } })],
  ['whose address is not verified', () => ({ claims: { email_verified: false } })],
  ['whose address may be anybody’s', () => ({ claims: { email_verified: undefined }, userinfo: { sub: 'u-1' } })],
];

const answers: [string, () => Lies][] = [
  ['metadata of another issuer', () => ({ metadata: { issuer: 'https://evil.example' } })],
  ['keys that are none', () => ({ answer: { '/jwks': json('{"keys":[]}') } })],
  ['keys without an end', () => ({ answer: { '/jwks': json(`{"keys":[],"x":"${'x'.repeat(3_000_000)}"}`) } })],
  ['tokens that are HTML', () => ({ answer: { '/token': { status: 200, headers: html, body: '<html>' } } })],
  ['tokens that lead elsewhere', () => ({ answer: { '/token': moved('http://169.254.169.254/latest') } })],
  ['an error with a script in it', () => ({ tokens: { status: 400, error: '<script>alert(1)</script>' } })],
  [
    'userinfo about somebody else',
    () => ({ claims: { groups: undefined }, userinfo: { sub: 'u-2', groups: ['team-shop'] } }),
  ],
];

const html = { 'content-type': 'text/html' };
const json = (body: string) => ({ status: 200, headers: { 'content-type': 'application/json' }, body });
const moved = (location: string) => ({ status: 302, headers: { location } });

describe.each([
  ['38: an ID token', tokens],
  ['42: somebody', identities],
  ['41: an answer with', answers],
] as const)('%s', (_, cases) => {
  it.each(cases)('%s signs in nobody', async (_, lies) => {
    // What the provider says about itself is remembered for an hour.
    await using other = await startSignInWorld({
      policy: 'g, team-shop, role:admin',
      oidc: { issuer: provider.issuer },
    });
    provider.lies = lies();
    const browser = other.browser();
    const { url } = await browser.go('/auth/login', isAsked);
    const last = url.origin === provider.issuer ? (await browser.go(provider.callback(url))).url : url;
    expect(last.href).toMatch(/\/login\?error=(OIDC_REFUSED|OIDC_IDENTITY_UNUSABLE|OIDC_UNREACHABLE)$/);
    expect(await whoIs(browser)).toBeUndefined();
    expect(browser.cookie('holdfast_session')).toBeUndefined();
    expect(other.access.signIn.sessions.of('appops@example.test')).toEqual([]);
    expect(other.audit.at(-1)).toMatchObject({ action: 'access.login', result: 'refused' });
    expect(JSON.stringify([other.audit, other.log])).not.toMatch(/script|CANARY|eyJ/);
  });
});

it('42: groups that are ours, or are no names, are left out', async () => {
  provider.lies = {
    claims: { groups: ['role:admin', 'admin', 'system:masters', '', 7, null, { a: 1 }, 'team-x', 'team-x'] },
  };
  const browser = world.browser();
  await signIn(browser);
  expect(await browser.ask('GET', '/api/v1/whoami')).toMatchObject({ groups: ['team-x'] });
});

describe('41: a callback', () => {
  const refused = async (browser: Browser, change: (address: string) => string) => {
    const last = await signIn(browser, change);
    expect(last.href).toBe(`${world.home}/login?error=OIDC_REFUSED`);
    expect(await whoIs(browser)).toBeUndefined();
  };
  const set = (name: string, value: string) => (address: string) => {
    const url = new URL(address);
    url.searchParams.set(name, value);
    return url.href;
  };

  it.each([
    ['with another state', set('state', 'other')],
    ['with another code', set('code', 'other')],
    ['with another issuer', set('iss', 'https://evil.example')],
    ['with two states', (address: string) => `${address}&state=other`],
    ['without anything', (address: string) => address.replace(/\?.*/, '')],
    ['with an error', (address: string) => address.replace(/\?.*/, '?error=access_denied&error_description=<script>')],
  ])('%s signs in nobody', async (_, change) => await refused(world.browser(), change));

  it('that another browser began signs in nobody: neither the victim nor the attacker', async () => {
    const [attacker, victim] = [world.browser(), world.browser()];
    const { url } = await attacker.go('/auth/login', isAsked);
    const address = provider.callback(url);
    expect((await victim.go(address)).url.href).toBe(`${world.home}/login?error=OIDC_REFUSED`);
    expect(await whoIs(victim)).toBeUndefined();
    // Also where the victim is on the way itself.
    await victim.go('/auth/login', isAsked);
    expect((await victim.go(address)).url.href).toBe(`${world.home}/login?error=OIDC_REFUSED`);
    expect(await whoIs(victim)).toBeUndefined();
  });

  it('counts once, though the provider would take the code again', async () => {
    const browser = world.browser();
    const { url } = await browser.go('/auth/login', isAsked);
    const cookie = browser.cookieHeader(new URL(world.home));
    const address = provider.callback(url);
    expect((await browser.go(address)).url.pathname).toBe('/');
    expect(await whoIs(browser)).toBe('appops@example.test');
    const { pathname, search } = new URL(address);
    const replayed = await browser.call('GET', pathname + search, undefined, { cookie });
    expect(replayed.headers.location).toBe('/login?error=OIDC_REFUSED');
  });

  it('too late signs in nobody, and neither does one with a cookie that was changed', async () => {
    const browser = world.browser();
    const { url } = await browser.go('/auth/login', isAsked);
    const jar = browser.cookies.get('localhost');
    const sealed = jar?.get('holdfast_login') ?? '';
    const at = Math.floor(sealed.length / 2);
    jar?.set('holdfast_login', `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`);
    expect((await browser.go(provider.callback(url))).url.search).toBe('?error=OIDC_REFUSED');

    await using other = await startSignInWorld({ oidc: { issuer: provider.issuer } });
    const late = other.browser();
    const begun = await late.go('/auth/login', isAsked);
    other.pass(16 * 60_000);
    expect((await late.go(provider.callback(begun.url))).url.search).toBe('?error=OIDC_REFUSED');
  });

  it('shows the verifier that was begun with, and a redirect address that no parameter changes', async () => {
    provider.forms.length = 0;
    await signIn(world.browser(), address => `${address}&redirect_uri=https://evil.example`);
    const [form] = provider.forms;
    expect(form?.get('redirect_uri')).toBe(`${world.home}/auth/callback`);
    expect(form?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });
});

describe('41: where one is led back to', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '\\\\evil.example',
    '/%09/evil.example\t',
    '/\t/evil.example',
    'http:evil.example',
    '/..//evil.example',
    '/./\\evil.example',
    ' //evil.example',
    'x',
    '',
  ])('"%s" stays here', async given => {
    const browser = world.browser();
    const { url } = await browser.go(`/auth/login?return=${encodeURIComponent(given)}`, isAsked);
    const { origin, pathname, search } = new URL(provider.callback(url));
    expect(origin).toBe(world.home);
    const answer = await browser.call('GET', pathname + search);
    expect(answer.status).toBe(303);
    const location = answer.headers.location ?? '';
    expect(location).toMatch(/^\/(?![/\\])/);
    expect(new URL(location, world.home).origin).toBe(world.home);
  });
});

it('59: a provider, or an address that it names, in the network of the machine’s cloud is not asked', async () => {
  for (const lies of [
    { metadata: { token_endpoint: 'http://169.254.169.254/token' } },
    { metadata: { jwks_uri: 'http://[fe80::1]/jwks' } },
    { metadata: { token_endpoint: 'http://0xa9fea9fe/token' } },
  ]) {
    await using other = await startSignInWorld({ oidc: { issuer: provider.issuer } });
    provider.lies = lies;
    const browser = other.browser();
    const { url } = await browser.go('/auth/login', isAsked);
    const last = await browser.go(provider.callback(url));
    expect(last.url.search).toBe('?error=OIDC_UNREACHABLE');
    expect(JSON.stringify(other.audit)).toContain('link-local');
  }
  await using cloud = await startSignInWorld({ oidc: { issuer: 'https://169.254.169.254' } });
  expect((await cloud.browser().go('/auth/login')).url.search).toBe('?error=OIDC_UNREACHABLE');
});

it('41: a provider with a certificate of nobody is not believed; with its authority configured it is', async () => {
  await using secure = await startLyingProvider({ tls: true });
  await using strange = await startSignInWorld({ oidc: { issuer: secure.issuer } });
  expect((await strange.browser().go('/auth/login')).url.search).toBe('?error=OIDC_UNREACHABLE');
  await using known = await startSignInWorld({ oidc: { issuer: secure.issuer, ca: secure.server.ca } });
  const browser = known.browser();
  const { url } = await browser.go('/auth/login', next => next.origin === secure.issuer);
  expect((await browser.go(secure.callback(url))).url.pathname).toBe('/');
  expect(await whoIs(browser)).toBe('appops@example.test');
});

it('59: a provider that does not answer holds up no request for long', async () => {
  const browser = world.browser();
  await signIn(browser);
  world.pass(46_000);
  provider.server.fault = ({ path }) => (path === '/token' ? { hang: true } : undefined);
  const begun = performance.now();
  expect(await whoIs(browser)).toBe('appops@example.test');
  expect(performance.now() - begun).toBeLessThan(8_000);
  provider.server.fault = undefined;
});

it('accounts of here sign in all the same while there is a provider', async () => {
  const browser = await signUp(world, 'edgedev');
  expect(await whoIs(browser)).toBe('edgedev');
});
