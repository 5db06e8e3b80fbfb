import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuditRecord } from '../../../src/access/audit/record.ts';
import { hashOf } from '../../../src/access/tokens.ts';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { Browser } from '../../world/browser.ts';
import { waitFor } from '../../world/wait.ts';
import { appspec, type MachineDelivery, startMachineDelivery } from '../machine-delivery/setup.ts';

// Every kind of thing that has to be in the audit log, done to a real operator: recorded, by whom and from where, and once.

const here = '127.0.0.1';
const author = 'Shop team <appdev@example.com>';
const policy = [
  'p, role:dev, applications, *, shop/*, allow',
  'p, role:dev, applications, delete, shop/web, deny',
  'p, role:dev, projects, *, shop, allow',
  'g, appops, role:dev',
];
const web = (seconds: number) => `web: sleep ${seconds}\n`;

interface Declared {
  lines?: string[];
  sourceRepos?: string[];
  title?: string;
  namespace?: string;
}

function environment({ lines = policy, sourceRepos = ['*'], title = 'box', namespace = '' }: Declared = {}): string {
  const destinations = [{ server: '*', namespace: '*' }];
  const clusterResourceWhitelist = [{ group: '*', kind: '*' }];
  const may = (action: string) => `p, proj:shop:ci, applications, ${action}, shop/*, allow`;
  const role = { name: 'ci', policies: [may('get'), may('sync')] };
  const shop = { name: 'shop', sourceRepos, destinations, clusterResourceWhitelist, roles: [role] };
  const closed = { name: 'closed', sourceRepos: ['https://nobody.example/*'], destinations };
  const edgedev = { name: 'edgedev', tokens: [{ name: 'laptop', sha256: hashOf('of-edgedev') }] };
  const of = (name: string) => ({ name, path: name, project: 'shop' });
  const spec = {
    access: { policy: lines.join('\n'), accounts: [edgedev] },
    projects: [shop, closed],
    applications: [
      { ...of('web'), ...(namespace === '' ? {} : { namespace }) },
      of('site'),
      { name: 'barred', path: 'web', project: 'closed' },
    ],
  };
  return JSON.stringify({ apiVersion: 'holdfast.dev/v1', kind: 'Environment', metadata: { name: title }, spec });
}

let delivery: MachineDelivery;
let api: RunningApi;
let appops: Browser;
let link = '';
let token = { id: '', token: '' };

beforeAll(async () => {
  delivery = await startMachineDelivery(srv => ({
    'holdfast.yaml': environment(),
    'web/Procfile': web(1001),
    'site/appspec.yml': appspec([['conf', `${srv}/etc`]], { AfterInstall: 'wait.sh' }),
    'site/wait.sh': `#!/bin/sh\nwhile [ -e ${srv}/slow ]; do sleep 0.1; done\n`,
    'site/conf/version': '1\n',
  }));
  const { operator, access } = delivery.test.holdfast;
  api = await startApi({ env: realEnv(), operator, access, host: here, port: 0, token: 'own' });
  await healthy('web');
  await healthy('site');
});
afterAll(async () => {
  await api?.close();
  await delivery?.[Symbol.asyncDispose]();
});

async function healthy(name: string, revision?: string): Promise<void> {
  await delivery.test.untilSynced(name, revision);
  await delivery.test.until(name, ({ operation }) => operation?.healthyAt !== undefined);
}

async function push(files: Record<string, string>): Promise<string> {
  const commit = await delivery.repo.commit(files, {
    author,
    message: 'Change\n\nReviewed-by: Readdev <readdev@example.com>',
  });
  await delivery.test.refresh();
  return commit;
}

async function post(bearer: string, path: string, body: object = {}): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const answer = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (path === '/api/v1/tokens') token = JSON.parse(text);
  return answer.status;
}

async function invite(): Promise<void> {
  const headers = { authorization: 'Bearer own', 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}/api/v1/accounts/appops/invite`, { method: 'POST', headers, body: '{}' });
  ({ link } = (await answer.json()) as { link: string });
}

async function setUp(): Promise<void> {
  appops = new Browser(api.url.replace(here, 'localhost'));
  const body = { token: new URL(link).hash.slice(1), name: 'appops', password: 'four words at random' };
  await appops.ask('POST', '/api/v1/setup', body);
}

const login = async (password: string) =>
  await appops.call('POST', '/api/v1/session/password', { name: 'appops', password });
const by = { who: 'appops', via: 'ui', from: here };
const allowed = { detail: { decidedBy: expect.stringContaining('p, role:dev, applications, *, shop/*, allow') } };
const reviewed = { who: 'git', via: 'git', author, reviewers: ['Readdev <readdev@example.com>'] };
const onWeb = (action: string) => `/api/v1/applications/web/${action}`;

type Row = [
  kind: string,
  act: () => Promise<unknown>,
  action: string,
  expected: Partial<Record<keyof AuditRecord, unknown>>,
];

const rows: Row[] = [
  [
    'an invitation',
    invite,
    'access.changed',
    { who: 'admin', via: 'api', from: here, detail: { subjectOf: 'appops' } },
  ],
  ['an account that is set up', setUp, 'access.changed', by],
  ['a sign-out', () => appops.call('POST', '/api/v1/session/logout'), 'access.logout', by],
  ['a refused sign-in', () => login('wrong'), 'access.login', { who: 'somebody', result: 'refused', from: here }],
  ['a sign-in', () => login('four words at random'), 'access.login', { ...by, result: 'done' }],
  [
    'a sync by automation, of a commit',
    async () => await healthy('web', await push({ 'web/Procfile': web(1002) })),
    'sync.ended',
    {
      ...{ who: 'automated', via: 'automation', author, result: 'succeeded' },
      delivered: { before: expect.any(String), count: 1, listed: [expect.objectContaining({ author })] },
    },
  ],
  [
    'a sync in the browser: its begin',
    () => appops.ask('POST', onWeb('sync'), {}),
    'sync.started',
    { ...by, ...allowed },
  ],
  [
    'a sync in the browser: its end',
    () => appops.ask('POST', onWeb('sync'), {}),
    'sync.ended',
    { ...by, ...allowed, result: 'succeeded' },
  ],
  [
    'a token that is made',
    () => post('own', '/api/v1/tokens', { project: 'shop', role: 'ci', name: 'nightly' }),
    'token.created',
    { who: 'admin', via: 'api', from: here, detail: { subjectOf: 'proj:shop:ci' } },
  ],
  [
    'a sync by a token',
    () => post(token.token, onWeb('sync')),
    'sync.ended',
    { who: 'proj:shop:ci', via: 'api', token: 'nightly', from: here },
  ],
  [
    'what a token may not',
    () => post(token.token, onWeb('suspend')),
    'access.denied',
    {
      who: 'proj:shop:ci',
      token: 'nightly',
      application: 'web',
      result: 'refused',
      detail: { decidedBy: 'no line allows it' },
    },
  ],
  [
    'what a line of the policy denies',
    () => appops.call('POST', onWeb('remove')),
    'access.denied',
    { ...by, result: 'refused', detail: { decidedBy: expect.stringContaining('delete, shop/web, deny') } },
  ],
  [
    'a write about what one may not see, which is answered as if it were not there',
    () => post('of-edgedev', onWeb('sync')),
    'access.denied',
    { who: 'edgedev', token: 'laptop', application: 'web', what: expect.stringMatching(/^edgedev may not see/) },
  ],
  [
    'a token that is ended',
    () => post('own', `/api/v1/tokens/${token.id}/revoke`),
    'token.revoked',
    { who: 'admin', via: 'api', from: here, detail: { subjectOf: 'proj:shop:ci' } },
  ],
  [
    'an override: suspend',
    () => appops.call('POST', onWeb('suspend'), { reason: 'we look at it' }),
    'override.suspended',
    { ...by, detail: { reason: 'we look at it', decidedBy: expect.any(String) } },
  ],
  [
    'an override over the command line',
    () => run(['--server', api.url, 'resume', 'web'], { env: withToken('own') }),
    'override.resumed',
    { who: 'admin', via: 'api', from: here },
  ],
  ['an override: pin, by a rollback', () => appops.ask('POST', onWeb('rollback'), {}), 'override.pinned', by],
  [
    'an override that Git ended',
    () => push({ 'web/Procfile': web(1003) }),
    'override.unpinned',
    { who: 'git', via: 'git', application: 'web' },
  ],
  ['an approval', () => appops.ask('POST', onWeb('sync'), { confirm: true }), 'sync.confirmed', { ...by, ...allowed }],
  [
    'a repair',
    () => rm(`${delivery.srv}/etc/version`),
    'heal.ended',
    { who: 'self-heal', via: 'automation', application: 'site', result: 'succeeded' },
  ],
  [
    'a sync that a person ends',
    async () => {
      await writeFile(`${delivery.srv}/slow`, '');
      await push({ 'site/conf/version': '2\n' });
      await delivery.test.until('site', ({ operation }) => operation?.result === 'running');
      const asked = appops.call('POST', '/api/v1/applications/site/cancel');
      await rm(`${delivery.srv}/slow`);
      await asked;
    },
    'sync.cancelled',
    { ...by, application: 'site' },
  ],
  [
    'what a project forbids a person',
    () => post('own', '/api/v1/applications/barred/sync'),
    'request.refused',
    { who: 'admin', via: 'api', application: 'barred', result: 'refused' },
  ],
  [
    'what a project forbids that Git declares',
    () => push({ 'holdfast.yaml': environment({ sourceRepos: ['https://nobody.example/*'] }) }),
    'policy.refused',
    { who: 'holdfast', result: 'refused', application: expect.stringMatching(/^(web|site)$/) },
  ],
  [
    'a change of a project’s rules',
    () => push({ 'holdfast.yaml': environment() }),
    'project.changed',
    {
      ...{ ...reviewed, project: 'shop' },
      detail: {
        fields: ['sourceRepos'],
        added: ['sourceRepos: *'],
        removed: ['sourceRepos: https://nobody.example/*'],
      },
    },
  ],
  [
    'a change of the policy',
    () => push({ 'holdfast.yaml': environment({ lines: [...policy, 'g, backdev, role:dev'] }) }),
    'access.changed',
    {
      ...reviewed,
      detail: { fields: ['policy'], added: ['policy: g, backdev, role:dev'], before: expect.any(String) },
    },
  ],
  [
    'a change of the settings',
    () => push({ 'holdfast.yaml': environment({ lines: [...policy, 'g, backdev, role:dev'], title: 'other' }) }),
    'settings.changed',
    { ...reviewed, detail: { fields: ['name'], added: ['name: other'], removed: ['name: box'] } },
  ],
  [
    'a change of a declaration',
    () => push({ 'holdfast.yaml': environment({ namespace: 'elsewhere' }) }),
    'application.changed',
    { ...reviewed, application: 'web', detail: { fields: ['destination'] } },
  ],
  ['a commit', () => push({ 'README.md': 'x' }), 'git.moved', reviewed],
  [
    'a removal',
    () => post('own', '/api/v1/applications/site/remove', { orphan: true }),
    'removal.asked',
    { who: 'admin', via: 'api', application: 'site', from: here, detail: { orphan: true } },
  ],
];

function withToken(value: string) {
  const env = realEnv();
  const processes = new Proxy(env.processes, {
    get: (target, key) => (key === 'variable' ? () => value : Reflect.get(target, key, target)),
  });
  return { ...env, processes };
}

it.each(rows)('%s', async (_, act, action, expected) => {
  const { past } = delivery.test.operator;
  const [last] = await past.records({}, 1);
  await act();
  const since = async () => {
    const all = await past.records({ action }, 50);
    return all.filter(({ seq }) => seq > (last?.seq ?? 0));
  };
  const fits = await waitFor(`a record of ${action}`, async () => {
    const found = await since();
    return found.length === 0 ? undefined : found;
  });
  const { detail, ...rest } = expected;
  const matching = fits.filter(({ action: one }) => one === action);
  expect(matching[0]).toMatchObject({ action, ...rest, ...(detail === undefined ? {} : { detail }) });
  // What nobody asked for came from nowhere.
  if (['automation', 'git'].includes(matching[0]?.via ?? '')) expect(matching[0]?.from).toBeUndefined();
  const about = matching.filter(
    ({ application, result }) => application === matching[0]?.application && result === matching[0]?.result,
  );
  expect(about).toHaveLength(1);
});

it('the table has every action that people and Git can be the cause of', () => {
  const named = new Set(rows.map(([, , action]) => action));
  const kinds = [
    'sync',
    'heal',
    'override',
    'access',
    'token',
    'policy',
    'request',
    'project',
    'settings',
    'application',
    'git',
    'removal',
  ];
  expect([...new Set([...named].map(action => action.replace(/\..*/, '')))].toSorted()).toEqual(kinds.toSorted());
});
