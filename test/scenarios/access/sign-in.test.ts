import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionState } from '../../../src/api/login-schemas.ts';
import { Authenticator } from '../../world/authenticator.ts';
import { goodPassword, ownToken, quickHash, type SignInWorld, signUp, startSignInWorld } from '../../world/sign-in.ts';

// People come by a link, sign in by a password or a passkey, and go again.

let world: SignInWorld;

const hour = 3_600_000;

beforeEach(async () => {
  world = await startSignInWorld({ policy: 'p, appops, applications, get, shop/*, allow', change: quickHash });
});

afterEach(() => world[Symbol.asyncDispose]());

function firstLink(): string {
  return world.access.signIn.people.invite(undefined, true, 'operator').token;
}

describe('the first account', () => {
  it('is made by a link that is good once, and is an admin', async () => {
    const token = firstLink();
    const browser = world.browser();
    const before = await browser.ask<SessionState>('GET', '/api/v1/session');
    expect(before).toEqual({ methods: { password: false, passkey: false }, setup: true, insecure: false });
    expect(await browser.ask('POST', '/api/v1/setup/look', { token })).toMatchObject({ admin: true, minPassword: 12 });

    const made = await browser.ask<SessionState>('POST', '/api/v1/setup', {
      token,
      name: 'edgedev',
      password: goodPassword,
    });
    expect(made.subject).toMatchObject({ name: 'edgedev', through: 'password' });
    expect(made.methods).toEqual({ password: true, passkey: false });
    expect(made.setup).toBe(false);
    expect(await browser.ask<object[]>('GET', '/api/v1/applications')).toHaveLength(2);
    await browser.ask('POST', '/api/v1/applications/web/sync', {});
    expect(world.operator.calls).toEqual(['sync web {} by edgedev via ui']);

    const again = await world
      .browser()
      .call('POST', '/api/v1/setup', { token, name: 'attacker', password: goodPassword });
    expect([again.status, JSON.parse(again.text).code]).toEqual([404, 'LOGIN_LINK_INVALID']);
  });

  it('is made by one of two who have the link at the same moment', async () => {
    const token = firstLink();
    const answers = await Promise.all(
      ['appops', 'bystander'].map(name =>
        world.browser().call('POST', '/api/v1/setup', { token, name, password: goodPassword }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect(world.access.signIn.people.list()).toHaveLength(1);
  });

  it('is not made by a link that is a day old, that another one replaced, or that is none', async () => {
    const [old, token] = [firstLink(), firstLink()];
    const look = (given: string) => world.browser().call('POST', '/api/v1/setup/look', { token: given });
    expect((await look(token)).status).toBe(200);
    for (const wrong of [old, `${token}x`, 'x', token.toLowerCase()]) expect((await look(wrong)).status).toBe(404);
    world.pass(24 * hour);
    expect((await look(token)).status).toBe(404);
  });

  it('is not made once there is an account, however it came about', async () => {
    const token = firstLink();
    await signUp(world, 'appops');
    expect((await world.browser().call('POST', '/api/v1/setup/look', { token })).status).toBe(404);
    expect(world.access.signIn.needsSetup()).toBe(false);
  });

  it.each([
    ['admin', 'is a reserved name'],
    ['role:admin', 'must consist of'],
    ['proj:a:b', 'must consist of'],
    ['', 'must consist of'],
  ])('is not called "%s"', async (name, reason) => {
    const answer = await world
      .browser()
      .call('POST', '/api/v1/setup', { token: firstLink(), name, password: goodPassword });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).toContain(reason);
  });

  it.each(['short', 'aaaaaaaaaaaaaaa', 'edgedev-administrator'])('has no password like %s', async password => {
    const name = 'edgedev-administrator';
    const answer = await world.browser().call('POST', '/api/v1/setup', { token: firstLink(), name, password });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([422, 'PASSWORD_UNSUITABLE']);
  });
});

describe('a session', () => {
  it('shows what its account may see, until it signs out', async () => {
    const browser = await signUp(world, 'appops');
    const names = async () =>
      (await browser.ask<{ name: string }[]>('GET', '/api/v1/applications')).map(one => one.name);
    expect(await names()).toEqual(['web']);
    expect(await browser.ask('GET', '/api/v1/whoami')).toMatchObject({ name: 'appops', through: 'password' });
    expect((await browser.call('GET', '/api/v1/applications/vault')).status).toBe(404);
    const [cookie = ''] = browser.written;
    expect(cookie).toMatch(/^holdfast_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);

    const kept = browser.cookie('holdfast_session');
    await browser.ask('POST', '/api/v1/session/logout');
    expect(browser.cookie('holdfast_session')).toBeUndefined();
    const replayed = await browser.call('GET', '/api/v1/applications', undefined, {
      cookie: `holdfast_session=${kept}`,
    });
    expect(replayed.status).toBe(401);
    await browser.ask('POST', '/api/v1/session/password', { name: 'APPOPS', password: goodPassword });
    expect(await names()).toEqual(['web']);
    expect(browser.cookie('holdfast_session')).not.toBe(kept);
  });

  it('is another at each sign-in, and the one before is over', async () => {
    const browser = await signUp(world, 'appops');
    const before = browser.cookie('holdfast_session');
    await browser.ask('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword });
    const replayed = await browser.call('GET', '/api/v1/whoami', undefined, { cookie: `holdfast_session=${before}` });
    expect(replayed.status).toBe(401);
    expect(world.access.signIn.sessions.of('appops')).toHaveLength(1);
  });

  it('ends when it is not used, and a week after it began', async () => {
    const browser = await signUp(world, 'appops');
    for (let i = 0; i < 15; i++) {
      world.pass(11 * hour);
      expect((await browser.call('GET', '/api/v1/whoami')).status).toBe(200);
    }
    world.pass(4 * hour);
    expect((await browser.call('GET', '/api/v1/whoami')).status).toBe(401);

    const other = await signUp(world, 'bystander');
    world.pass(12 * hour);
    expect((await other.call('GET', '/api/v1/whoami')).status).toBe(401);
  });

  it('is remembered by its hash, over a restart of the operator', async () => {
    const browser = await signUp(world, 'appops');
    const secret = browser.cookie('holdfast_session') ?? '';
    const stored = [...['person', 'session', 'invitation'].flatMap(kind => [...world.store.kept(kind)])].join('\n');
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(goodPassword);
    expect(stored).toMatch(/\$scrypt\$ln=15,r=8,p=3\$/);
    await using next = await startSignInWorld({ store: world.store, change: quickHash });
    const again = await next
      .browser()
      .call('GET', '/api/v1/whoami', undefined, { cookie: `holdfast_session=${secret}` });
    expect(JSON.parse(again.text)).toMatchObject({ name: 'appops' });
  });

  it('ends everywhere when its person says so, when the account is disabled, and when it comes by a new link', async () => {
    const browsers = [await signUp(world, 'appops'), world.browser(), world.browser()];
    const signIn = async () => {
      for (const one of browsers)
        await one.ask('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword });
    };
    const statuses = async () => {
      const answers = [];
      for (const one of browsers) answers.push((await one.call('GET', '/api/v1/whoami')).status);
      return answers;
    };
    await signIn();
    expect(await statuses()).toEqual([200, 200, 200]);
    await browsers[0]?.ask('POST', '/api/v1/session/logout', { everywhere: true });
    expect(await statuses()).toEqual([401, 401, 401]);

    await signIn();
    const admin = await signUp(world, 'edgedev', true);
    await admin.ask('POST', '/api/v1/accounts/appops/disable', {}, 204);
    expect(await statuses()).toEqual([401, 401, 401]);
    const refused = await browsers[0]?.call('POST', '/api/v1/session/password', {
      name: 'appops',
      password: goodPassword,
    });
    expect([refused?.status, JSON.parse(refused?.text ?? '').code]).toEqual([401, 'LOGIN_FAILED']);

    const { link } = await admin.ask<{ link: string }>('POST', '/api/v1/accounts/appops/invite', {});
    expect(link).toMatch(/^http:\/\/localhost:\d+\/setup#[\w-]{43}$/);
    const password = 'other words by chance';
    await browsers[0]?.ask('POST', '/api/v1/setup', { token: link.split('#')[1], password });
    expect(await statuses()).toEqual([200, 401, 401]);
    const old = await browsers[1]?.call('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword });
    expect(old?.status).toBe(401);
  });

  it('changes its password by knowing it, and other sessions end', async () => {
    const [browser, other] = [await signUp(world, 'appops'), world.browser()];
    await other.ask('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword });
    const change = (current: string) =>
      browser.call('POST', '/api/v1/account/password', { current, password: 'words that nobody knows' });
    expect((await change('wrong password here')).status).toBe(401);
    expect((await change(goodPassword)).status).toBe(204);
    expect((await browser.call('GET', '/api/v1/whoami')).status).toBe(200);
    expect((await other.call('GET', '/api/v1/whoami')).status).toBe(401);
  });
});

describe('a passkey', () => {
  it.each([-7, -8, -257] as const)('of kind %i is made by a link, and signs in', async algorithm => {
    const { token } = world.access.signIn.people.invite('appops', false, 'test');
    const browser = world.browser();
    const authenticator = new Authenticator(world.home, algorithm);
    const options = await browser.ask<Parameters<Authenticator['create']>[0]>('POST', '/api/v1/setup/passkey', {
      token,
    });
    expect(options).toMatchObject({ rp: { id: 'localhost' }, attestation: 'none' });
    const made = await browser.ask<SessionState>('POST', '/api/v1/setup', {
      token,
      passkey: authenticator.create(options),
    });
    expect(made.subject).toMatchObject({ name: 'appops', through: 'passkey' });
    expect(made.methods).toEqual({ password: false, passkey: true });

    const other = world.browser();
    for (let i = 0; i < 2; i++) {
      authenticator.count += 1;
      const begun = await other.ask<Parameters<Authenticator['get']>[0]>('POST', '/api/v1/session/passkey/begin');
      const state = await other.ask<SessionState>('POST', '/api/v1/session/passkey', {
        credential: authenticator.get(begun),
      });
      expect(state.subject).toMatchObject({ name: 'appops', through: 'passkey' });
    }
  });

  it('is added by who has just signed in, and removed; the last way in stays', async () => {
    const browser = await signUp(world, 'appops');
    const authenticator = new Authenticator(world.home);
    type Options = Parameters<Authenticator['create']>[0];
    const options = await browser.ask<Options>('POST', '/api/v1/account/passkeys/begin');
    const passkey = authenticator.create(options);
    const account = await browser.ask<{ passkeys: { id: string; name: string }[]; password: boolean }>(
      'POST',
      '/api/v1/account/passkeys',
      { name: 'telephone', passkey },
    );
    expect(account).toMatchObject({
      name: 'appops',
      password: true,
      passkeys: [{ id: authenticator.id, name: 'telephone' }],
    });
    expect((await browser.call('POST', '/api/v1/account/passkeys', { name: 'again', passkey })).status).toBe(422);

    await browser.ask('POST', `/api/v1/account/passkeys/${authenticator.id}/remove`);
    const begun = await browser.ask<Parameters<Authenticator['get']>[0]>('POST', '/api/v1/session/passkey/begin');
    const refused = await browser.call('POST', '/api/v1/session/passkey', { credential: authenticator.get(begun) });
    expect(JSON.parse(refused.text).code).toBe('LOGIN_FAILED');

    world.pass(hour);
    const stale = await browser.call('POST', '/api/v1/account/passkeys/begin');
    expect([stale.status, JSON.parse(stale.text).code]).toEqual([403, 'SESSION_STALE']);
  });
});

describe('accounts', () => {
  it('are listed, and an account that is not an admin makes no admin', async () => {
    const admin = await signUp(world, 'edgedev', true);
    await admin.ask('POST', '/api/v1/accounts/bystander/invite', {});
    const listed = await admin.ask<{ name: string; state: string; admin: boolean }[]>('GET', '/api/v1/accounts');
    expect(listed.map(({ name, state, admin: is }) => [name, state, is])).toEqual([
      ['edgedev', 'active', true],
      ['bystander', 'invited', false],
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/scrypt|handle|hash/);
    const appops = await signUp(world, 'appops');
    expect(await appops.ask('GET', '/api/v1/accounts')).toEqual([]);
    expect((await appops.call('POST', '/api/v1/accounts/attacker/invite', {})).status).toBe(403);
    // Oneself is no exception: whoever steals a session must not come to stay.
    expect((await appops.call('POST', '/api/v1/accounts/appops/invite', {})).status).toBe(403);
  });

  it('may be left to somebody who is no admin, but not those of admins', async () => {
    const policy = 'p, help, accounts, update, *, allow\ng, boss, role:chief\ng, role:chief, role:admin';
    await using other = await startSignInWorld({ policy, change: quickHash });
    const help = await signUp(other, 'help');
    await signUp(other, 'edgedev', true);
    expect((await help.call('POST', '/api/v1/accounts/new/invite', {})).status).toBe(200);
    expect((await help.call('POST', '/api/v1/accounts/new/invite', { admin: true })).status).toBe(403);
    expect((await help.call('POST', '/api/v1/accounts/EDGEDEV/invite', {})).status).toBe(403);
    expect((await help.call('POST', '/api/v1/accounts/edgedev/disable', {})).status).toBe(403);
    // By the policy, whoever has this name is an admin.
    expect((await help.call('POST', '/api/v1/accounts/boss/invite', {})).status).toBe(403);
  });

  it('everything about them is told to the audit log, with who, through what and from where', async () => {
    const browser = await signUp(world, 'appops');
    await browser.call('POST', '/api/v1/session/password', { name: 'appops', password: 'wrong password' });
    await browser.call('POST', '/api/v1/session/password', { name: 'my secret typed here', password: 'x' });
    await browser.call('POST', '/api/v1/applications/web/sync', {});
    await browser.ask('POST', '/api/v1/session/logout');
    const told = world.audit.map(({ action, who, via, from, result, what }) => [action, who, via, from, result, what]);
    expect(told).toEqual([
      ['access.changed', 'appops', 'ui', '127.0.0.1', 'done', 'set up the account appops with a password'],
      ['access.login', 'appops', 'ui', '127.0.0.1', 'done', 'signed in by password'],
      ['access.login', 'somebody', 'api', '127.0.0.1', 'refused', 'could not sign in: password of appops'],
      ['access.login', 'somebody', 'api', '127.0.0.1', 'refused', 'could not sign in: password of an unknown name'],
      ['access.denied', 'appops', 'ui', '127.0.0.1', 'refused', 'appops may not sync applications shop/web'],
      ['access.logout', 'appops', 'ui', '127.0.0.1', 'done', 'signed out'],
    ]);
    const asOwner = {
      headers: { authorization: `Bearer ${ownToken}`, 'content-type': 'application/json' },
      method: 'POST',
    };
    await fetch(`${world.api.url}/api/v1/accounts/bystander/invite`, { ...asOwner, body: '{"admin":true}' });
    expect(world.audit.at(-1)).toMatchObject({
      who: 'admin',
      via: 'api',
      what: 'made a link for the account bystander, an admin',
    });
  });
});
