import type { Files } from '../../world/git-repo.ts';
import { configMap, cronJob, deployment, hook, job, secret, service, statefulSet, wave, yaml } from './manifests.ts';
import type { Person } from './people.ts';

/** One application of the demo world: what it shows, and what it is made of. */
export interface Member {
  name: string;
  project: 'shop' | 'platform' | 'data';
  labels: Record<string, string>;
  /** What it is there to show. */
  shows: string;
  files: Record<string, string>;
  /** Instead of the environment's own repository. */
  repo?: string;
  /** What runs goes with its declaration. */
  cascade?: true;
  /** Is declared by a later commit only. */
  isLate?: true;
  /** By whose commit its files came. Default: by that of everything. */
  from?: { by: Person; message: string; hoursAgo: number };
  sync?: { automated?: false; selfHeal?: false; options?: string[]; retry?: number };
}

const shop = (tier: string) => ({ project: 'shop', labels: { team: 'shop', tier } }) as const;
const platform = (tier: string) => ({ project: 'platform', labels: { team: 'core', tier } }) as const;
const data = (tier: string) => ({ project: 'data', labels: { team: 'data', tier } }) as const;

const inMaps = (side: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'tiles', namespace: 'demo-maps' },
  data: { side },
});

/** Of each state that an application can be in, one. */
export const members: readonly Member[] = [
  {
    name: 'payments',
    ...shop('critical'),
    shows: 'Degraded: an image cannot be pulled',
    from: { by: 'oncall', message: 'Payments 1.8.2: pay by bank transfer', hoursAgo: 3.2 },
    files: {
      'api.yaml': yaml(
        deployment('api', { image: 'registry.example/payments:1.8.2-broken', replicas: 2, deadline: 3 }),
        service('api'),
      ),
      'ledger.yaml': yaml(deployment('ledger', { image: 'registry.example/ledger:4.0.1' }), service('ledger')),
      'settings.yaml': yaml(configMap('settings', { currency: 'EUR' }), secret('keys', { api: 'hunter2' })),
    },
  },
  {
    name: 'shop',
    ...shop('critical'),
    shows: 'drift that a person made, and that is not healed by itself',
    from: { by: 'appdev', message: 'Shop 1.8.2', hoursAgo: 26 },
    sync: { selfHeal: false },
    files: {
      'web.yaml': yaml(
        deployment('web', { image: 'registry.example/shop:1.8.2', replicas: 3 }),
        service('web'),
        configMap('settings', { limits: 'high', theme: 'plain' }),
      ),
      'migrate.yaml': yaml(job('migrate', 'registry.example/shop-migrate:1.8.2', hook('PreSync'))),
    },
  },
  {
    name: 'edge-cache',
    ...platform('edge'),
    shows: 'a sync that takes long: its second wave does not get ready',
    from: { by: 'opsdev', message: 'Cache 2.4 on four replicas', hoursAgo: 5 },
    files: {
      'cache.yaml': yaml(
        configMap('rules', { ttl: '60s' }, wave(0)),
        deployment('cache', { image: 'registry.example/cache:2.4-slow', replicas: 4, annotations: wave(1) }),
        configMap('after', { done: 'all of it' }, wave(2)),
      ),
    },
  },
  {
    name: 'database',
    ...data('critical'),
    shows: 'OutOfSync: a person starts its syncs',
    from: { by: 'appdev', message: 'Postgres 17', hoursAgo: 70 },
    sync: { automated: false },
    files: {
      'db.yaml': yaml(statefulSet('db', { image: 'registry.example/postgres:17', replicas: 2 }), service('db', 5432)),
    },
  },
  {
    name: 'billing',
    ...shop('batch'),
    shows: 'suspended by a person, with a reason',
    files: {
      'billing.yaml': yaml(deployment('billing', { image: 'registry.example/billing:3.1.0' }), service('billing')),
    },
  },
  {
    name: 'mailer',
    ...platform('batch'),
    shows: 'all is well',
    files: {
      'mailer.yaml': yaml(
        deployment('mailer', { image: 'registry.example/mailer:0.9.4', replicas: 2 }),
        service('mailer'),
      ),
    },
  },
  {
    name: 'reports',
    ...data('batch'),
    shows: 'a render error: a chart that uses a value which is not there',
    from: { by: 'oncall', message: 'Send reports by mail', hoursAgo: 6 },
    files: {
      'Chart.yaml': 'apiVersion: v2\nname: reports\nversion: 1.2.0\n',
      'values.yaml': 'schedule: "0 5 * * *"\n',
      'templates/report.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: report}\ndata:\n  to: {{ required "mail.to is needed" .Values.mail.to }}\n',
    },
  },
  {
    name: 'search',
    ...shop('critical'),
    shows: 'Unknown: its repository does not answer',
    repo: 'https://127.0.0.1:9/search.git',
    files: {},
  },
  {
    name: 'gateway',
    ...platform('edge'),
    shows: 'a sync that fails: the cluster refuses a port',
    from: { by: 'opsdev', message: 'A port of its own for the gateway', hoursAgo: 4 },
    sync: { retry: 3 },
    files: { 'gateway.yaml': yaml(service('gateway', 99_999), configMap('routes', { '/': 'shop' })) },
  },
  {
    name: 'orders',
    ...shop('critical'),
    shows: 'a hook that fails',
    from: { by: 'appdev', message: 'Orders 5.2: check the schema first', hoursAgo: 3.5 },
    sync: { retry: 2 },
    files: {
      'orders.yaml': yaml(
        deployment('orders', { image: 'registry.example/orders:5.2.0', replicas: 2 }),
        job('check-schema', 'registry.example/orders-check:5.2.0-broken', hook('PreSync')),
      ),
    },
  },
  {
    name: 'night-jobs',
    ...data('batch'),
    shows: 'Suspended: a CronJob that is switched off',
    from: { by: 'opsdev', message: 'No clean-up for now', hoursAgo: 20 },
    files: { 'jobs.yaml': yaml(cronJob('cleanup', 'registry.example/cleanup:1.0', '0 3 * * *', true)) },
  },
  {
    name: 'legacy',
    ...platform('batch'),
    shows: 'deletes that wait for a person: most of it is no longer declared',
    files: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map(name => [
        `${name}.yaml`,
        yaml(configMap(`part-${name}`, { of: 'the old system' })),
      ]),
    ),
  },
  {
    name: 'archive',
    ...data('batch'),
    shows: 'being deleted: it is no longer declared, and a finalizer keeps a part of it',
    cascade: true,
    files: {
      'archive.yaml': yaml(configMap('index', { of: '2019' }), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'volume', finalizers: ['backup.example/copied'] },
        data: { state: 'waits for its backup' },
      }),
    },
  },
  {
    name: 'vault',
    ...data('critical'),
    shows: 'no longer declared: what may only go with a word of a person stays',
    cascade: true,
    files: {
      'keys.yaml': yaml(
        configMap('keys', { kept: 'until 2031' }, { 'argocd.argoproj.io/sync-options': 'Delete=confirm' }),
      ),
    },
  },
  {
    name: 'maps',
    ...platform('edge'),
    shows: 'all is well, but another application wants a part of it',
    from: { by: 'opsdev', message: 'Maps in 18 zooms', hoursAgo: 44 },
    files: { 'tiles.yaml': yaml(inMaps('north'), configMap('zoom', { most: '18' })) },
  },
  {
    name: 'atlas',
    ...platform('edge'),
    shows: 'refused: one of its resources belongs to another application',
    isLate: true,
    sync: { options: ['FailOnSharedResource=true'], retry: 3 },
    files: { 'tiles.yaml': yaml(inMaps('south'), configMap('index', { pages: '12' })) },
  },
  {
    name: 'handbook',
    ...platform('batch'),
    shows: 'drift that another person made',
    from: { by: 'oncall', message: 'The handbook of 2026', hoursAgo: 60 },
    sync: { selfHeal: false },
    files: {
      'pages.yaml': yaml(deployment('pages', { image: 'registry.example/handbook:2026.4' }), service('pages')),
    },
  },
  {
    name: 'operators',
    ...shop('platform'),
    shows: 'refused: its project may have nothing that is cluster-wide',
    from: { by: 'appdev', message: 'Rights for those on call', hoursAgo: 8 },
    files: {
      'role.yaml': yaml({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'shop-operators' },
        rules: [],
      }),
    },
  },
  {
    name: 'catalogue',
    ...shop('critical'),
    shows: 'many resources, and many pods',
    from: { by: 'oncall', message: 'Catalogue 2.0', hoursAgo: 28 },
    files: {
      'catalogue.yaml': yaml(
        deployment('catalogue', { image: 'registry.example/catalogue:2.0.0', replicas: 24 }),
        deployment('images', { image: 'registry.example/images:2.0.0', replicas: 6 }),
        service('catalogue'),
        service('images'),
        ...Array.from({ length: 40 }, (_, index) => configMap(`page-${index}`, { title: `Page ${index}` })),
      ),
    },
  },
];

interface LaterCommit {
  by: Person;
  minutesAgo: number;
  message: string;
  /** Below `apps/`. */
  files: Files;
  /** Applications that are declared from now on, and that are not any more. */
  declared?: string[];
  undeclared?: string[];
}

/** What happened after everything ran. */
export const laterCommits: readonly LaterCommit[] = [
  {
    by: 'oncall',
    minutesAgo: 130,
    message: 'Bigger disk for the database, and an atlas',
    declared: ['atlas'],
    files: {
      'database/db.yaml': yaml(
        statefulSet('db', { image: 'registry.example/postgres:17', replicas: 2, memory: '2Gi' }),
        service('db', 5432),
      ),
    },
  },
  {
    by: 'opsdev',
    minutesAgo: 45,
    message: 'Retire what nobody asks for',
    files: {
      'legacy/a.yaml': null,
      'legacy/b.yaml': null,
      'legacy/c.yaml': null,
      'legacy/d.yaml': null,
      'legacy/e.yaml': null,
    },
    undeclared: ['archive', 'vault'],
  },
  {
    by: 'appdev',
    minutesAgo: 4,
    message: 'Raise limits of the mailer',
    files: {
      'mailer/mailer.yaml': yaml(
        deployment('mailer', { image: 'registry.example/mailer:0.9.5', replicas: 2, memory: '256Mi' }),
        service('mailer'),
      ),
    },
  },
];
