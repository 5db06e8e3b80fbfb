import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Authenticator } from '../../world/authenticator.ts';
import { type Browser, send } from '../../world/browser.ts';
import { goodPassword, ownToken, quickHash, type SignInWorld, signUp, startSignInWorld } from '../../world/sign-in.ts';

// What one sees and does about one's own account, and an admin about those of others.

let world: SignInWorld;

const policy = `
p, appops, applications, get, shop/*, allow
p, role:help, accounts, *, *, allow
p, keys, projects, *, shop, allow
g, help, role:help`;

beforeEach(async () => {
  world = await startSignInWorld({ policy, change: quickHash });
});
afterEach(() => world[Symbol.asyncDispose]());

interface Session {
  id: string;
  current: boolean;
  from?: string;
  agent?: string;
}
const sessionsOf = (browser: Browser) => browser.ask<Session[]>('GET', '/api/v1/account/sessions');
const isIn = async (browser: Browser) => (await browser.call('GET', '/api/v1/whoami')).status === 200;
const problem = ({ status, text }: { status: number; text: string }) => [
  status,
  (JSON.parse(text) as { code: string }).code,
];

async function again(name: string): Promise<Browser> {
  const browser = world.browser();
  const body = { name, password: goodPassword };
  await browser.call('POST', '/api/v1/session/password', body, { 'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0' });
  return browser;
}

describe('one’s own sessions', () => {
  it('are listed with where they began, and one of them is ended, or all others', async () => {
    const [first, second, third] = [await signUp(world, 'appops'), await again('appops'), await again('appops')];
    const listed = await sessionsOf(second);
    expect(listed.map(({ current, from }) => [current, from])).toHaveLength(3);
    expect(listed.filter(({ current }) => current)).toEqual([
      expect.objectContaining({ from: '127.0.0.1', agent: expect.stringContaining('Firefox/140') }),
    ]);
    expect(JSON.stringify(listed)).not.toContain(world.access.signIn.sessions.of('appops')[0]?.hash);

    const [own] = (await sessionsOf(first)).filter(({ current }) => current);
    await second.ask('POST', `/api/v1/account/sessions/${own?.id}/end`, {}, 204);
    expect([await isIn(first), await isIn(second), await isIn(third)]).toEqual([false, true, true]);
    expect(problem(await second.call('POST', `/api/v1/account/sessions/${own?.id}/end`))).toEqual([
      404,
      'SESSION_NOT_FOUND',
    ]);
    await second.ask('POST', '/api/v1/account/sessions/end-others', {}, 204);
    expect([await isIn(second), await isIn(third)]).toEqual([true, false]);
    expect(world.audit.slice(-2).map(({ action, who, what }) => [action, who, what])).toEqual([
      ['access.logout', 'appops', 'ended one of their sessions'],
      ['access.logout', 'appops', 'ended all their other sessions'],
    ]);
  });

  it('are nobody else’s to see or to end', async () => {
    const [appops, bystander] = [await signUp(world, 'appops'), await signUp(world, 'bystander')];
    const [own] = await sessionsOf(appops);
    expect(problem(await bystander.call('POST', `/api/v1/account/sessions/${own?.id}/end`))).toEqual([
      404,
      'SESSION_NOT_FOUND',
    ]);
    expect(await isIn(appops)).toBe(true);
    const headers = { authorization: `Bearer ${ownToken}` };
    expect((await send(new URL('/api/v1/account/sessions', world.home), { headers })).status).toBe(404);
  });
});

describe('one’s own account', () => {
  it('says who one is, by what one signs in, and which roles come of what', async () => {
    expect(await (await signUp(world, 'help')).ask('GET', '/api/v1/account')).toMatchObject({
      ...{ name: 'help', through: 'password', local: true, password: true, passkeys: [], fresh: true },
      ...{ roles: [{ name: 'role:help', through: ['help', 'role:help'] }], invites: true, makesAdmins: false },
    });
    expect(await (await signUp(world, 'edgedev', true)).ask('GET', '/api/v1/account')).toMatchObject({
      ...{ groups: [], makesAdmins: true },
      roles: [{ name: 'role:admin', through: ['edgedev', 'role:admin'] }, { name: 'role:readonly' }],
    });
  });

  it('keeps its last way in', async () => {
    const { token } = world.access.signIn.people.invite('appops', false, 'test');
    const browser = world.browser();
    const authenticator = new Authenticator(world.home);
    type Options = Parameters<Authenticator['create']>[0];
    const options = await browser.ask<Options>('POST', '/api/v1/setup/passkey', { token });
    await browser.ask('POST', '/api/v1/setup', { token, passkey: authenticator.create(options) });
    const remove = () => browser.call('POST', `/api/v1/account/passkeys/${authenticator.id}/remove`);
    expect(problem(await remove())).toEqual([409, 'ACCOUNT_LAST_WAY_IN']);
    await browser.ask('POST', '/api/v1/account/password', { password: goodPassword }, 204);
    expect((await remove()).status).toBe(200);
    expect(await isIn(await again('appops'))).toBe(true);
  });
});

describe('accounts of others', () => {
  const call = (browser: Browser, name: string, what: string) =>
    browser.call('POST', `/api/v1/accounts/${name}/${what}`);

  it('are disabled, enabled again with what they signed in by before, and signed out', async () => {
    const [edgedev, appops] = [await signUp(world, 'edgedev', true), await signUp(world, 'appops')];
    expect((await call(edgedev, 'appops', 'disable')).status).toBe(204);
    expect([await isIn(appops), await isIn(await again('appops'))]).toEqual([false, false]);
    expect((await call(edgedev, 'APPOPS', 'enable')).status).toBe(204);
    const back = await again('appops');
    expect([await isIn(appops), await isIn(back)]).toEqual([false, true]);
    expect((await call(edgedev, 'appops', 'sessions/end')).status).toBe(204);
    expect(await isIn(back)).toBe(false);
    expect(await isIn(await again('appops'))).toBe(true);
    for (const what of ['enable', 'sessions/end'])
      expect(problem(await call(edgedev, 'nobody', what))).toEqual([404, 'ACCOUNT_NOT_FOUND']);
    expect(
      world.audit
        .filter(({ who }) => who === 'edgedev')
        .map(({ action, what }) => `${action}: ${what}`)
        .slice(-3),
    ).toEqual([
      'access.changed: disabled the account appops',
      'access.changed: enabled the account appops',
      'access.changed: ended all sessions of appops',
    ]);
  });

  it('are removed, with their sessions and links, and no longer admins when that is taken away', async () => {
    const [edgedev, appops] = [await signUp(world, 'edgedev', true), await signUp(world, 'appops', true)];
    expect((await call(edgedev, 'appops', 'demote')).status).toBe(204);
    expect(await isIn(appops)).toBe(false);
    const back = await again('appops');
    expect(problem(await call(back, 'edgedev', 'remove'))).toEqual([403, 'ACCESS_DENIED']);
    const { link } = await edgedev.ask<{ link: string }>('POST', '/api/v1/accounts/appops/invite', {});
    expect((await call(edgedev, 'APPOPS', 'remove')).status).toBe(204);
    expect([await isIn(back), await isIn(await again('appops'))]).toEqual([false, false]);
    const [, token] = link.split('#');
    expect(problem(await edgedev.call('POST', '/api/v1/setup/look', { token }))).toEqual([404, 'LOGIN_LINK_INVALID']);
    expect((await edgedev.ask<{ name: string }[]>('GET', '/api/v1/accounts')).map(({ name }) => name)).toEqual([
      'edgedev',
    ]);
    for (const what of ['remove', 'demote']) {
      expect(problem(await call(edgedev, 'appops', what))).toEqual([404, 'ACCOUNT_NOT_FOUND']);
      expect(problem(await call(edgedev, 'Edgedev', what))).toEqual([409, 'ACCOUNT_LAST_ADMIN']);
    }
    const told = world.audit.filter(({ who }) => who === 'edgedev').map(({ what }) => what);
    expect(told).toContain('took the role admin from the account appops');
    expect(told).toContain('removed the account appops');
  });

  it('of admins are left to admins, and the last one cannot shut themselves out', async () => {
    const [edgedev, help] = [await signUp(world, 'edgedev', true), await signUp(world, 'help')];
    for (const what of ['disable', 'enable', 'sessions/end', 'invite'])
      expect(problem(await call(help, 'edgedev', what))).toEqual([403, 'ACCESS_DENIED']);
    const listed = await help.ask<{ name: string; mayUpdate: boolean }[]>('GET', '/api/v1/accounts');
    expect(listed.map(({ name, mayUpdate }) => [name, mayUpdate])).toEqual([
      ['edgedev', false],
      ['help', true],
    ]);
    expect(problem(await call(edgedev, 'EDGEDEV', 'disable'))).toEqual([409, 'ACCOUNT_LAST_ADMIN']);
    // Somebody who is invited has not come yet, and a disabled one cannot.
    await edgedev.ask('POST', '/api/v1/accounts/addev/invite', { admin: true });
    expect(problem(await call(edgedev, 'edgedev', 'disable'))).toEqual([409, 'ACCOUNT_LAST_ADMIN']);
    const addev = await signUp(world, 'addev', true);
    await call(edgedev, 'addev', 'disable');
    expect(problem(await call(edgedev, 'edgedev', 'disable'))).toEqual([409, 'ACCOUNT_LAST_ADMIN']);
    await call(edgedev, 'addev', 'enable');
    expect((await call(edgedev, 'edgedev', 'disable')).status).toBe(204);
    expect([await isIn(edgedev), await isIn(addev)]).toEqual([false, false]);
    expect(await isIn(await again('addev'))).toBe(true);
  });
});

describe('tokens of projects', () => {
  it('say when they were last used, to the minute', async () => {
    const lists = { sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] };
    const more = { namespaceResourceAllow: undefined, namespaceResourceDeny: [], serviceAccounts: [], conditions: [] };
    const roles = [{ name: 'ci', policies: ['p, proj:shop:ci, applications, get, shop/*, allow'], groups: [] }];
    world.access.follow({ projects: new Map([['shop', { name: 'shop', ...lists, ...more, roles }]]) });
    const keys = await signUp(world, 'keys');
    expect(await keys.ask('GET', '/api/v1/account')).toMatchObject({ tokenRoles: [{ project: 'shop', role: 'ci' }] });
    const { token } = await keys.ask<{ token: string }>('POST', '/api/v1/tokens', {
      project: 'shop',
      role: 'ci',
      name: 'a',
    });
    const used = async () => (await keys.ask<{ usedAt?: number }[]>('GET', '/api/v1/tokens'))[0]?.usedAt;
    expect(await used()).toBeUndefined();
    const use = () => send(new URL('/api/v1/whoami', world.home), { headers: { authorization: `Bearer ${token}` } });
    await use();
    const first = await used();
    expect(first).toBeGreaterThan(0);
    await use();
    expect(await used()).toBe(first);
    world.pass(61_000);
    await use();
    expect(await used()).toBeGreaterThan(first ?? 0);
  });
});
