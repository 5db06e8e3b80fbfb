import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHoldfastFile } from './read.ts';

const head = 'apiVersion: holdfast.dev/v1\nkind: Environment\nmetadata: {name: prod}\n';

function read(spec: string) {
  const result = readHoldfastFile(`${head}spec:\n${spec}`, 'env/holdfast.yaml');
  if ('problems' in result) throw new Error(result.problems.map(({ line, reason }) => `${line}: ${reason}`).join('\n'));
  return result.file;
}

function problems(text: string): string[] {
  const result = readHoldfastFile(text, 'holdfast.yaml');
  return 'problems' in result ? result.problems.map(({ line, column, reason }) => `${line}:${column}: ${reason}`) : [];
}

test('an environment in a few lines', () => {
  const { environment, applications } = read(`
  target: {kubernetes: {context: prod}}
  defaults: {sync: {automated: true, prune: true, selfHeal: true}}
  applications:
    - {name: database, path: apps/database, namespace: data}
    - name: shop
      path: ./apps/shop/
      namespace: shop
      dependsOn: [database]
      health: {http: "http://127.0.0.1:8080/healthz"}
      helm: {valueFiles: [prod.yaml]}
`);
  expect(environment).toEqual({ name: 'prod', target: { kind: 'kubernetes', context: 'prod' } });
  expect(applications).toMatchObject([
    {
      name: 'database',
      destination: { server: '', namespace: 'data' },
      cascade: 'foreground',
      origin: { path: 'env/holdfast.yaml', line: 9 },
    },
    {
      name: 'shop',
      sources: [{ repoURL: '', path: 'apps/shop', targetRevision: '', helm: { valueFiles: ['prod.yaml'] } }],
      dependsOn: ['database'],
      probes: [
        { type: 'http', url: 'http://127.0.0.1:8080/healthz', status: [200], timeoutMs: 60_000, intervalMs: 5_000 },
      ],
      policy: {
        automated: { prune: true, selfHeal: true, allowEmpty: false },
        options: { createNamespace: true },
        maxDeleteShare: 0.5,
      },
    },
  ]);
});

test("an application's word counts more than the defaults', and theirs more than ours", () => {
  const { applications } = read(`
  defaults:
    sync: {prune: false, selfHeal: false, retry: {limit: 3}, options: [PruneLast=true]}
    waveTimeout: 30s
    project: shop
    cascade: orphan
  applications:
    - {name: a, path: a}
    - {name: b, path: b, sync: {selfHeal: true, options: [CreateNamespace=false]}, waveTimeout: 1m, maxDelete: 10%, project: other}
    - {name: c, path: c, sync: {automated: false}, suspend: true, rollbackOnFailure: true, cascade: false}
`);
  const [a, b, c] = applications;
  expect(a).toMatchObject({
    project: 'shop',
    cascade: 'orphan',
    policy: {
      waveTimeoutMs: 30_000,
      automated: { prune: false, selfHeal: false },
      retry: { limit: 3, backoffMs: 5_000 },
      options: { pruneLast: true, createNamespace: true },
    },
  });
  expect(b).toMatchObject({
    project: 'other',
    policy: {
      waveTimeoutMs: 60_000,
      automated: { prune: false, selfHeal: true },
      maxDeleteShare: 0.1,
      options: { pruneLast: false, createNamespace: false },
    },
  });
  expect(c).toMatchObject({ suspended: true, cascade: false, policy: { rollbackOnFailure: true } });
  expect(c?.policy.automated).toBeUndefined();
});

test.each<[string, object]>([
  [
    '{http: "https://h/x", status: [200, 204], timeout: 5s, interval: 500ms}',
    { type: 'http', status: [200, 204], timeoutMs: 5_000, intervalMs: 500 },
  ],
  ['{tcp: "db:5432"}', { type: 'tcp', host: 'db', port: 5432 }],
  ['{tcp: "[::1]:80"}', { type: 'tcp', host: '::1', port: 80 }],
  ['{exec: [test, -f, ready]}', { type: 'exec', name: 'test', command: ['test', '-f', 'ready'] }],
  ['{stable: 10s, process: web}', { type: 'stable', process: 'web', forMs: 10_000 }],
  ['[{stable: 1m30s}]', { type: 'stable', process: '', forMs: 90_000 }],
])('health %s', (health, probe) => {
  expect(read(`  applications: [{name: a, path: a, health: ${health}}]`).applications[0]?.probes).toMatchObject([
    probe,
  ]);
});

test('several sources, charts, projects, a machine', () => {
  const { environment, applications, projects } = read(`
  target: {machine: {root: /srv}}
  projects: [{name: shop, sourceRepos: ['*'], destinations: [{name: in-cluster, namespace: 'shop-*'}]}]
  applications:
    - name: a
      sources:
        - {repo: "https://charts", chart: nginx, revision: 1.x, helm: {valueFiles: [$values/a.yaml]}}
        - {ref: values}
`);
  expect(environment.target).toEqual({ kind: 'machine', root: '/srv' });
  expect(applications[0]?.sources).toMatchObject([
    { chart: 'nginx', path: '', targetRevision: '1.x' },
    { ref: 'values', path: '' },
  ]);
  expect(projects).toMatchObject([
    { name: 'shop', namespaceResourceAllow: undefined, destinations: [{ server: '', namespace: 'shop-*' }] },
  ]);
});

const app = (fields: string) => `${head}spec:\n  applications:\n    - ${fields}\n`;

test.each<[string, string, string]>([
  [
    'a misspelt field',
    app('{name: a, path: a, namspace: b}'),
    '6:26: unknown field "namspace"; did you mean "namespace"?',
  ],
  ['a field of nowhere', `${head}spec: {}\nxyzzy: 1`, '5:1: unknown field "xyzzy"'],
  [
    'a wrong type',
    app('{name: a, path: a, suspend: "yes"}'),
    '6:26: spec.applications[0].suspend must be a boolean, not a string',
  ],
  ['a missing name', app('{path: a}'), '6:7: spec.applications[0].name is missing'],
  ['a bad name', app('{name: A_b, path: a}'), '6:8: spec.applications[0].name must consist of'],
  ['a bad duration', app('{name: a, path: a, waveTimeout: soon}'), 'must be a duration such as'],
  ['a bad share', app('{name: a, path: a, maxDelete: 150%}'), 'must be between 0 and 1'],
  [
    'two probes in one',
    app('{name: a, path: a, health: {tcp: "a:1", http: "http://b"}}'),
    'must have exactly one of http, tcp, exec and stable',
  ],
  [
    'a misspelt field of a probe',
    app('{name: a, path: a, health: {http: "http://b", timout: 1s}}'),
    'unknown field "timout"; did you mean "timeout"?',
  ],
  [
    'an address that is none',
    app('{name: a, path: a, health: {http: "file:///x"}}'),
    'must be an address that begins with http',
  ],
  [
    'a wrong kind',
    'apiVersion: holdfast.dev/v1\nkind: Enviroment\nmetadata: {name: a}\nspec: {}',
    '2:1: kind must be Environment',
  ],
  ['two targets', `${head}spec: {target: {machine: {}, kubernetes: {}}}`, 'must name exactly one kind of target'],
  ['a name given twice', app('{name: a, path: a}\n    - {name: a, path: b}'), '7:8: a is there already'],
  ['nobody to wait for', app('{name: a, path: a, dependsOn: [b]}'), 'there is no application b'],
  [
    'a circle',
    app('{name: a, path: a, dependsOn: [b]}\n    - {name: b, path: b, dependsOn: [a]}'),
    'b waits for itself',
  ],
  ['no source', app('{name: a}'), 'path is missing'],
  [
    'two sources in one',
    app('{name: a, path: a, chart: c, repo: "https://r", revision: "1"}'),
    'path and chart cannot both be given',
  ],
  ['a chart without a version', app('{name: a, chart: c, repo: "https://r"}'), 'a chart needs a version'],
  ['a way out', app('{name: a, path: a/../../b}'), 'must not contain ".."'],
  ['an absolute path', app('{name: a, path: /etc}'), 'must be relative'],
  ['an option for a repository', app('{name: a, path: a, repo: "--upload-pack=x"}'), 'is no address'],
  ['a transport helper', app('{name: a, path: a, repo: "ext::sh -c x"}'), 'is no address'],
  ['an option for a revision', app('{name: a, path: a, revision: "-x"}'), 'must not begin with "-"'],
  ['bad syntax', `${head}spec: [\n`, '5:'],
  ['a key given twice', `${head}spec: {}\nspec: {}\n`, '5:1: Map keys must be unique'],
  ['nothing', '# nothing', 'the file is empty'],
  ['two documents', `${head}spec: {}\n---\n${head}spec: {}\n`, '6:1: there may be only one document'],
  ['a list', '- a', 'must be a mapping'],
])('%s', (_, text, expected) => {
  expect(problems(text).join('\n')).toContain(expected);
});

test('passwords in addresses are refused and not repeated', () => {
  const [problem] = problems(app('{name: a, path: a, repo: "https://user:CANARY@host/r"}'));
  expect(problem).toContain('must not contain a password');
  expect(problem).not.toContain('CANARY');
});

test('whatever is there, the answer is a file or problems with a place', () => {
  const field = fc.constantFrom(
    'target',
    'defaults',
    'applications',
    'projects',
    'name',
    'path',
    'health',
    'sources',
    'dependsOn',
    'sync',
  );
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(field, tie('value')),
    ),
  }));
  fc.assert(
    fc.property(value, spec => {
      const result = readHoldfastFile(`${head}spec: ${JSON.stringify(spec) ?? 'null'}\n`, 'holdfast.yaml');
      if ('problems' in result)
        expect(result.problems.every(({ line, reason }) => line > 0 && reason !== '')).toBe(true);
      else expect(result.file.environment.name).toBe('prod');
    }),
  );
});
