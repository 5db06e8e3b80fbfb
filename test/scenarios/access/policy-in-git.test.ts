import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../../src/access/tokens.ts';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { type Outcome, run } from '../../../src/cli/testing/cli.ts';
import { realEnv } from '../../../src/env/real.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../world/directory.ts';
import { GitRepo } from '../../world/git-repo.ts';
import { startTestOperator, type TestOperator } from '../../world/operator.ts';
import { waitFor } from '../../world/wait.ts';

// A real operator whose policy is in Git, asked by several people over the command line.

let directory: TemporaryDirectory;
let repo: GitRepo;
let test: TestOperator;
let api: RunningApi;

function environment(policy: readonly string[]): string {
  return `apiVersion: holdfast.dev/v1
kind: Environment
metadata: {name: prod}
spec:
  target: {machine: {}}
  access:
    policy: |
${policy.map(line => `      ${line}`).join('\n')}
    accounts:
      - {name: appops, groups: [team-shop], tokens: [{name: laptop, sha256: ${hashOf('of-appops')}}]}
      - {name: edgedev, tokens: [{name: laptop, sha256: ${hashOf('of-edgedev')}}]}
  projects:
    - name: shop
      sourceRepos: ["*"]
      destinations: [{server: "*", namespace: "*"}]
      clusterResourceWhitelist: [{group: "*", kind: "*"}]
      roles:
        - name: ci
          policies:
            - p, proj:shop:ci, applications, get, shop/*, allow
            - p, proj:shop:ci, applications, sync, shop/*, allow
  applications:
    - {name: web, path: apps/web, project: shop}
    - {name: vault, path: apps/vault}
`;
}

const lines = [
  '# people',
  'p, role:dev, applications, get, shop/*, allow',
  'p, role:dev, applications, sync, shop/*, allow',
  'g, team-shop, role:dev',
];

beforeAll(async () => {
  directory = await temporaryDirectory('access');
  repo = await GitRepo.create(directory.path);
  const procfile = "web: /bin/sh -c 'while true; do sleep 1; done'\n";
  await repo.commit({
    'holdfast.yaml': environment(lines),
    'apps/web/Procfile': procfile,
    'apps/vault/Procfile': procfile,
  });
  test = await startTestOperator({ repo: repo.fileUrl, dataDirectory: `${directory.path}/data` });
  const { operator, access } = test.holdfast;
  api = await startApi({ env: realEnv(), operator, access, host: '127.0.0.1', port: 0, token: 'own' });
  await test.untilSynced('web');
  await test.untilSynced('vault');
});

afterAll(async () => {
  await api?.close();
  await test?.close({ stopProcesses: true });
  await directory?.[Symbol.asyncDispose]();
});

async function as(token: string, ...words: string[]): Promise<Outcome> {
  const env = realEnv();
  const variable = (name: string) => (name === 'HOLDFAST_TOKEN' ? token : env.processes.variable(name));
  const processes = new Proxy(env.processes, {
    get: (target, key) => (key === 'variable' ? variable : Reflect.get(target, key, target)),
  });
  return await run(['--server', api.url, ...words], { env: { ...env, processes } });
}

async function push(policy: readonly string[]): Promise<void> {
  await repo.commit({ 'holdfast.yaml': environment(policy) });
  await test.refresh();
}

const names = (outcome: Outcome) => (JSON.parse(outcome.out) as { name: string }[]).map(({ name }) => name).toSorted();

it('each sees and does what the policy says, and the records name them', async () => {
  expect(names(await as('own', 'apps', '-o', 'json'))).toEqual(['vault', 'web']);
  expect(names(await as('of-appops', 'apps', '-o', 'json'))).toEqual(['web']);
  expect(names(await as('of-edgedev', 'apps', '-o', 'json'))).toEqual([]);
  expect((await as('of-appops', 'whoami')).out).toBe('Name    appops\nGroups  team-shop\nToken   laptop');

  const synced = await as('of-appops', 'sync', 'web');
  expect([synced.code, synced.out]).toEqual([0, expect.stringContaining('by appops via token laptop')]);
  expect((await as('own', 'history', 'web')).out).toContain('appops via token laptop');
  const denied = await as('of-appops', 'suspend', 'web');
  expect([denied.code, denied.err]).toEqual([
    1,
    expect.stringContaining('appops may not override applications shop/web'),
  ]);
  const [hidden, missing] = [await as('of-appops', 'sync', 'vault'), await as('of-appops', 'sync', 'nothing')];
  expect(hidden).toEqual({ ...missing, err: missing.err.replaceAll('nothing', 'vault') });
  expect((await as('of-appops', 'events')).out).not.toContain('vault');
  expect((await as('nonsense', 'apps')).code).toBe(3);
});

it('says which line decides', async () => {
  const yes = await as('own', 'rbac', 'can', 'appops', 'sync', 'applications', 'shop/web');
  expect([yes.code, yes.out]).toEqual([
    0,
    '✓ appops may sync applications shop/web\n  holdfast.yaml:10: p, role:dev, applications, sync, shop/*, allow\n  through appops → team-shop → role:dev',
  ]);
  const no = await as('own', 'rbac', 'can', 'edgedev', 'sync', 'applications', 'shop/web');
  expect([no.code, no.out]).toEqual([
    1,
    '✗ edgedev may not sync applications shop/web\n  no line of the policy allows it',
  ]);
  expect((await as('of-edgedev', 'rbac', 'can', 'appops', 'get', 'logs', 'a/b')).err).toContain(
    'edgedev may not get accounts appops',
  );
});

it('a change in Git is followed without a restart, and one with a mistake is not', async () => {
  await push([...lines, 'p, appops, applications, sync, shop/web, deny', 'g, edgedev, role:dev']);
  expect((await as('of-appops', 'sync', 'web')).err).toContain('appops may not sync applications shop/web');
  expect(names(await as('of-edgedev', 'apps', '-o', 'json'))).toEqual(['web']);

  await push([...lines, 'p, edgedev, applications, *, */*, alow']);
  expect((await as('of-appops', 'sync', 'web')).code).toBe(1);
  expect(names(await as('of-edgedev', 'apps', '-o', 'json'))).toEqual(['web']);
  const { problems } = test.operator.environment();
  expect(problems).toEqual([
    expect.stringContaining('holdfast.yaml:12:41: access.policy: the effect is allow or deny'),
  ]);

  await push(lines);
  expect((await as('of-appops', 'sync', 'web')).code).toBe(0);
  expect(test.operator.environment().problems).toEqual([]);
});

it('a token of a project is made, shown once, used, listed and revoked', async () => {
  const made = await as('own', 'token', 'create', 'shop', 'ci', '--name', 'nightly', '--expires', '1h');
  expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^hft_[\w-]{43}$/)]);
  const token = made.out;
  expect(names(await as(token, 'apps', '-o', 'json'))).toEqual(['web']);
  expect((await as(token, 'sync', 'web')).out).toContain('by proj:shop:ci via token nightly');
  const following = as(token, 'events', '--follow');

  const listed = await as('own', 'token', 'list', '-o', 'json');
  expect(listed.out).not.toContain(token);
  const [{ id }] = JSON.parse(listed.out) as [{ id: string }];
  expect((await as('of-appops', 'token', 'revoke', id)).err).toContain(`There is no token ${id}`);
  expect((await as('own', 'token', 'revoke', id)).code).toBe(0);
  expect((await following).code).toBe(3);
  expect((await as(token, 'apps')).code).toBe(3);
  await waitFor('the list', async () => (await as('own', 'token', 'list')).out.includes('revoked'));
  const again = await as('own', 'token', 'create', 'shop', 'no-role', '--name', 'x');
  expect(again.err).toContain('The project shop has no role no-role');
});
