import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '../access/audit/record.ts';
import { happening, MemoryDisk, memoryLog } from '../access/audit/testing.ts';
import { hashOf } from '../access/tokens.ts';
import { accessSettings } from '../dialects/access.ts';
import { realEnv } from '../env/real.ts';
import type { Controller } from '../reconcile/controller.ts';
import { createPast } from '../reconcile/past.ts';
import { type ApiServer, createApi } from './app.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { memoryOperator, sampleStatus } from './testing/memory-operator.ts';

// What was, asked by those who may see one project, all of them, or none.

const policy = `
g, reader, role:readonly
p, shop-dev, applications, get, shop/*, allow
p, shop-dev, projects, get, shop, allow`;

const delivered = (application: string, project: string, revision: string): AuditEntry =>
  happening('words', {
    ...{ action: 'sync.ended', who: 'automated', via: 'automation', result: 'succeeded' },
    ...{ application, project, revision, sources: [], author: 'Appdev <appdev@example.com>' },
  });
const usual = { what: 'words', result: 'done' } as const;

let server: ApiServer;

beforeAll(async () => {
  const env = realEnv();
  const disk = new MemoryDisk();
  const { audit } = memoryLog(disk);
  const entries: AuditEntry[] = [
    { action: 'git.moved', who: 'git', via: 'git', revision: 'e1', ...usual },
    delivered('web', 'shop', 'w1'),
    delivered('api', 'shop', 'a1'),
    delivered('vault', 'bank', 'v1'),
    // Moved since: what was then is seen by whoever sees the project of that time.
    delivered('wanderer', 'bank', 'x1'),
    delivered('wanderer', 'shop', 'x2'),
    { action: 'project.changed', who: 'git', via: 'git', project: 'bank', ...usual },
    { action: 'access.login', who: 'boss', via: 'ui', from: '192.0.2.7', ...usual },
  ];
  for (const entry of entries) audit.record(entry);
  await audit.settled();
  const statuses = [sampleStatus('web', { project: 'shop' }), sampleStatus('vault', { project: 'bank' })];
  const services = { env: { ...env, files: disk.files }, audit };
  const past = createPast({ services, find: () => undefined } as unknown as Controller);
  const operator = { ...memoryOperator(statuses), past };
  const accounts = ['reader', 'shop-dev', 'stranger'].map(name => ({
    ...{ name, tokens: [{ name: 'test', sha256: hashOf(`of-${name}`) }] },
  }));
  const access = memoryAccess(env, accessSettings.parse({ policy, accounts }));
  server = await createApi({ env, operator, host: '127.0.0.1', token: 'own', access });
});
afterAll(() => server.close());

async function get<T>(who: string, url: string): Promise<T> {
  const headers = { host: 'localhost', authorization: `Bearer of-${who}` };
  return (await server.inject({ method: 'GET', url, headers })).json() as T;
}
const moment = `/api/v1/past?time=${8e15}`;
interface Page {
  total: number;
  environment?: object;
  next?: string;
  applications: { application: string; revision: string }[];
}

test.each([
  ['reader', ['api', 'vault', 'wanderer', 'web'], true],
  ['shop-dev', ['api', 'wanderer', 'web'], false],
  ['stranger', [], false],
])('%s sees of what ran then %j', async (who, names, environment) => {
  const page = await get<Page>(who, moment);
  expect(page.applications.map(({ application }) => application)).toEqual(names);
  expect([page.total, page.environment !== undefined]).toEqual([names.length, environment]);
  const hidden = await get<Page>(who, `${moment}&application=vault`);
  expect(hidden.total).toBe(names.includes('vault') ? 1 : 0);
});

test.each([
  ['reader', ['api', 'vault', 'wanderer', 'web'], true],
  ['shop-dev', ['api', 'wanderer', 'web'], false],
  ['stranger', [], false],
])('%s sees of what ran then, held against now, %j', async (who, names, environment) => {
  const page = await get<Page>(who, `/api/v1/timeline/at?time=${8e15}`);
  expect(page.applications.map(({ application }) => application).toSorted()).toEqual(names);
  expect([page.total, page.environment !== undefined]).toEqual([names.length, environment]);
  expect((await get<Page>(who, `/api/v1/timeline/at?time=${8e15}&q=vault`)).total).toBe(
    names.includes('vault') ? 1 : 0,
  );
});

test('pages of what ran then go to the end', async () => {
  const first = await get<Page>('shop-dev', `${moment}&limit=2`);
  expect([first.applications.length, first.total, first.next]).toEqual([2, 3, 'wanderer']);
  const second = await get<Page>('shop-dev', `${moment}&limit=2&after=${first.next}`);
  expect([second.applications.map(({ application }) => application), second.next]).toEqual([['web'], undefined]);
  expect((await get<Page>('shop-dev', `${moment}&q=APPDEV&state=running`)).total).toBe(3);
  expect(await get('shop-dev', `${moment}&limit=0`)).toMatchObject({ code: 'API_INPUT_INVALID' });
});

test.each([
  ['reader', ['e1', 'w1', 'a1', 'v1', 'x1', 'x2'], ['git.moved', 'sync.ended', 'project.changed', 'access.login']],
  ['shop-dev', ['w1', 'a1', 'x2'], ['sync.ended']],
  ['stranger', [], []],
])('%s reads of the audit log and the timeline what is theirs', async (who, revisions, actions) => {
  const records = await get<AuditEntry[]>(who, '/api/v1/audit?limit=100');
  const own = records.filter(({ action }) => !action.startsWith('audit.'));
  expect(own.flatMap(({ revision }) => revision ?? []).toReversed()).toEqual(revisions);
  expect(new Set(own.map(({ action }) => action))).toEqual(new Set(actions));
  const { entries } = await get<{ entries: { revision?: string }[] }>(who, '/api/v1/timeline?limit=100');
  expect(entries.flatMap(({ revision }) => revision ?? []).toReversed()).toEqual(revisions);
  const found = await get<AuditEntry[]>(who, '/api/v1/audit?text=v1');
  expect(found).toHaveLength(revisions.includes('v1') ? 1 : 0);
});
