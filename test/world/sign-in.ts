import { Access } from '../../src/access/access.ts';
import type { AuditEntry } from '../../src/access/audit/record.ts';
import type { OidcSettings } from '../../src/access/login/sign-in.ts';
import { type RunningApi, startApi } from '../../src/api/listen.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from '../../src/api/testing/memory-operator.ts';
import { WebFiles } from '../../src/api/web-files.ts';
import { type AccessSettings, accessSettings } from '../../src/dialects/access.ts';
import type { Env } from '../../src/env/env.ts';
import { jsonLog } from '../../src/env/real/log.ts';
import { realEnv } from '../../src/env/real.ts';
import { Documents } from '../../src/store/documents.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { Browser } from './browser.ts';

/** A running API that people can sign in to, without Git and a target behind it. */
export interface SignInWorld extends AsyncDisposable {
  env: Env;
  access: Access;
  operator: MemoryOperator;
  api: RunningApi;
  store: Store;
  /** What the audit log was told. */
  audit: AuditEntry[];
  /** Lines of the log, of any level. */
  log: string[];
  /** `http://localhost:41234` */
  home: string;
  /** Moves the wall clock and the other one. */
  pass(ms: number): void;
  browser(): Browser;
}

export const ownToken = 'the-own-token-of-the-test';

export interface SignInWorldOptions {
  policy?: string;
  accounts?: Partial<AccessSettings['accounts'][number]>[];
  oidc?: Partial<OidcSettings>;
  publicURL?: string;
  trustedProxies?: string[];
  /** Default: any. */
  port?: number;
  change?: (env: Env) => Env;
  store?: Store;
  /** Where the built web UI is. Default: there is none. */
  webDirectory?: string;
}

export async function startSignInWorld(options: SignInWorldOptions = {}): Promise<SignInWorld> {
  const { policy = '', accounts = [], oidc, publicURL, trustedProxies = [], port = 0, change = same => same } = options;
  let later = 0;
  const log: string[] = [];
  const real = realEnv(jsonLog('debug', line => log.push(line)));
  const clock = { now: () => real.clock.now() + later, monotonic: () => real.clock.monotonic() + later };
  const env = change({ ...real, clock });
  const store = options.store ?? createStore(new Documents(undefined, env), env.clock);
  const audit: AuditEntry[] = [];
  const settings = accessSettings.parse({ policy, accounts });
  const whole = oidc && { ...usualOidc, ...oidc };
  const access = new Access({ env, store, settings, oidc: whole, audit: { record: entry => audit.push(entry) } });
  const operator = memoryOperator([
    sampleStatus('web', { project: 'shop' }),
    sampleStatus('vault', { project: 'bank' }),
  ]);
  const api = await startApi({
    ...{ env, operator, access, token: ownToken, publicURL, trustedProxies },
    ...(options.webDirectory === undefined ? {} : { web: new WebFiles(env.files, options.webDirectory) }),
    ...{ host: '127.0.0.1', port },
  });
  const home = `http://localhost:${new URL(api.url).port}`;
  return {
    ...{ env, access, operator, api, store, audit, log, home },
    pass: ms => {
      later += ms;
    },
    browser: () => new Browser(home),
    async [Symbol.asyncDispose]() {
      await api.close();
      await access.close();
    },
  };
}

const usualOidc: OidcSettings = {
  issuer: '',
  clientId: 'holdfast',
  clientSecret: 'CANARY-client-secret',
  scopes: ['openid', 'email', 'groups', 'offline_access'],
  nameClaim: 'email',
  groupsClaim: 'groups',
  ca: undefined,
  title: 'Example ID',
  recheckMs: 45_000,
};

/** Hashes passwords quickly instead of safely: for tests that are about something else. */
export function quickHash(env: Env): Env {
  const { scrypt } = env.hashing;
  const cheap = { cost: 2 ** 8, parallelization: 1 };
  return { ...env, hashing: { scrypt: (password, salt, options) => scrypt(password, salt, { ...options, ...cheap }) } };
}

export const goodPassword = 'four words at random';

/** An account that has come by its link, with a password; the answer is its browser. */
export async function signUp(world: SignInWorld, name: string, admin = false): Promise<Browser> {
  const { token } = world.access.signIn.people.invite(name, admin, 'test');
  const browser = world.browser();
  await browser.ask('POST', '/api/v1/setup', { token, password: goodPassword });
  return browser;
}
