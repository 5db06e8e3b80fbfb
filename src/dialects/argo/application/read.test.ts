import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readApplication } from './read.ts';

const good = { source: { repoURL: 'https://h/r', path: 'a' } };

function read(spec: object, metadata: object = {}) {
  const value = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a', ...metadata }, spec };
  return readApplication('a', value, { kind: 'git', path: 'a.yaml', line: 1 });
}

test('the whole of an Application', () => {
  const application = read(
    {
      project: 'shop',
      sources: [
        {
          repoURL: 'https://charts',
          chart: 'nginx',
          targetRevision: '1.x',
          helm: {
            releaseName: 'r',
            valueFiles: ['$v/a.yaml'],
            valuesObject: { a: null },
            parameters: [{ name: 'b', value: '1', forceString: true }],
          },
        },
        { repoURL: 'git@h:o/r.git', ref: 'v', targetRevision: 'v1', name: 'values' },
        {
          repoURL: 'https://h/r',
          path: './k/',
          kustomize: { images: ['a=b:1'], replicas: [{ name: 'a', count: '3' }] },
        },
        {
          repoURL: 'https://h/r',
          path: '.',
          directory: { recurse: true, jsonnet: { tlas: [{ name: 'a', value: 'b', code: true }] } },
        },
      ],
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: [
          'CreateNamespace=true',
          'PruneLast=true',
          'ServerSideApply=true',
          'PrunePropagationPolicy=background',
        ],
        retry: { limit: 2, refresh: true, backoff: { duration: '10s', factor: 3, maxDuration: '2m' } },
        managedNamespaceMetadata: { labels: { a: 'b' } },
      },
      ignoreDifferences: [{ group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] }],
      info: [{ name: 'url', value: 'https://x' }],
      revisionHistoryLimit: 3,
    },
    { labels: { team: 'x' }, finalizers: ['resources-finalizer.argocd.argoproj.io'], namespace: 'argocd' },
  );
  expect(application).toMatchObject({
    project: 'shop',
    conditions: [],
    destination: { server: '', namespace: 'shop' },
    cascade: 'foreground',
    labels: { team: 'x' },
    historyLimit: 3,
    info: [{ name: 'url', value: 'https://x' }],
    ignoreDifferences: [{ group: 'apps', kind: 'Deployment', name: '', jsonPointers: ['/spec/replicas'] }],
    policy: {
      automated: { prune: true, selfHeal: true, allowEmpty: false },
      options: { createNamespace: true, pruneLast: true, propagation: 'background' },
      retry: { limit: 2, backoffMs: 10_000, factor: 3, maxBackoffMs: 120_000 },
      managedNamespaceMetadata: { labels: { a: 'b' }, annotations: {} },
    },
  });
  expect(application.sources).toMatchObject([
    { chart: 'nginx', path: '', targetRevision: '1.x', type: 'helm', helm: { valuesObject: { a: null } } },
    { ref: 'v', path: '', targetRevision: 'v1' },
    { path: 'k', type: 'kustomize', targetRevision: 'HEAD', kustomize: { replicas: [{ name: 'a', count: 3 }] } },
    { path: '.', type: 'directory' },
  ]);
});

test.each<[string, object, object]>([
  ['no policy: a person starts each sync', {}, {}],
  ['automated without more', { automated: {} }, { automated: { prune: false, selfHeal: false, allowEmpty: false } }],
  ['automated but empty', { automated: null }, {}],
  ['automated but not enabled', { automated: { enabled: false, prune: true } }, {}],
  ['endless retry', { retry: { limit: -1 } }, {}],
])('%s', (_, syncPolicy, expected) => {
  const { policy, conditions } = read({ ...good, syncPolicy });
  expect(conditions).toEqual([]);
  expect({
    ...(policy.automated && { automated: policy.automated }),
    ...(policy.retry.limit !== undefined && { limit: policy.retry.limit }),
  }).toEqual(expected);
});

test.each<[string[], unknown]>([
  [[], false],
  [['resources-finalizer.argocd.argoproj.io/background'], 'background'],
  [['post-delete-finalizer.argocd.argoproj.io', 'resources-finalizer.argocd.argoproj.io/foreground'], 'foreground'],
])('finalizers %j: cascade %s', (finalizers, cascade) => {
  expect(read(good, { finalizers })).toMatchObject({ cascade, conditions: [] });
});

test.each<[string, object, object, 'warning' | 'error', string]>([
  [
    'unknown field',
    { ...good, syncPolcy: {} },
    {},
    'warning',
    'spec: unknown field "syncPolcy"; did you mean "syncPolicy"?',
  ],
  [
    'unknown field in a source',
    { source: { ...good.source, helm: { valueFile: [] } } },
    {},
    'warning',
    'spec.source.helm: unknown field "valueFile"',
  ],
  ['a plugin', { source: { ...good.source, plugin: {} } }, {}, 'error', 'spec.source.plugin is not supported yet'],
  [
    'a plugin in one of several',
    { sources: [good.source, { ...good.source, plugin: {} }] },
    {},
    'error',
    'spec.source.plugin is not supported yet',
  ],
  ['the hydrator', { ...good, sourceHydrator: {} }, {}, 'error', 'spec.sourceHydrator is not supported yet'],
  [
    'a helm version',
    { source: { ...good.source, helm: { version: 'v3' } } },
    {},
    'warning',
    'spec.source.helm.version is not supported yet',
  ],
  ['a wrong type', { ...good, revisionHistoryLimit: 'ten' }, {}, 'error', 'spec.revisionHistoryLimit must be a'],
  [
    'a wrong type in a list',
    { sources: [good.source, { repoURL: 1 }] },
    {},
    'error',
    'spec.sources[1].repoURL must be a string',
  ],
  ['no source', {}, {}, 'error', 'spec.source is missing'],
  ['no path', { source: { repoURL: 'https://h/r' } }, {}, 'error', 'spec.source.path is missing'],
  [
    'a chart without a version',
    { source: { repoURL: 'https://h', chart: 'c' } },
    {},
    'error',
    'a chart needs a version',
  ],
  ['a way out', { source: { repoURL: 'https://h/r', path: '../x' } }, {}, 'error', 'must not contain ".."'],
  [
    'an option for Git',
    { source: { repoURL: '--upload-pack=x', path: 'a' } },
    {},
    'error',
    'spec.source.repoURL is no address',
  ],
  ['two tools', { source: { ...good.source, helm: {}, kustomize: {} } }, {}, 'error', 'cannot be given together'],
  ['an OCI artifact', { source: { repoURL: 'oci://h/r', path: '.' } }, {}, 'error', 'not supported yet'],
  [
    'server and name',
    { ...good, destination: { server: 'https://x', name: 'y' } },
    {},
    'error',
    'cannot both be given',
  ],
  [
    'an unknown sync option',
    { ...good, syncPolicy: { syncOptions: ['Magic=true'] } },
    {},
    'warning',
    'Magic=true is not supported',
  ],
  [
    'client-side apply',
    { ...good, syncPolicy: { syncOptions: ['ServerSideApply=false'] } },
    {},
    'warning',
    'ServerSideApply=false',
  ],
  [
    'sending what is as declared already',
    { ...good, syncPolicy: { syncOptions: ['ApplyOutOfSyncOnly=false'] } },
    {},
    'warning',
    'ApplyOutOfSyncOnly=false',
  ],
  [
    'a bad duration',
    { ...good, syncPolicy: { retry: { backoff: { duration: 'soon' } } } },
    {},
    'error',
    'must be a duration',
  ],
  ['a foreign finalizer', good, { finalizers: ['example.com/x'] }, 'warning', 'example.com/x'],
  [
    'notifications',
    good,
    { annotations: { 'notifications.argoproj.io/subscribe.x.y': 'z' } },
    'warning',
    'not supported yet',
  ],
  [
    'the image updater',
    good,
    { annotations: { 'argocd-image-updater.argoproj.io/image-list': 'z' } },
    'warning',
    'not supported yet',
  ],
])('says so: %s', (_, spec, metadata, level, message) => {
  const { conditions } = read(spec, metadata);
  expect(conditions).toMatchObject([{ level, message: expect.stringContaining(message) }]);
});

test('one mistake does not hide the rest', () => {
  const application = read({ ...good, project: 7, info: 'x', destination: { namespace: 'shop' }, extra: 1 });
  expect(application.conditions.map(({ level }) => level).toSorted()).toEqual(['error', 'error', 'warning']);
  expect(application).toMatchObject({ destination: { namespace: 'shop' }, sources: [{ path: 'a' }] });
});

test('skip-reconcile suspends', () => {
  expect(read(good, { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } }).suspended).toBe(true);
});

test('whatever is there, an application of that name comes out, and what is wrong stands in the way', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(json, json, (spec, metadata) => {
      const value = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata, spec };
      const application = readApplication('a', value, { kind: 'git', path: 'a' });
      expect(application.name).toBe('a');
      if (application.sources.length === 0)
        expect(application.conditions.some(({ level }) => level === 'error')).toBe(true);
    }),
  );
});
