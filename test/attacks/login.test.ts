import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/access/tokens.ts';
import type { Env } from '../../src/env/env.ts';
import { Authenticator, type Quirks } from '../world/authenticator.ts';
import { type Browser, send } from '../world/browser.ts';
import { goodPassword, ownToken, type SignInWorld, signUp, startSignInWorld } from '../world/sign-in.ts';
import { waitFor } from '../world/wait.ts';

// Cases 39, 40 and 62, as far as they are about people: those who guess, those who stay, and pages that act for somebody.

let world: SignInWorld;

/** How often the slow hash was asked for, and how many at the same time. */
let work = { count: 0, running: 0, most: 0, ms: 1 };

/** As slow as need be to see what waits, and no slower. */
function countingHash(env: Env): Env {
  return {
    ...env,
    hashing: {
      async scrypt(password, salt, options) {
        work.count += 1;
        work.running += 1;
        work.most = Math.max(work.most, work.running);
        await env.timers.sleep(work.ms);
        work.running -= 1;
        return Buffer.from(hashOf(`${password} ${Buffer.from(salt).toString('hex')} ${options.cost}`), 'hex');
      },
    },
  };
}

const policy =
  'g, edgedev, role:admin\np, appops, applications, get, shop/*, allow\np, appops, logs, get, shop/*, allow';

beforeEach(async () => {
  work = { count: 0, running: 0, most: 0, ms: 1 };
  world = await startSignInWorld({ policy, change: countingHash, trustedProxies: ['127.0.0.1'] });
});

afterEach(() => world[Symbol.asyncDispose]());

/** Somebody elsewhere who tries a password. */
async function attempt(name: string, password: string, address: string): Promise<string> {
  const more = { 'x-forwarded-for': address };
  const { status, text } = await world.browser().call('POST', '/api/v1/session/password', { name, password }, more);
  return status === 200 ? 'in' : (JSON.parse(text) as { code: string }).code;
}

describe('40: guessing', () => {
  it('names from one address is stopped after some, and counts are not lost to a flood of names', async () => {
    await signUp(world, 'appops');
    const answers = new Map<string, number>();
    for (let i = 0; i < 2_000; i++) {
      const code = await attempt(i % 100 === 0 ? 'appops' : `user-${i}`, 'guess guess guess', '198.51.100.7');
      answers.set(code, (answers.get(code) ?? 0) + 1);
    }
    expect(answers.get('LOGIN_FAILED')).toBeLessThan(60);
    expect(answers.get('LOGIN_LIMITED')).toBeGreaterThan(1_900);
    // Who is stopped costs no hash.
    expect(work.count).toBeLessThan(70);
    expect(await attempt('appops', goodPassword, '198.51.100.7')).toBe('LOGIN_LIMITED');
    // Nobody else is.
    expect(await attempt('appops', goodPassword, '203.0.113.5')).toBe('in');
    expect(await attempt('appops', goodPassword, '198.51.100.8')).toBe('in');
    const written = world.audit.filter(({ action, result }) => action === 'access.login' && result === 'refused');
    // Of two kinds: what was checked, and what was not.
    expect(written.length).toBeLessThanOrEqual(2 * 120);
  });

  it('one name from everywhere stops the guessing, not who knows the password', async () => {
    await signUp(world, 'appops');
    const codes = [];
    for (let i = 0; i < 400; i++)
      codes.push(await attempt('appops', `guess number ${i}`, `198.51.${i % 20}.${i % 10}`));
    const checked = codes.filter(code => code === 'LOGIN_FAILED').length;
    expect(checked).toBeLessThan(100);
    // An address that guessed has to wait; any other is let in at the first attempt.
    expect(await attempt('appops', goodPassword, '198.51.3.3')).toBe('LOGIN_LIMITED');
    expect(await attempt('appops', goodPassword, '203.0.113.99')).toBe('in');
    expect(await attempt('appops', 'one guess', '203.0.113.98')).toBe('LOGIN_FAILED');
    expect(await attempt('appops', 'one more guess', '203.0.113.98')).toBe('LOGIN_LIMITED');
    world.pass(30 * 60_000);
    expect(await attempt('appops', goodPassword, '198.51.3.3')).toBe('in');
  });

  it('never stops a passkey', async () => {
    const browser = await signUp(world, 'appops');
    const authenticator = new Authenticator(world.home);
    const options = await browser.ask<Parameters<Authenticator['create']>[0]>('POST', '/api/v1/account/passkeys/begin');
    await browser.ask('POST', '/api/v1/account/passkeys', { name: 'key', passkey: authenticator.create(options) });
    for (let i = 0; i < 100; i++) await attempt('appops', `guess number ${i}`, '127.0.0.1');
    expect(await attempt('appops', goodPassword, '127.0.0.1')).toBe('LOGIN_LIMITED');
    const begun = await browser.ask<Parameters<Authenticator['get']>[0]>('POST', '/api/v1/session/passkey/begin');
    await browser.ask('POST', '/api/v1/session/passkey', { credential: authenticator.get(begun) });
  });

  it('by addresses of one customer of a provider counts as one address', async () => {
    const codes = [];
    for (let i = 0; i < 60; i++)
      codes.push(await attempt(`user-${i}`, 'guess', `2001:db8:7:7${i.toString(16).padStart(2, '0')}::1`));
    expect(codes.filter(code => code === 'LOGIN_FAILED').length).toBeLessThan(35);
  });

  it('says nothing about which names there are: the same words, and the same work', async () => {
    await signUp(world, 'appops');
    await signUp(world, 'old');
    world.access.signIn.people.disable('old');
    const answers = [];
    for (const name of ['appops', 'old', 'nobody', 'admin', 'x'.repeat(253)]) {
      const before = work.count;
      const { status, text, headers } = await world
        .browser()
        .call('POST', '/api/v1/session/password', { name, password: 'wrong' });
      const { date: _, ...rest } = headers;
      answers.push({ status, text, headers: rest, work: work.count - before });
    }
    expect(answers[0]).toMatchObject({ status: 401, work: 1 });
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    const options = await Promise.all([1, 2].map(() => world.browser().call('POST', '/api/v1/session/passkey/begin')));
    expect(options.every(({ text }) => !text.includes('allowCredentials'))).toBe(true);
  });

  it('at the same time works with two hashes at once, and the rest waits or is refused; nothing else waits', async () => {
    work.ms = 40;
    const guesses = Array.from({ length: 120 }, (_, i) => attempt(`user-${i}`, 'guess', `203.0.${i}.1`));
    const { status } = await world.browser().call('GET', '/api/v1/session');
    const codes = await Promise.all(guesses);
    expect(status).toBe(200);
    expect(work.most).toBe(2);
    expect(new Set(codes)).toEqual(new Set(['LOGIN_FAILED', 'LOGIN_BUSY']));
  });

  it('an address that nobody vouches for is not believed', async () => {
    await using plain = await startSignInWorld({ change: countingHash });
    const codes = [];
    for (let i = 0; i < 60; i++) {
      const more = { 'x-forwarded-for': `203.0.113.${i}` };
      const { status } = await plain
        .browser()
        .call('POST', '/api/v1/session/password', { name: `u${i}`, password: 'x' }, more);
      codes.push(status);
    }
    expect(codes.filter(status => status === 429).length).toBeGreaterThan(20);
  });
});

describe('39: what somebody has open', () => {
  const paths = ['/api/v1/events/stream', '/api/v1/applications/web/logs?follow=true', '/api/v1/list/changes'];

  /** What a stream gave, and whether it has ended. */
  async function follow(browser: Browser, path: string): Promise<{ text: string; ended: boolean }> {
    const seen = { text: '', ended: false };
    const cookie = browser.cookieHeader(new URL(world.home));
    const { body, status } = await fetch(world.api.url + path, { headers: { cookie } });
    expect(status).toBe(200);
    void (async () => {
      for await (const piece of body!.pipeThrough(new TextDecoderStream())) seen.text += piece;
    })()
      .catch(() => undefined)
      .finally(() => {
        seen.ended = true;
      });
    await waitFor('the first words', () => seen.text !== '');
    return seen;
  }

  beforeEach(() => {
    world.operator.logs = (_, __, ___, signal) =>
      (async function* () {
        yield { source: 'web', text: 'listening' };
        await new Promise(resolve => signal.addEventListener('abort', resolve));
      })();
  });

  const ends: [string, (browser: Browser) => Promise<unknown>][] = [
    ['they sign out', browser => browser.ask('POST', '/api/v1/session/logout')],
    ['their account is disabled', async () => await owner('/api/v1/accounts/appops/disable')],
    [
      'they come by a new link',
      async () => {
        const { token } = world.access.signIn.people.invite('appops', false, 'test');
        await world.browser().ask('POST', '/api/v1/setup', { token, password: 'quite another password' });
      },
    ],
    [
      'they sign in again',
      browser => browser.ask('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword }),
    ],
    ['their session is over', async () => world.pass(13 * 3_600_000)],
  ];

  it.each(paths.flatMap(path => ends.map(([what, end]) => [path, what, end] as const)))(
    '%s is cut within seconds when %s',
    async (path, _, end) => {
      const [browser, other] = [await signUp(world, 'appops'), await signUp(world, 'edgedev')];
      const [mine, others] = [await follow(browser, path), await follow(other, path)];
      await end(browser);
      await waitFor('the end', () => mine.ended, { deadlineMs: 10_000 });
      expect(mine.text.includes('event: application')).toBe(false);
      if (!_.includes('over')) expect(others.ended).toBe(false);
    },
  );

  async function owner(path: string): Promise<void> {
    const headers = { authorization: `Bearer ${ownToken}` };
    expect((await fetch(world.api.url + path, { method: 'POST', headers })).status).toBe(204);
  }
});

describe('62: a page of another site', () => {
  const writes = [
    '/api/v1/applications/web/sync',
    '/api/v1/session/logout',
    '/api/v1/session/password',
    '/api/v1/setup',
    '/api/v1/tokens',
    '/api/v1/accounts/attacker/invite',
  ];
  const headersOf: [string, Record<string, string>, number][] = [
    ['says where it is', { origin: 'https://evil.example', 'content-type': 'application/json' }, 403],
    ['says nothing', { 'content-type': 'application/json' }, 403],
    ['is at another port', { origin: 'http://localhost:1', 'content-type': 'application/json' }, 403],
    ['is at an opaque origin', { origin: 'null', 'content-type': 'application/json' }, 403],
    ['is a neighbour', { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' }, 403],
    ['sends a form', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' }, 403],
    ['sends text', { 'content-type': 'text/plain' }, 403],
    ['was typed in by the person', { 'sec-fetch-site': 'none', 'content-type': 'application/json' }, 403],
  ];

  it.each(writes.flatMap(path => headersOf.map(([what, headers, status]) => [path, what, headers, status] as const)))(
    '%s with the cookie of an admin, from one that %s, is refused',
    async (path, _, headers, status) => {
      const admin = await signUp(world, 'edgedev', true);
      const cookie = admin.cookieHeader(new URL(world.home));
      const answer = await send(new URL(path, world.home), {
        method: 'POST',
        headers: { ...headers, cookie },
        body: '{}',
      });
      expect(answer.status).toBe(status);
      expect(world.operator.calls).toEqual([]);
      expect((await admin.call('GET', '/api/v1/whoami')).status).toBe(200);
    },
  );

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/xml'])(
    'our own origin with %s is refused, too',
    async type => {
      const admin = await signUp(world, 'edgedev', true);
      const answer = await admin.call(
        'POST',
        '/api/v1/applications/web/sync',
        { prune: true },
        { 'content-type': type },
      );
      expect(answer.status).toBe(415);
    },
  );

  it('reads nothing, and may lead to pages only', async () => {
    const admin = await signUp(world, 'edgedev', true);
    const cookie = admin.cookieHeader(new URL(world.home));
    const navigation = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      cookie,
    };
    const get = (path: string, headers: Record<string, string>) => send(new URL(path, world.home), { headers });
    expect((await get('/api/v1/applications', navigation)).status).toBe(403);
    expect((await get('/api/v1/session', navigation)).status).toBe(403);
    expect((await get('/%61pi/v1/applications', navigation)).status).toBe(403);
    expect((await get('/login', { ...navigation, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect(
      (await get('/login', { ...navigation, 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors' })).status,
    ).toBe(403);
    // A link in a chat.
    expect((await get('/applications/web', navigation)).status).not.toBe(403);
    for (const path of ['/api/v1/session', '/login']) {
      const { headers } = await get(path, {});
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe-inline');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
    const preflight = await send(new URL('/api/v1/applications', world.home), {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
  });

  it('a token is asked for no origin: programs have none', async () => {
    const headers = { authorization: `Bearer ${ownToken}`, 'content-type': 'application/json' };
    const answer = await send(new URL(writes[0] ?? '', world.home), { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(200);
  });

  it('a cookie beside a token counts for nothing, and a bad token is not helped by a good cookie', async () => {
    const admin = await signUp(world, 'edgedev', true);
    const cookie = admin.cookieHeader(new URL(world.home));
    const answer = await send(new URL('/api/v1/whoami', world.home), {
      headers: { authorization: 'Bearer x', cookie },
    });
    expect(answer.status).toBe(401);
  });

  it('a name that points here is refused, with or without a cookie', async () => {
    const url = new URL('/api/v1/session', world.home);
    expect((await send(url, { headers: { host: 'evil.example' } })).status).toBe(421);
  });
});

describe('behind https', () => {
  it('cookies are for this very host, over https; where there is none, nobody signs in', async () => {
    await using proxied = await startSignInWorld({ publicURL: 'https://holdfast.example', change: countingHash });
    const at = { host: 'holdfast.example', origin: 'https://holdfast.example', 'content-type': 'application/json' };
    const { token } = proxied.access.signIn.people.invite('appops', false, 'test');
    const body = JSON.stringify({ token, password: goodPassword });
    const answer = await send(new URL('/api/v1/setup', proxied.home), { method: 'POST', headers: at, body });
    expect(answer.status).toBe(200);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-holdfast=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
    // Nobody who is not trusted says what we are called by.
    const renamed = { ...at, host: 'internal:8080', 'x-forwarded-host': 'holdfast.example' };
    const url = new URL('/api/v1/session', proxied.home);
    expect((await send(url, { headers: renamed })).status).toBe(421);
    await using trusting = await startSignInWorld({
      publicURL: 'https://holdfast.example',
      trustedProxies: ['127.0.0.1'],
    });
    const behind = await send(new URL('/api/v1/session', trusting.home), { headers: renamed });
    expect([behind.status, JSON.parse(behind.text).insecure]).toEqual([200, false]);
    // A page of the plain one is another site.
    const plain = { ...at, origin: 'http://holdfast.example' };
    expect((await send(new URL('/api/v1/setup', proxied.home), { method: 'POST', headers: plain, body })).status).toBe(
      403,
    );
  });
});

describe('a passkey that is not right', () => {
  const wrong: [string, Quirks][] = [
    ['for another page', { origin: 'http://localhost.evil.example' }],
    ['in a frame of another page', { crossOrigin: true }],
    ['for another site', { rpId: 'evil.example' }],
    ['of another ceremony', { type: 'webauthn.create' }],
    ['for another challenge', { challenge: 'b3RoZXI' }],
    ['of which nobody was present', { flags: 0x04 }],
    ['of which nobody was known', { flags: 0x01 }],
    ['of another name', { id: 'b3RoZXI' }],
  ];
  type Create = Parameters<Authenticator['create']>[0];
  type Get = Parameters<Authenticator['get']>[0];

  async function enrolled(): Promise<{ authenticator: Authenticator; browser: Browser }> {
    const { token } = world.access.signIn.people.invite('appops', false, 'test');
    const [browser, authenticator] = [world.browser(), new Authenticator(world.home)];
    const options = await browser.ask<Create>('POST', '/api/v1/setup/passkey', { token });
    await browser.ask('POST', '/api/v1/setup', { token, passkey: authenticator.create(options) });
    return { authenticator, browser: world.browser() };
  }

  it.each(wrong)('%s signs in nobody', async (_, quirks) => {
    const { authenticator, browser } = await enrolled();
    const begun = await browser.ask<Get>('POST', '/api/v1/session/passkey/begin');
    const answer = await browser.call('POST', '/api/v1/session/passkey', {
      credential: authenticator.get(begun, quirks),
    });
    expect([answer.status, browser.cookie('holdfast_session')]).toEqual([expect.toBeOneOf([401, 422]), undefined]);
  });

  it.each(wrong.filter(([what]) => !what.includes('ceremony')))('%s is not made', async (_, quirks) => {
    const { token } = world.access.signIn.people.invite('bystander', false, 'test');
    const browser = world.browser();
    const options = await browser.ask<Create>('POST', '/api/v1/setup/passkey', { token });
    const passkey = new Authenticator(world.home).create(options, quirks);
    expect((await browser.call('POST', '/api/v1/setup', { token, passkey })).status).toBe(422);
    expect(world.access.signIn.people.find('bystander')).toBeUndefined();
  });

  it('signs in once by one answer, in five minutes, and not by a copy', async () => {
    const { authenticator, browser } = await enrolled();
    const use = async (credential: object) =>
      (await browser.call('POST', '/api/v1/session/passkey', { credential })).status;
    authenticator.count = 5;
    const answered = authenticator.get(await browser.ask<Get>('POST', '/api/v1/session/passkey/begin'));
    expect(await use(answered)).toBe(200);
    expect(await use(answered)).toBe(422);
    const late = await browser.ask<Get>('POST', '/api/v1/session/passkey/begin');
    world.pass(6 * 60_000);
    authenticator.count = 6;
    expect(await use(authenticator.get(late))).toBe(422);
    authenticator.count = 5;
    expect(await use(authenticator.get(await browser.ask<Get>('POST', '/api/v1/session/passkey/begin')))).toBe(422);
  });

  it('of one person is not of another, by the challenge of a link of another', async () => {
    const [a, b] = ['bystander', 'cid'].map(name => world.access.signIn.people.invite(name, false, 'test').token);
    const browser = world.browser();
    const options = await browser.ask<Create>('POST', '/api/v1/setup/passkey', { token: a });
    const passkey = new Authenticator(world.home).create(options);
    expect((await browser.call('POST', '/api/v1/setup', { token: b, passkey })).status).toBe(422);
  });
});
