import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Access, AccessOptions } from '../access/access.ts';
import { hashOf } from '../access/tokens.ts';
import { accessSettings } from '../dialects/access.ts';
import { realEnv } from '../env/real.ts';
import type { ErrorCode } from '../errors.ts';
import type { Project, ProjectRole } from '../model/application.ts';
import { resourceKey } from '../model/resource.ts';
import type { ResourceStatus } from '../model/status.ts';
import type { OwnAccount } from './account-schemas.ts';
import { type ApiServer, createApi } from './app.ts';
import { rights } from './rights.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from './testing/memory-operator.ts';

// Every route, asked as everybody about what is theirs, what is another's, and what is nobody's.

const projects = ['shop', 'bank'] as const;

const policy = `
g, reader, role:readonly
g, chief, role:admin
p, shop-dev, applications, get, shop/*, allow
p, shop-dev, applications, sync, shop/*, allow
p, shop-ops, applications, *, shop/*, allow
p, shop-ops, logs, get, shop/*, allow
p, shop-ops, projects, *, shop, allow
p, denied, applications, *, */*, allow
p, denied, logs, *, */*, allow
p, denied, projects, *, *, allow
p, denied, targets, *, *, allow
p, denied, accounts, *, *, allow
p, denied, *, *, bank*, deny
`;

/** What each may, as words of the policy for one project; written by hand, not by asking the engine. */
const everything = [
  'get',
  'sync',
  'override',
  'propose',
  'rollback',
  'delete',
  'act',
  'logs',
  'projects.get',
  'projects.update',
];
const may: Record<
  string,
  { shop: string[]; bank: string[]; environment: boolean; accounts: boolean; people: boolean }
> = {
  admin: { shop: everything, bank: everything, environment: true, accounts: true, people: true },
  chief: { shop: everything, bank: everything, environment: true, accounts: true, people: true },
  reader: {
    shop: ['get', 'logs', 'projects.get'],
    bank: ['get', 'logs', 'projects.get'],
    environment: true,
    accounts: true,
    people: false,
  },
  'shop-dev': { shop: ['get', 'sync'], bank: [], environment: false, accounts: false, people: false },
  'shop-ops': { shop: everything, bank: [], environment: false, accounts: false, people: false },
  denied: { shop: everything, bank: [], environment: true, accounts: true, people: true },
  stranger: { shop: [], bank: [], environment: false, accounts: false, people: false },
  'proj:shop:ci': { shop: ['get', 'sync'], bank: [], environment: false, accounts: false, people: false },
};
const names = Object.keys(may);

interface Ask {
  /** As in `may`; undefined: everybody who is recognised. */
  needs?: string[] | 'environment' | 'accounts' | 'people';
  /** For a project whose application has the project's name. */
  url: (project: string) => string;
  body?: (project: string) => object;
  /** What must be seen, else it is not there. */
  sees?: 'get' | 'projects.get';
  hidden?: ErrorCode;
}
const one = (rest: string) => (project: string) => `/api/v1/applications/${project}${rest}`;
const app = (needs: string[], rest: string, body?: object): Ask => ({
  needs,
  url: one(rest),
  sees: 'get',
  hidden: 'APP_NOT_FOUND',
  ...(body === undefined ? {} : { body: () => body }),
});

const asks: Record<string, Ask[]> = {
  // Pages: they are the same for everybody, and are asked in web-files.test.ts.
  'GET /*': [],
  'GET /healthz': [{ url: () => '/healthz' }],
  'GET /readyz': [{ url: () => '/readyz' }],
  'GET /metrics': [{ needs: 'environment', url: () => '/metrics' }],
  'GET /api/v1/drift': [{ url: () => '/api/v1/drift?q=a&limit=5' }],
  'GET /api/v1/projects': [{ url: () => '/api/v1/projects' }],
  'GET /api/v1/repositories': [{ url: () => '/api/v1/repositories' }],
  'GET /api/v1/targets': [{ url: () => '/api/v1/targets' }],
  'GET /api/v1/settings': [{ needs: 'environment', url: () => '/api/v1/settings' }],
  'GET /api/v1/timeline': [{ url: () => '/api/v1/timeline?kinds=sync,drift&limit=10' }],
  'GET /api/v1/timeline/at': [{ url: () => '/api/v1/timeline/at?time=1700000000000&is=changed' }],
  'GET /api/v1/audit': [{ url: () => '/api/v1/audit' }],
  'GET /api/v1/audit/export': [{ needs: 'environment', url: () => '/api/v1/audit/export' }],
  'GET /api/v1/past': [{ url: () => '/api/v1/past?time=1700000000000' }],
  'GET /api/v1/past/rebuild': [{ needs: 'environment', url: () => '/api/v1/past/rebuild?time=1700000000000' }],
  'GET /api/v1/past/delivery': [{ url: () => '/api/v1/past/delivery?since=1700000000000' }],
  'GET /api/openapi.json': [{ url: () => '/api/openapi.json' }],
  'GET /api/v1/whoami': [{ url: () => '/api/v1/whoami' }],
  'GET /api/v1/environment': [{ url: () => '/api/v1/environment' }],
  'GET /api/v1/applications': [{ url: () => '/api/v1/applications' }],
  'GET /api/v1/events': [{ url: () => '/api/v1/events' }],
  'GET /api/v1/tokens': [{ url: () => '/api/v1/tokens' }],
  // Streams are asked below: they do not end.
  'GET /api/v1/events/stream': [],
  'GET /api/v1/applications/:name': [app(['get'], '')],
  'GET /api/v1/applications/:name/diff': [app(['get'], '/diff'), app(['get'], '/diff?revision=main')],
  'GET /api/v1/applications/:name/history': [app(['get'], '/history')],
  'GET /api/v1/applications/:name/resources/:key': [
    {
      ...app(['get'], ''),
      url: project => one(`/resources/${encodeURIComponent(`apps/Deployment/${project}/web`)}`)(project),
    },
  ],
  'GET /api/v1/list': [{ url: () => '/api/v1/list' }],
  'GET /api/v1/list/changes': [],
  'GET /api/v1/applications/:name/row': [app(['get'], '/row')],
  'GET /api/v1/applications/:name/tree': [app(['get'], '/tree')],
  'GET /api/v1/applications/:name/resources/:key/events': [
    {
      ...app(['get'], ''),
      url: project => one(`/resources/${encodeURIComponent(`apps/Deployment/${project}/web`)}/events`)(project),
    },
  ],
  'GET /api/v1/applications/:name/history/:id/diff': [
    app(['get'], '/history/s1/diff'),
    app(['get'], '/history/s1/diff?against=live'),
  ],
  'GET /api/v1/applications/:name/revisions': [app(['get'], '/revisions')],
  'POST /api/v1/applications/:name/plan': [
    app(['get'], '/plan', {}),
    app(['get'], '/plan', { revision: 'evil', force: true }),
  ],
  'GET /api/v1/applications/:name/removal': [app(['get'], '/removal')],
  'GET /api/v1/applications/:name/logs': [app(['logs'], '/logs'), app(['logs'], '/logs?previous=true')],
  'POST /api/v1/applications/:name/sync': [
    app(['sync'], '/sync', {}),
    app(['sync'], '/sync', { prune: true, dryRun: true }),
    app(['sync', 'override'], '/sync', { revision: 'evil' }),
    app(['sync', 'override'], '/sync', { force: true }),
    app(['sync', 'override'], '/sync', { replace: true }),
  ],
  'POST /api/v1/applications/:name/accept': [app(['sync'], '/accept', {})],
  'POST /api/v1/applications/:name/propose': [app(['propose'], '/propose', {})],
  'POST /api/v1/applications/:name/resources/:key/restart': [
    app(['act'], `/resources/${encodeURIComponent('apps/Deployment/x/web')}/restart`),
  ],
  'POST /api/v1/applications/:name/resources/:key/delete': [
    app(['act'], `/resources/${encodeURIComponent('/Pod/x/web-1')}/delete`),
  ],
  'POST /api/v1/applications/:name/cancel': [app(['sync'], '/cancel')],
  'POST /api/v1/applications/:name/rollback': [app(['rollback'], '/rollback', {})],
  'POST /api/v1/applications/:name/suspend': [app(['override'], '/suspend', {})],
  'POST /api/v1/applications/:name/resume': [app(['override'], '/resume')],
  'POST /api/v1/applications/:name/remove': [app(['delete'], '/remove', {})],
  'POST /api/v1/refresh': [
    {
      needs: ['get'],
      url: () => '/api/v1/refresh',
      body: application => ({ application }),
      sees: 'get',
      hidden: 'APP_NOT_FOUND',
    },
    { needs: 'environment', url: () => '/api/v1/refresh', body: () => ({}) },
  ],
  'GET /api/v1/doctor': [{ needs: 'environment', url: () => '/api/v1/doctor' }],
  'POST /api/v1/tokens': [
    {
      needs: ['projects.update'],
      url: () => '/api/v1/tokens',
      body: project => ({ project, role: 'ci', name: `t${made++}` }),
      sees: 'projects.get',
      hidden: 'PROJECT_NOT_FOUND',
    },
  ],
  'POST /api/v1/tokens/:id/revoke': [
    {
      needs: ['projects.update'],
      url: project => `/api/v1/tokens/${idOf(project)}/revoke`,
      sees: 'projects.get',
      hidden: 'TOKEN_NOT_FOUND',
    },
  ],
  'GET /api/v1/session': [{ url: () => '/api/v1/session' }],
  'POST /api/v1/session/passkey/begin': [{ url: () => '/api/v1/session/passkey/begin' }],
  'POST /api/v1/session/logout': [{ url: () => '/api/v1/session/logout', body: () => ({}) }],
  // What these take cannot be had by everybody: test/scenarios/access/ asks them.
  'POST /api/v1/session/password': [],
  'POST /api/v1/session/passkey': [],
  'POST /api/v1/setup/look': [],
  'POST /api/v1/setup/passkey': [],
  'POST /api/v1/setup': [],
  'GET /auth/login': [],
  'GET /auth/callback': [],
  'GET /auth/command-line': [],
  'POST /api/v1/session/cli': [],
  'POST /api/v1/session/cli/token': [],
  'GET /api/v1/account': [{ url: () => '/api/v1/account' }],
  'GET /api/v1/account/sessions': [],
  'POST /api/v1/account/sessions/:id/end': [],
  'POST /api/v1/account/sessions/end-others': [],
  'POST /api/v1/account/password': [],
  'POST /api/v1/account/passkeys/begin': [],
  'POST /api/v1/account/passkeys': [],
  'POST /api/v1/account/passkeys/:id/remove': [],
  'GET /api/v1/accounts': [{ url: () => '/api/v1/accounts' }],
  'POST /api/v1/accounts/:name/invite': [
    { needs: 'people', url: () => '/api/v1/accounts/new/invite', body: () => ({}) },
  ],
  'POST /api/v1/accounts/:name/disable': [{ needs: 'people', url: () => '/api/v1/accounts/old/disable' }],
  'POST /api/v1/accounts/:name/enable': [{ needs: 'people', url: () => '/api/v1/accounts/old/enable' }],
  'POST /api/v1/accounts/:name/remove': [
    { needs: 'people', url: () => `/api/v1/accounts/${withAccount('gone')}/remove` },
  ],
  'POST /api/v1/accounts/:name/demote': [{ needs: 'people', url: () => '/api/v1/accounts/old/demote' }],
  'POST /api/v1/accounts/:name/sessions/end': [{ needs: 'people', url: () => '/api/v1/accounts/old/sessions/end' }],
  'GET /api/v1/rbac/can': [
    {
      needs: 'accounts',
      url: project => `/api/v1/rbac/can?subject=someone&action=get&resource=logs&object=${project}/x`,
    },
  ],
};

function drifted(namespace: string): ResourceStatus {
  const id = { group: '', kind: 'ConfigMap', namespace, name: 'a' };
  const drift = { kind: 'changed', by: { name: 'kubectl', at: 1 } } as const;
  const health = { status: 'Healthy', message: '' } as const;
  return { id, key: resourceKey(id), sync: 'OutOfSync', health, hook: false, wave: 0, drift };
}

let made = 0;
let operator: MemoryOperator;
let access: Access;
let server: ApiServer;
const tokens: Record<string, string> = { admin: 'the-own-token' };

function roles(project: string): ProjectRole[] {
  const line = (action: string) => `p, proj:${project}:ci, applications, ${action}, ${project}/*, allow`;
  return [{ name: 'ci', policies: [line('get'), line('sync')], groups: [] }];
}

function declared(): Parameters<Access['follow']>[0] {
  const all = projects.map(name => {
    const lists = { sourceRepos: [], destinations: [], clusterResourceAllow: [], clusterResourceDeny: [] };
    const rules = { ...lists, namespaceResourceAllow: undefined, namespaceResourceDeny: [], serviceAccounts: [] };
    const project: Project = { name, ...rules, conditions: [], roles: roles(name) };
    return [name, project] as const;
  });
  return { projects: new Map(all) };
}

/** Also where it was removed before. */
function withAccount(name: string): string {
  const nothing = { admin: false, disabled: false, handle: 'x', passkeys: [], createdAt: 0, createdBy: 'test' };
  return access.signIn.people.save({ name, ...nothing }).name;
}

function idOf(project: string): string {
  return access.tokens.list().find(token => token.project === project && token.name === 'to revoke')?.id ?? '';
}

beforeAll(async () => {
  const env = realEnv();
  operator = memoryOperator(projects.map(name => sampleStatus(name, { project: name })));
  const accounts = names
    .filter(name => !/^(admin|proj:)/.test(name))
    .map(name => {
      tokens[name] = `token-of-${name}`;
      return { name, tokens: [{ name: 'test', sha256: hashOf(`token-of-${name}`) }] };
    });
  access = memoryAccess(env, accessSettings.parse({ policy, accounts }) satisfies AccessOptions['settings']);
  access.follow(declared());
  withAccount('old');
  for (const project of projects) {
    const { token } = access.tokens.create({ project, role: 'ci', name: 'standing', lifetime: undefined }, 'test');
    tokens[`proj:${project}:ci`] = token;
    access.tokens.create({ project, role: 'ci', name: 'to revoke', lifetime: undefined }, 'test');
  }
  server = await createApi({ env, operator, host: '127.0.0.1', token: tokens.admin ?? '', access });
});

afterAll(() => server.close());

async function call(who: string, method: string, url: string, body?: object) {
  return await server.inject({
    method: method as 'GET' | 'POST',
    url,
    headers: { host: 'localhost', authorization: `Bearer ${tokens[who]}` },
    ...(body === undefined ? {} : { payload: body }),
  });
}

/** All routes of the server, as it tells them itself. */
function served(): string[] {
  const routes: string[] = [];
  const path: string[] = [];
  for (const line of server.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', text = '', methods] = /^([│├└─ ]*)(\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    path.length = Math.floor(indent.length / 4);
    path.push(text);
    for (const method of methods?.split(', ') ?? []) routes.push(`${method} ${path.join('').replace(/^\*$/, '/*')}`);
  }
  return routes.toSorted();
}

test('every route that is served has its right and its questions here, and there are no others', () => {
  expect(served().length).toBeGreaterThanOrEqual(22);
  expect(Object.keys(rights).toSorted()).toEqual(served());
  expect(Object.keys(asks).toSorted()).toEqual(served());
});

test('a route without a right cannot be added', async () => {
  const other = await createApi({ env: realEnv(), operator, host: '127.0.0.1', token: 't', access });
  expect(() => other.get('/api/v1/secret', async () => 'x')).toThrow('GET /api/v1/secret has no row');
  await other.close();
});

const cases = Object.entries(asks).flatMap(([route, all]) =>
  all.flatMap((ask, i) => names.flatMap(who => projects.map(project => ({ route, i, ask, who, project })))),
);

describe('every route as everybody', () => {
  it.each(cases)('$route ($i) as $who about $project', async ({ route, ask, who, project }) => {
    operator.calls.length = 0;
    const method = route.split(' ')[0] ?? '';
    const response = await call(who, method, ask.url(project), ask.body?.(project));
    const rightsOf = may[who];
    if (rightsOf === undefined) throw new Error('no such role');
    const { needs = [], sees } = ask;
    const has =
      typeof needs === 'string' ? rightsOf[needs] : needs.every(need => rightsOf[project as 'shop'].includes(need));
    const known = sees === undefined || rightsOf[project as 'shop'].includes(sees);
    if (known && has) {
      expect([response.statusCode, response.body.slice(0, 200)]).toEqual([
        expect.toBeOneOf([200, 204]),
        expect.anything(),
      ]);
      return;
    }
    const answer = response.json() as { code: string; message: string };
    expect([response.statusCode, answer.code]).toEqual(known ? [403, 'ACCESS_DENIED'] : [404, ask.hidden]);
    expect(operator.calls).toEqual([]);
    if (known) return expect(answer.message).toContain(`${who} may not `);
    // The same words as about what is not there.
    const nothing = await call(
      who,
      method,
      ask.url(project).replaceAll(project, 'nothing').replace(idOf(project), 'nothing'),
      ask.body?.('nothing'),
    );
    const same = (text: string) => text.replaceAll('nothing', project);
    const missing = answer.message.replace(idOf(project), project);
    expect([nothing.statusCode, same((nothing.json() as { message: string }).message)]).toEqual([404, missing]);
  });

  it.each(names)('%s in lists sees what may be seen, and nothing else', async who => {
    const seen = (what: string) => projects.filter(project => may[who]?.[project].includes(what));
    const rows = (await call(who, 'GET', '/api/v1/applications')).json() as { name: string }[];
    expect(rows.map(({ name }) => name)).toEqual(seen('get'));
    await call('admin', 'POST', '/api/v1/applications/shop/resume');
    await call('admin', 'POST', '/api/v1/applications/bank/resume');
    const events = (await call(who, 'GET', '/api/v1/events?after=0&limit=10000')).json() as { application: string }[];
    expect([...new Set(events.map(({ application }) => application))].toSorted()).toEqual(seen('get').toSorted());
    const listed = (await call(who, 'GET', '/api/v1/tokens')).json() as { project: string; hash?: string }[];
    expect([...new Set(listed.map(({ project }) => project))].toSorted()).toEqual(seen('projects.get').toSorted());
    expect(listed.some(({ hash }) => hash !== undefined)).toBe(false);
    const environment = (await call(who, 'GET', '/api/v1/environment')).json() as { repoURL: string };
    expect(environment.repoURL !== '').toBe(may[who]?.environment);
  });

  it.each(names)('%s sees of drift, projects, repositories and targets what may be seen', async who => {
    const seen = (what: string) => projects.filter(project => may[who]?.[project].includes(what)).toSorted();
    const get = async (url: string) => (await call(who, 'GET', url)).json();
    for (const name of projects) operator.change(name, { resources: [drifted(name)] });
    const drift = (await get('/api/v1/drift')) as { total: number; rows: { application: string }[] };
    expect(drift.rows.map(({ application }) => application)).toEqual(seen('get'));
    expect(drift.total).toBe(seen('get').length);
    const known = (await get('/api/v1/projects')) as { name: string; counts: { applications: number } }[];
    expect(known.map(({ name }) => name)).toEqual(seen('projects.get'));
    for (const { name, counts } of known)
      expect(counts.applications).toBe(seen('get').includes(name as 'shop') ? 1 : 0);
    const repositories = (await get('/api/v1/repositories')) as { projects: string[] }[];
    expect(repositories.flatMap(one => one.projects)).toEqual(seen('get'));
    const targets = (await get('/api/v1/targets')) as { counts: { applications: number } }[];
    expect(targets.map(({ counts }) => counts.applications)).toEqual(may[who]?.environment ? [seen('get').length] : []);
  });

  it.each(names)('%s is told of roles that tokens may be made for, and of no others', async who => {
    const own = (await call(who, 'GET', '/api/v1/account')).json() as OwnAccount;
    expect(own.name).toBe(who);
    expect(own.local).toBe(false);
    const known = projects.filter(project => may[who]?.[project].includes('projects.update')).toSorted();
    expect(own.tokenRoles.map(({ project }) => project).toSorted()).toEqual(known);
    expect(own.invites).toBe(may[who]?.people);
  });

  it.each(names)('%s may ask about themselves', async who => {
    const url = `/api/v1/rbac/can?subject=${encodeURIComponent(who)}&action=sync&resource=applications&object=shop/x`;
    const { allowed, line } = (await call(who, 'GET', url)).json() as { allowed: boolean; line?: { text: string } };
    expect(allowed).toBe(may[who]?.shop.includes('sync'));
    if (allowed) expect(line?.text).toContain('allow');
  });
});

test('who does something is who the token says, whatever the client claims', async () => {
  operator.calls.length = 0;
  for (const who of ['admin', 'shop-ops', 'proj:shop:ci']) {
    const headers = { host: 'localhost', authorization: `Bearer ${tokens[who]}`, 'x-holdfast-user': 'automated' };
    await server.inject({ method: 'POST', url: '/api/v1/applications/shop/sync', headers });
  }
  expect(operator.calls).toEqual([
    'sync shop {} by admin',
    'sync shop {} by shop-ops via token test',
    'sync shop {} by proj:shop:ci via token standing',
  ]);
});
