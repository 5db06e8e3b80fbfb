import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WrittenConfig } from '../config/written.ts';
import { realEnv } from '../env/real.ts';
import { failure } from '../errors.ts';
import { type ApiServer, createApi } from './app.ts';
import { project, repository, target } from './places-schemas.ts';
import { settings } from './settings-schemas.ts';
import { memoryAccess } from './testing/memory-access.ts';
import { type MemoryOperator, memoryOperator, sampleStatus } from './testing/memory-operator.ts';

const token = 'a-token';
const config: WrittenConfig = {
  file: '/etc/holdfast-operator.yaml',
  settings: [{ name: 'interval', value: '30s', about: 'How often', from: 'file', path: '/etc/h.yaml', line: 2 }],
  credentialsFor: () => ({ prefix: 'https://git.example', with: ['passwordFile'] }),
};
let operator: MemoryOperator;
let server: ApiServer;

beforeEach(async () => {
  const broken = { health: { status: 'Degraded', message: 'no' } } as const;
  operator = memoryOperator([sampleStatus('shop'), sampleStatus('bank', { project: 'finance', ...broken })]);
  const access = memoryAccess(realEnv());
  server = await createApi({ env: realEnv(), operator, host: '127.0.0.1', token, access, config });
});
afterEach(() => server.close());

async function get(url: string) {
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  const response = await server.inject({ method: 'GET', url, headers });
  expect(response.statusCode).toBe(200);
  return response.json();
}

test('projects, also those that are not declared, with how their applications are', async () => {
  const all = await get('/api/v1/projects');
  expect(project.array().parse(all)).toEqual(all);
  expect(all).toMatchObject([
    { name: 'default', declared: false, counts: { applications: 1, unhealthy: 0 } },
    { name: 'finance', declared: false, counts: { applications: 1, unhealthy: 1 } },
  ]);
});

test('a repository that does not answer says since when, why, and what to do', async () => {
  const error = failure('NET_FAILED', { origin: 'https://git.example', reason: 'no route' });
  const url = 'https://appdev:secret@git.example/fleet';
  const users = [{ application: 'shop', project: 'default', locked: { from: 'main', revision: 'abc' } }];
  operator.overview.repositories = () => [{ url, kind: 'git', own: true, trouble: { error, since: 7 }, users }];
  const all = await get('/api/v1/repositories');
  expect(repository.array().parse(all)).toEqual(all);
  expect(all).toMatchObject([
    {
      ...{ url: 'https://git.example/fleet', state: 'failing', revisions: [{ from: 'main', revision: 'abc' }] },
      problem: { code: 'NET_FAILED', since: 7, advice: expect.stringMatching(/./) },
      credentials: { prefix: 'https://git.example', with: ['passwordFile'] },
      counts: { applications: 1 },
    },
  ]);
  expect(JSON.stringify(all)).not.toContain('secret');
});

test('a target that does not answer says so', async () => {
  operator.overview.target = async () => ({
    ...{ version: '', server: 's', reachable: false, since: 9, problems: ['refused'], watches: 3, resources: 12 },
  });
  const all = await get('/api/v1/targets');
  expect(target.array().parse(all)).toEqual(all);
  expect(all).toMatchObject([{ reachable: false, since: 9, problems: ['refused'], watches: 3, resources: 12 }]);
});

test('settings say where they are written, with a link where the forge is known', async () => {
  operator.overview.settings = async () => ({
    ...{ repoURL: 'https://x:y@github.com/org/fleet', path: 'prod', revision: 'abc' },
    settings: [
      { name: 'defaults.sync.prune', value: true, about: '', from: 'git', path: 'prod/holdfast.yaml', line: 5 },
    ],
  });
  const all = await get('/api/v1/settings');
  expect(settings.parse(all)).toEqual(all);
  expect(all).toMatchObject({ file: config.file, repoURL: 'https://github.com/org/fleet', revision: 'abc' });
  expect(all.settings).toMatchObject([
    { name: 'interval', from: 'file', place: { path: '/etc/h.yaml', line: 2 } },
    { place: { line: 5, url: 'https://github.com/org/fleet/blob/abc/prod/holdfast.yaml#L5' } },
  ]);
});
