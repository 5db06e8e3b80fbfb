import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Project } from '../../../model/application.ts';
import { blankApplication } from '../../application.ts';
import { readProject } from './read.ts';
import { accountOf, permits, permitsResource, permitsSource } from './rules.ts';

const server = 'https://10.0.0.1:6443';

function project(spec: object): Project {
  return readProject('team', spec);
}

function application(repoURL: string, namespace: string, destination = '') {
  return {
    ...blankApplication('a', { kind: 'git', path: 'a' }),
    project: 'team',
    sources: [{ repoURL, path: 'a', targetRevision: '' }],
    destination: { server: destination, namespace },
  };
}

test.each<[string[], string, boolean]>([
  [[], 'https://h/a', false],
  [['*'], 'https://h/a', true],
  [['https://h/a'], 'https://h/a', true],
  [['https://h/a'], 'https://H/a.git', true],
  [['https://h/a.git'], 'https://h/a/', true],
  [['https://h/*'], 'https://h/a', true],
  [['https://h/*'], 'https://h/a/b', false],
  [['https://h/**'], 'https://h/a/b', true],
  [['git@h:org/*'], 'git@h:org/repo', true],
  [['git@h:org/*'], 'ssh://git@h/org/repo.git', true],
  [['*', '!https://h/secret'], 'https://h/secret', false],
  [['*', '!https://h/secret'], 'https://h/open', true],
  [['!https://h/secret'], 'https://h/open', false],
  [['!*', '*'], 'https://h/open', false],
])('sources %j: %s is allowed: %s', (sourceRepos, url, allowed) => {
  expect(permitsSource(project({ sourceRepos }), url)).toBe(allowed);
});

test.each<[object[], string, string, boolean]>([
  [[], '', 'shop', false],
  [[{ server: '*', namespace: '*' }], '', 'shop', true],
  [[{ server: 'https://kubernetes.default.svc', namespace: 'shop' }], '', 'shop', true],
  [[{ server: 'https://kubernetes.default.svc', namespace: 'shop' }], '', 'other', false],
  [[{ name: 'in-cluster', namespace: 'shop-*' }], '', 'shop-1', true],
  [[{ server, namespace: '*' }], '', 'shop', true],
  [[{ server: 'https://elsewhere', namespace: '*' }], '', 'shop', false],
  [[{ server: 'https://elsewhere', namespace: '*' }], 'https://elsewhere', 'shop', true],
  [[{ namespace: '*' }], '', 'shop', false],
  [
    [
      { server: '*', namespace: '!kube-system' },
      { server: '*', namespace: '*' },
    ],
    '',
    'kube-system',
    false,
  ],
  [
    [
      { server: '*', namespace: '!kube-system' },
      { server: '*', namespace: '*' },
    ],
    '',
    'shop',
    true,
  ],
  [[{ server: '*', namespace: '!kube-system' }], '', 'shop', false],
  [
    [
      { server: '!https://10.*', namespace: '*' },
      { server: '*', namespace: '*' },
    ],
    '',
    'shop',
    false,
  ],
  [
    [
      { server: '!https://11.*', namespace: '*' },
      { server: '*', namespace: '*' },
    ],
    '',
    'shop',
    true,
  ],
])('destinations %j: %j, namespace %s is allowed: %s', (destinations, destination, namespace, allowed) => {
  const conditions = permits(
    project({ sourceRepos: ['*'], destinations }),
    application('https://h/a', namespace, destination),
    server,
  );
  expect(conditions.length === 0).toBe(allowed);
});

const everywhere = { destinations: [{ server: '*', namespace: 'shop' }] };

test.each<[object, string, boolean]>([
  [everywhere, 'apps/Deployment/shop/a', true],
  [everywhere, 'apps/Deployment/other/a', false],
  [everywhere, '/Namespace//shop', false],
  // Nothing on a machine is within a namespace: its kinds have to be named.
  [everywhere, '/Process//shop/web', false],
  [{ ...everywhere, clusterResourceWhitelist: [{ group: '', kind: 'Process' }] }, '/Process//shop/web', true],
  [{ ...everywhere, clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }] }, '/Namespace//shop', true],
  [
    {
      ...everywhere,
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      clusterResourceBlacklist: [{ group: '', kind: 'Node*' }],
    },
    '/Node//n',
    false,
  ],
  [{ ...everywhere, namespaceResourceWhitelist: [{ group: 'apps', kind: '*' }] }, 'apps/Deployment/shop/a', true],
  [{ ...everywhere, namespaceResourceWhitelist: [{ group: 'apps', kind: '*' }] }, '/Secret/shop/a', false],
  [{ ...everywhere, namespaceResourceWhitelist: [] }, 'apps/Deployment/shop/a', false],
  [{ ...everywhere, namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }] }, '/Secret/shop/a', false],
  [everywhere, 'argoproj.io/Application/shop/child', false],
  [{ ...everywhere, namespaceResourceWhitelist: [{ group: '*', kind: '*' }] }, 'argoproj.io/AppProject/shop/p', false],
  [
    { ...everywhere, namespaceResourceWhitelist: [{ group: 'argoproj.io', kind: 'Application' }] },
    'argoproj.io/Application/shop/child',
    true,
  ],
])('resources %j: %s is allowed: %s', (spec, key, allowed) => {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  expect(permitsResource(project(spec), { group, kind, namespace, name }, server) === undefined).toBe(allowed);
});

const home = 'https://kubernetes.default.svc';

test.each<[object[], string, string, object]>([
  [[], '', 'shop', {}],
  [[{ defaultServiceAccount: 'deployer' }], '', 'shop', { account: 'system:serviceaccount:shop:deployer' }],
  [[{ defaultServiceAccount: 'ops:deployer' }], '', 'shop', { account: 'system:serviceaccount:ops:deployer' }],
  [
    [
      { namespace: 'bank', defaultServiceAccount: 'a' },
      { server: home, namespace: 'sh*', defaultServiceAccount: 'b' },
      { defaultServiceAccount: 'c' },
    ],
    '',
    'shop',
    { account: 'system:serviceaccount:shop:b' },
  ],
  [[{ server, defaultServiceAccount: 'a' }], server, 'shop', { account: 'system:serviceaccount:shop:a' }],
  [[{ server: 'https://elsewhere', defaultServiceAccount: 'a' }], '', 'shop', { refusal: expect.any(String) }],
  [[{ namespace: 'bank', defaultServiceAccount: 'a' }], '', 'shop', { refusal: expect.any(String) }],
  [[{ namespace: '!shop', defaultServiceAccount: 'a' }], '', 'shop', { refusal: expect.any(String) }],
  [[{ defaultServiceAccount: 'a' }], '', '', { refusal: expect.any(String) }],
])('accounts %j: %j, namespace %s is delivered as %j', (destinationServiceAccounts, destination, namespace, wanted) => {
  const rules = project({
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    destinationServiceAccounts,
  });
  const asked = application('https://h/a', namespace, destination);
  const found = accountOf(rules, asked, server);
  expect(found).toEqual(wanted);
  expect(permits(rules, asked, server).length === 0).toBe(found.refusal === undefined);
});

test('default allows everything unless it is declared; other projects have to be', () => {
  const any = application('https://h/a', 'any');
  expect(permits(undefined, { ...any, project: 'default' }, server)).toEqual([]);
  expect(permits(undefined, any, server)).toMatchObject([{ level: 'error' }]);
  expect(permits(readProject('default', {}), { ...any, project: 'default' }, server)).toHaveLength(2);
  expect(permitsResource(undefined, { group: '', kind: 'Node', namespace: '', name: 'n' })).toBeUndefined();
});

test('the own repository is asked about by its address', () => {
  const rules = project({ sourceRepos: ['https://h/fleet'], destinations: [{ server: '*', namespace: '*' }] });
  expect(permits(rules, application('', 'shop'), server, 'https://h/fleet')).toEqual([]);
  expect(permits(rules, application('', 'shop'), server, 'https://h/other')).toHaveLength(1);
});

test.each<[object, 'warning' | 'error']>([
  [{ roles: [{ name: 'ci', policy: [] }] }, 'error'],
  [{ syncWindows: [{ kind: 'deny' }] }, 'error'],
  [{ signatureKeys: [{ keyID: 'x' }] }, 'error'],
  [{ clusterResourceWhitelist: [{ group: '', kind: 'Namespace', name: 'shop' }] }, 'error'],
  [{ destinationServiceAccounts: [{ defaultServiceAccount: 'a!*' }] }, 'error'],
  [{ sourceRepos: 'https://h' }, 'error'],
  [{ nonsense: 1 }, 'warning'],
])('%j is a condition: %s', (spec, level) => {
  const rules = project({ destinations: [{ server: '*', namespace: '*' }], sourceRepos: ['*'], ...spec });
  expect(rules.conditions).toMatchObject([{ level }]);
  expect(permits(rules, application('https://h/a', 'shop'), server).length > 0).toBe(level === 'error');
});

test('a rule more that denies never allows more; one more that allows never allows less', () => {
  const glob = fc.constantFrom('*', 'https://h/*', 'https://h/a', 'https://h/b*', 'https://other/**');
  const rule = fc.oneof(
    glob,
    glob.map(text => `!${text}`),
  );
  const url = fc.constantFrom('https://h/a', 'https://h/bc', 'https://other/x/y', 'https://h/a/b');
  fc.assert(
    fc.property(fc.array(rule), glob, url, (sourceRepos, extra, url) => {
      const before = permitsSource(project({ sourceRepos }), url);
      const stricter = permitsSource(project({ sourceRepos: [...sourceRepos, `!${extra}`] }), url);
      const wider = permitsSource(project({ sourceRepos: [...sourceRepos, extra] }), url);
      expect(stricter && !before).toBe(false);
      expect(before && !wider).toBe(false);
    }),
  );
});
