import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../../src/cli/execute.ts';
import { type Outcome, run, testCli } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { type Browser, send } from '../../world/browser.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { startProvider, type TestProvider } from '../../world/oidc-provider.ts';
import { freePort } from '../../world/port.ts';
import { goodPassword, quickHash, type SignInWorld, signUp, startSignInWorld } from '../../world/sign-in.ts';
import { waitFor } from '../../world/wait.ts';

// `holdfast login`: a command line is let in by who is signed in, in a browser.

let directory: TemporaryDirectory;
let provider: TestProvider;
let world: SignInWorld;

const policy = 'p, role:shop, applications, *, shop/*, allow\ng, team-shop, role:shop\ng, appops, role:shop';

beforeEach(async () => {
  directory = await temporaryDirectory('login');
  const home = `http://localhost:${await freePort()}`;
  const addresses = { redirects: [`${home}/auth/callback`], afterLogout: [`${home}/login`] };
  provider = await startProvider({ ...addresses, clientSecret: 'CANARY-client-secret' });
  provider.people.set('u-1', { email: 'appops@example.test', groups: ['team-shop'] });
  provider.people.set('u-2', { email: 'bystander@example.test', groups: [] });
  provider.present = 'u-1';
  const oidc = { issuer: provider.issuer };
  world = await startSignInWorld({ policy, port: Number(new URL(home).port), oidc, change: quickHash });
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

/** Somebody's own machine: a home, and nothing of ours in it. */
function person() {
  const env = realEnv();
  const variable = (name: string) => (name === 'HOME' ? directory.path : undefined);
  return { env: { ...env, processes: { ...env.processes, variable } }, directory: directory.path };
}
const holdfast = (...words: string[]): Promise<Outcome> => run(words, person());

interface Begun {
  /** What the terminal says to open. */
  url: URL;
  asked: { port: number; challenge: string; state: string };
  ended: Promise<Outcome>;
}

async function begin(...more: string[]): Promise<Begun> {
  const cli = testCli(person());
  const words = ['login', '--server', world.home, '--no-browser', '--timeout', '40s', ...more];
  const ended = execute(words, cli).then(code => ({ code, out: cli.out.join('\n'), err: cli.err.join('\n') }));
  const said = await waitFor('the address', () => /http:\/\/localhost\S+/.exec(cli.err.join('\n'))?.[0]);
  const url = new URL(said);
  const page = new URL(url.searchParams.get('return') ?? said, world.home);
  const [port = '', challenge = '', state = ''] = ['port', 'challenge', 'state'].map(
    name => page.searchParams.get(name) ?? '',
  );
  return { url, asked: { port: Number(port), challenge, state }, ended };
}

/** What the page does when somebody presses Allow; the answer is what the loopback says. */
async function allow(browser: Browser, { asked }: Begun): Promise<string> {
  const { redirect } = await browser.ask<{ redirect: string }>('POST', '/api/v1/session/cli', {
    ...asked,
    allow: true,
  });
  return (await browser.go(redirect)).text;
}

const loginFile = () => join(directory.path, '.config/holdfast/logins.json');

it('--sso leads to the provider, and the command line is who signed in there until it is signed out', async () => {
  const begun = await begin('--sso');
  expect(begun.url.pathname).toBe('/auth/login');
  const browser = world.browser();
  const page = await browser.go(begun.url.href);
  expect([page.url.origin, page.url.pathname]).toEqual([world.home, '/approve']);
  expect(page.url.searchParams.get('state')).toBe(begun.asked.state);
  expect(await allow(browser, begun)).toContain('goes on by itself');
  const outcome = await begun.ended;
  expect([outcome.code, outcome.out]).toEqual([0, expect.stringContaining('as appops@example.test')]);

  expect((await stat(loginFile())).mode & 0o777).toBe(0o600);
  const who = await holdfast('whoami');
  expect([who.code, who.out]).toEqual([0, expect.stringContaining('appops@example.test')]);
  expect((await holdfast('--server', world.home, 'apps')).out).toContain('web');

  const listed = await browser.ask<{ client: string; current: boolean }[]>('GET', '/api/v1/account/sessions');
  expect(listed.map(({ client, current }) => [client, current]).toSorted()).toEqual([
    ['browser', true],
    ['cli', false],
  ]);
  expect((await holdfast('logout')).code).toBe(0);
  expect((await holdfast('whoami')).code).toBe(3);
  expect(world.access.signIn.sessions.of('appops@example.test')).toHaveLength(1);
});

it('groups that change at the provider count for the command line, too, and its tokens are its own', async () => {
  const browser = world.browser();
  await browser.go('/auth/login');
  const begun = await begin();
  await allow(browser, begun);
  await begun.ended;
  expect((await holdfast('apps', '-o', 'json')).out).toContain('"web"');
  provider.people.set('u-1', { email: 'appops@example.test', groups: [] });
  world.pass(61_000);
  expect(JSON.parse((await holdfast('apps', '-o', 'json')).out)).toEqual([]);
  // Each has tokens that the other did not use up.
  expect((await browser.call('GET', '/api/v1/whoami')).status).toBe(200);
  provider.people.set('u-1', { email: 'appops@example.test', disabled: true });
  world.pass(61_000);
  expect((await holdfast('whoami')).code).toBe(3);
});

it('an account here lets one in, for no longer than its own session, and what it does is told with that', async () => {
  const browser = await signUp(world, 'appops');
  const begun = await begin();
  await allow(browser, begun);
  expect((await begun.ended).code).toBe(0);
  const [first, second] = world.access.signIn.sessions.of('appops');
  expect(second?.endsAt).toBe(first?.endsAt);
  await holdfast('suspend', 'web');
  expect(world.operator.calls.join()).toContain('appops via cli');
  expect(world.audit.at(-1)).toMatchObject({ action: 'access.login', who: 'appops', via: 'cli', result: 'done' });
  await browser.ask('POST', '/api/v1/account/sessions/end-others', {}, 204);
  expect((await holdfast('whoami')).code).toBe(3);
});

it('is refused where somebody refuses it, and nothing is kept', async () => {
  const browser = await signUp(world, 'appops');
  const begun = await begin();
  const body = { ...begun.asked, allow: false };
  const { redirect } = await browser.ask<{ redirect: string }>('POST', '/api/v1/session/cli', body);
  await browser.go(redirect);
  const outcome = await begun.ended;
  expect([outcome.code, outcome.err]).toEqual([1, expect.stringContaining('CLI_LOGIN_REFUSED')]);
  await expect(stat(loginFile())).rejects.toThrow();
});

it('waits no longer than it says', async () => {
  const cli = testCli(person());
  const code = await execute(['login', '--server', world.home, '--no-browser', '--timeout', '100ms'], cli);
  expect([code, cli.err.join()]).toEqual([4, expect.stringContaining('CLI_WAIT_TIMED_OUT')]);
});

describe('is not let in', () => {
  const codeOf = (location: string) => new URL(location).searchParams.get('code') ?? '';

  async function ticketFor(browser: Browser, begun: Begun): Promise<string> {
    const body = { ...begun.asked, allow: true };
    return (await browser.ask<{ redirect: string }>('POST', '/api/v1/session/cli', body)).redirect;
  }
  /** The code, caught on its way. */
  async function caught(browser: Browser, begun: Begun): Promise<string> {
    const { url } = await browser.go(await ticketFor(browser, begun), next => next.hostname === '127.0.0.1');
    return codeOf(url.href);
  }
  async function redeem(code: string, verifier = 'x'.repeat(43)): Promise<[number, string]> {
    const answer = await world.browser().call('POST', '/api/v1/session/cli/token', { code, verifier });
    return [answer.status, (JSON.parse(answer.text) as { code: string }).code];
  }

  let browser: Browser;
  let begun: Begun;
  beforeEach(async () => {
    browser = await signUp(world, 'appops');
    begun = await begin();
  });
  afterEach(async () => {
    const state = new URLSearchParams({ state: begun.asked.state, error: 'the test is over' });
    await send(new URL(`http://127.0.0.1:${begun.asked.port}/?${state}`)).catch(() => {});
    await begun.ended;
  });

  it('who has the code and not what only the command line knows; and the code is gone then', async () => {
    const code = await caught(browser, begun);
    expect(await redeem(code)).toEqual([401, 'LOGIN_CODE_INVALID']);
    expect(await redeem(code)).toEqual([401, 'LOGIN_CODE_INVALID']);
    const { challenge, port, state } = begun.asked;
    await send(new URL(`http://127.0.0.1:${port}/?${new URLSearchParams({ state, code })}`));
    expect((await begun.ended).err).toContain('LOGIN_CODE_INVALID');
    expect(challenge).toHaveLength(43);
    expect(world.access.signIn.sessions.of('appops')).toHaveLength(1);
  });

  it('in another browser than the one in which it was allowed', async () => {
    const ticket = await ticketFor(browser, begun);
    for (const other of [world.browser(), await signUp(world, 'edgedev')]) {
      expect((await other.go(ticket)).url.href).toContain('error=LOGIN_CODE_INVALID');
    }
  });

  it('a minute after the browser was led there, or when the session in which it was allowed has ended', async () => {
    const late = await caught(browser, begun);
    world.pass(60_000);
    expect(await redeem(late)).toEqual([401, 'LOGIN_CODE_INVALID']);
    const code = await caught(browser, begun);
    await browser.ask('POST', '/api/v1/session/logout');
    expect(await redeem(code)).toEqual([401, 'LOGIN_CODE_INVALID']);
  });

  it('by somebody else at the provider than had allowed it here', async () => {
    const own = world.browser();
    await own.go('/auth/login');
    const ticket = await ticketFor(own, begun);
    own.cookies.delete('127.0.0.1');
    provider.present = 'u-2';
    expect((await own.go(ticket)).url.href).toContain('/login?error=OIDC_REFUSED');
  });

  it('by another command line, by a token, or by nobody', async () => {
    await allow(browser, begun);
    await begun.ended;
    const { logins } = JSON.parse(Buffer.from(await realEnv().files.read(loginFile(), 10_000)).toString()) as {
      logins: { token: string }[];
    };
    const [{ token = '' } = {}] = logins;
    const ask = (headers: Record<string, string>) =>
      send(new URL('/api/v1/session/cli', world.home), {
        ...{ method: 'POST', body: JSON.stringify({ ...begun.asked, allow: true }) },
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await ask({ authorization: 'Bearer the-own-token-of-the-test' })).status).toBe(401);
    expect((await ask({ origin: world.home })).status).toBe(401);
    // What a command line has is no cookie, and adds no way in.
    const cookie = `holdfast_session=${token}`;
    expect((await world.browser().call('GET', '/api/v1/whoami', undefined, { cookie })).status).toBe(401);
    const passkey = await send(new URL('/api/v1/account/passkeys/begin', world.home), {
      ...{ method: 'POST', headers: { authorization: `Bearer ${token}` } },
    });
    expect([passkey.status, JSON.parse(passkey.text).code]).toEqual([403, 'SESSION_STALE']);
  });

  it('by a page of another site, to another machine, or without a challenge', async () => {
    const foreign = { origin: 'https://evil.example' };
    expect((await browser.call('POST', '/api/v1/session/cli', { ...begun.asked, allow: true }, foreign)).status).toBe(
      403,
    );
    for (const wrong of [{ port: 80 }, { port: 'evil.example' }, { challenge: '' }, { state: 'a&b=c' }]) {
      const body = { ...begun.asked, allow: true, ...wrong };
      expect((await browser.call('POST', '/api/v1/session/cli', body)).status).toBe(400);
    }
  });

  it('who reaches the loopback by another name or without its state is told nothing', async () => {
    const at = (query: string) => new URL(`http://127.0.0.1:${begun.asked.port}/?${query}`);
    expect((await send(at('code=x'))).status).toBe(400);
    const named = { host: `evil.example:${begun.asked.port}` };
    expect((await send(at(`code=x&state=${begun.asked.state}`), { headers: named })).status).toBe(400);
  });
});

it('a password that is known lets nobody in on the command line by itself', async () => {
  await signUp(world, 'appops');
  const browser = world.browser();
  await browser.ask('POST', '/api/v1/session/password', { name: 'appops', password: goodPassword });
  const token = browser.cookie('holdfast_session') ?? '';
  const answer = await send(new URL('/api/v1/whoami', world.home), { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(401);
});
