import { beforeEach, describe, expect, it } from 'vitest';
import { type AccessDeclaration, accessSettings } from '../dialects/access.ts';
import { readHoldfastFile } from '../dialects/holdfast/read.ts';
import { realEnv } from '../env/real.ts';
import type { Project, ProjectRole } from '../model/application.ts';
import { Documents } from '../store/documents.ts';
import { createStore, type Store } from '../store/store.ts';
import { Access } from './access.ts';
import { owner, subjectOf } from './subject.ts';
import { hashOf } from './tokens.ts';

let now: number;
let store: Store;
const warnings: string[] = [];
const real = realEnv();
const log = { ...real.log, warn: (_: string, fields = {}) => warnings.push(String(Object.values(fields)[0])) };
const env = { ...real, log, clock: { now: () => now, monotonic: () => now } };

beforeEach(() => {
  now = 1_700_000_000_000;
  store = createStore(new Documents(undefined, env), env.clock);
  warnings.length = 0;
});

function said(settings: object, place = { path: 'holdfast.yaml', line: 1, column: 1 }): AccessDeclaration {
  return { settings: accessSettings.parse(settings), ...place };
}

function project(name: string, ...roles: ProjectRole[]): Project {
  const lists = { sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] };
  return {
    name,
    ...lists,
    namespaceResourceAllow: undefined,
    namespaceResourceDeny: [],
    serviceAccounts: [],
    conditions: [],
    roles,
  };
}

function follow(access: Access, declaration: AccessDeclaration | undefined, ...projects: Project[]): void {
  const all = new Map(projects.map(one => [one.name, one]));
  access.follow({ ...(declaration === undefined ? {} : { access: declaration }), projects: all });
}

const ci = (action = 'sync') => ({
  name: 'ci',
  policies: [`p, proj:shop:ci, applications, ${action}, shop/*, allow`],
  groups: [],
});
const appops = { name: 'appops', groups: [] };
const syncs = (access: Access, name = 'appops') => access.may({ name, groups: [] }, 'applications', 'sync', 'shop/web');

describe('what Git declares', () => {
  it('is followed at once, and forgotten when it is gone', () => {
    const access = new Access({ env, store });
    let told = 0;
    access.onChange(() => told++);
    expect(syncs(access)).toBe(false);
    const declaration = said({ policy: 'p, appops, applications, sync, shop/*, allow' });
    follow(access, declaration);
    expect([syncs(access), told]).toEqual([true, 1]);
    follow(access, declaration);
    expect(told).toBe(1);
    follow(access, undefined);
    expect([syncs(access), told]).toEqual([false, 2]);
  });

  it('with a mistake leaves the last good policy in force, and says where; accounts are followed all the same', () => {
    const access = new Access({ env, store });
    const account = (token: string) => ({ name: 'appops', tokens: [{ name: 't', sha256: hashOf(token) }] });
    follow(access, said({ policy: 'p, appops, applications, sync, shop/*, allow', accounts: [account('old')] }));
    const text = 'g, appops, role:admin\np, appops, aplications, get, */*, allow';
    follow(
      access,
      said({ policy: text, accounts: [account('new')] }, { path: 'env/holdfast.yaml', line: 9, column: 7 }),
    );
    expect(access.problems()).toEqual([
      'env/holdfast.yaml:10:18: access.policy: there is no resource "aplications"; what was followed before stays in force',
    ]);
    expect(warnings).toEqual(access.problems());
    expect([syncs(access), access.may(appops, 'targets', 'get', 'x')]).toEqual([true, false]);
    expect([access.withToken('old'), access.withToken('new')?.name]).toEqual([undefined, 'appops']);
    follow(access, said({ policy: '' }));
    expect([syncs(access), access.problems()]).toEqual([false, []]);
  });

  it('of a project with a mistake leaves its last good roles in force, and other projects alone', () => {
    const access = new Access({ env, store });
    follow(access, undefined, project('shop', ci()));
    const other = { name: 'x', policies: ['p, proj:bank:x, applications, get, bank/*, allow'], groups: ['team-b'] };
    follow(access, undefined, project('shop', ci('snyc')), project('bank', other));
    expect(access.problems()).toEqual([
      expect.stringMatching(/^project shop, role ci: there is no action "snyc" \(line 1/),
    ]);
    expect(syncs(access, 'proj:shop:ci')).toBe(true);
    expect(access.may({ name: 'bystander', groups: ['team-b'] }, 'applications', 'get', 'bank/x')).toBe(true);
  });

  it('is remembered for a start while Git is away, and what the store says is checked', () => {
    follow(
      new Access({ env, store }),
      said({ policy: 'p, appops, applications, sync, shop/*, allow' }),
      project('shop', ci()),
    );
    const next = new Access({ env, store });
    expect([syncs(next), syncs(next, 'proj:shop:ci'), next.hasRole('shop', 'ci')]).toEqual([true, true, true]);
    for (const broken of ['', '{', '[]', '{"projects": 1}']) {
      store.setMeta('access', broken);
      expect(syncs(new Access({ env, store }))).toBe(false);
    }
  });

  it('is found by line and column in a file', () => {
    const file = `apiVersion: holdfast.dev/v1
kind: Environment
metadata: {name: prod}
spec:
  access:
    default: role:readonly
    policy: |   # who
      g, appops, role:dev

      p, role:dev, applications, sync, shop/*, alow
`;
    const read = readHoldfastFile(file, 'holdfast.yaml');
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const access = new Access({ env, store });
    follow(access, read.file.access);
    expect(access.problems()).toEqual([expect.stringContaining('holdfast.yaml:10:48: access.policy: the effect is')]);
    expect(file.split('\n')[9]?.slice(47)).toBe('alow');
  });
});

describe("the operator's own configuration", () => {
  const settings = accessSettings.parse({
    policy: 'p, appops, applications, sync, shop/*, deny',
    default: 'role:readonly',
    accounts: [{ name: 'appops', groups: ['team-a'], tokens: [{ name: 'one', sha256: hashOf('secret') }] }],
  });

  it('counts together with Git: what it denies is denied, and its accounts are its own', () => {
    const access = new Access({ env, store, settings });
    const stolen = [{ name: 'appops', groups: ['admins'], tokens: [{ name: 'two', sha256: hashOf('other') }] }];
    follow(access, said({ policy: 'p, appops, applications, *, */*, allow', accounts: stolen }));
    expect([syncs(access), access.may(appops, 'applications', 'sync', 'bank/x')]).toEqual([false, true]);
    expect(access.withToken('secret')).toEqual({ name: 'appops', groups: ['team-a'], token: 'one' });
    expect(access.withToken('other')).toBeUndefined();
  });

  it('with a mistake ends the start', () => {
    const wrong = { ...settings, policy: '\np, appops, applications' };
    expect(() => new Access({ env, store, settings: wrong })).toThrow(/configuration:2:24: has 3 fields/);
  });
});

describe('tokens', () => {
  it('of an account are refused from their day on, and as soon as they are taken out', () => {
    const account = (tokens: object[]) => said({ accounts: [{ name: 'appops', tokens }] });
    const access = new Access({ env, store });
    follow(
      access,
      account([
        { name: 'laptop', sha256: hashOf('a'), expires: '2023-11-15' },
        { name: 'x', sha256: hashOf('b') },
      ]),
    );
    const expiresAt = Date.UTC(2023, 10, 15);
    expect(access.withToken('a')).toEqual({ name: 'appops', groups: [], token: 'laptop', expiresAt });
    now = expiresAt;
    expect([access.withToken('a'), access.withToken('b')?.name]).toEqual([undefined, 'appops']);
    follow(access, account([]));
    expect(access.withToken('b')).toBeUndefined();
  });

  it('of a project end with their time, when revoked, and with their role; all that over a restart', () => {
    let access = new Access({ env, store });
    follow(access, said({ default: 'role:admin' }), project('shop', ci()));
    const make = (name: string, lifetime: number | undefined = undefined) =>
      access.tokens.create({ project: 'shop', role: 'ci', name, lifetime }, 'appops');
    const [short, long, revoked] = [make('short', 1_000), make('long'), make('revoked')];
    expect(short.token).toMatch(/^hft_[\w-]{43}$/);
    expect(JSON.stringify([...store.tokens()])).not.toContain(short.token);
    expect(access.withToken(short.token)).toEqual({
      ...{ name: 'proj:shop:ci', groups: [], token: 'short', expiresAt: now + 1_000 },
    });
    expect(() => make('long')).toThrow(/has a token long already/);
    access.revoke(revoked.record.id, 'bystander');
    now += 1_000;
    for (let restart = 0; restart < 2; restart++) {
      expect([short, long, revoked].map(({ token }) => access.withToken(token)?.token)).toEqual([
        undefined,
        'long',
        undefined,
      ]);
      access = new Access({ env, store });
    }
    expect(access.tokens.find(revoked.record.id)).toMatchObject({ revokedBy: 'bystander', revokedAt: now - 1_000 });
    // The default role is for those who are somebody: a token without a role is nobody's.
    follow(access, said({ default: 'role:admin' }));
    expect(access.withToken(long.token)).toBeUndefined();
  });

  it('that ended long ago are forgotten when others are made', () => {
    const access = new Access({ env, store });
    access.tokens.create({ project: 'shop', role: 'ci', name: 'a', lifetime: 1 }, 'appops');
    now += 91 * 24 * 3_600_000;
    access.tokens.create({ project: 'shop', role: 'ci', name: 'b', lifetime: 1 }, 'appops');
    expect(store.tokens().map(({ name }) => name)).toEqual(['b']);
  });
});

describe('names of other systems', () => {
  it.each(['', ' ', 'admin', 'role:admin', 'proj:shop:ci', 'system:masters', 'automated', 'git'])(
    '%j is nobody',
    name => {
      expect(subjectOf(name, [])).toBeUndefined();
      expect(subjectOf('appops', ['team-a', name])?.groups).toEqual(['team-a']);
    },
  );

  it('of the configuration are checked, too', () => {
    const account = (name: string, groups: string[] = []) => accessSettings.safeParse({ accounts: [{ name, groups }] });
    for (const name of ['admin', 'role:admin', 'a b', '', 'automated', 'x'.repeat(101)])
      expect(account(name).success).toBe(false);
    for (const group of ['role:admin', 'admin', 'proj:a:b', 'system:masters', '']) {
      expect(account('appops', [group]).success).toBe(false);
    }
    expect(account('appops@example.org', ['my-org:team-a']).success).toBe(true);
    expect(new Access({ env, store }).may(owner, 'applications', 'delete', 'a/b')).toBe(true);
  });
});
