import { app, fleet, item, newer, type Reference, reference, type Step } from './compose.ts';
import { definitionName, type Item } from './items.ts';
import { machineReferences } from './machine/reference.ts';

const config = item('ConfigMap', 'web-config');
const deployment = item('Deployment', 'web');
const secret = item('Secret', 'web-secret');
const hooks = [
  item('Job', 'web-before', { hook: 'PreSync', hookDeletePolicy: 'BeforeHookCreation' }),
  item('Job', 'web-after', { hook: 'PostSync', hookDeletePolicy: 'HookSucceeded' }),
];

const stuck = item('Deployment', 'web', { ails: true });

/** Small histories in which every single fault is tried at every place where it can happen. */
const kubernetesReferences: readonly Reference[] = [
  reference('a wave that never gets well', fleet(app('web', [stuck, { ...config, wave: 1 }, hooks[0] as Item])), [
    35_000,
    fleet(app('web', [newer(deployment), { ...newer(config), wave: 1 }, hooks[0] as Item])),
  ]),
  reference(
    'waves and hooks',
    fleet(app('web', [{ ...config, wave: -1 }, deployment, { ...item('Service', 'web'), wave: 1 }, ...hooks])),
    [40_000, fleet(app('web', [newer({ ...config, wave: -1 }), newer(deployment), ...hooks]))],
  ),
  reference(
    'prune and move',
    fleet(
      app('web', [config, item('Service', 'web'), secret, item('ConfigMap', 'web-old')]),
      app('shop', [item('ConfigMap', 'shop-config')]),
    ),
    [
      30_000,
      fleet(
        app('web', [newer(config), item('Service', 'web')]),
        app('shop', [newer(item('ConfigMap', 'shop-config')), { ...secret, namespace: 'ns-web' }]),
      ),
    ],
  ),
  reference(
    'a definition and what it defines',
    fleet(app('web', [item('Definition', definitionName), item('Widget', 'web-widget'), config])),
    [40_000, fleet(app('web', [item('Definition', definitionName), newer(item('Widget', 'web-widget'))]))],
  ),
  reference(
    'an application goes, what another has is repaired',
    fleet(
      app('web', [config, deployment]),
      app('shop', [item('ConfigMap', 'shop-config'), item('Secret', 'shop-secret')]),
    ),
    [25_000, { do: 'handiwork', work: { do: 'delete', key: '/ConfigMap/ns-web/web-config' } }],
    [26_000, { do: 'handiwork', work: { do: 'edit', key: 'apps/Deployment/ns-web/web' } }],
    [30_000, fleet(app('web', [config, deployment]))],
  ),
  reference(
    'what is to go was made anew by somebody',
    fleet(app('web', [config, item('ConfigMap', 'web-old'), item('Service', 'web')])),
    [30_000, fleet(app('web', [config, item('Service', 'web')]))],
    [30_100, { do: 'request', request: { ask: 'refresh', app: 'web' } }],
    [30_450, { do: 'handiwork', work: { do: 'replace', key: '/ConfigMap/ns-web/web-old' } }],
  ),
  reference(
    'what is suspended is left alone',
    fleet(app('web', [config, deployment])),
    [20_000, { do: 'request', request: { ask: 'suspend', app: 'web' } }],
    [45_000, { do: 'handiwork', work: { do: 'edit', key: '/ConfigMap/ns-web/web-config' } }],
    [50_000, fleet(app('web', [newer(config), newer(deployment)]))],
  ),
  reference(
    'most of an application goes at once',
    fleet(app('web', [config, ...['a', 'b', 'c', 'd'].map(one => item('ConfigMap', `web-${one}`))])),
    [30_000, fleet(app('web', [config]))],
  ),
  reference(
    'a commit forbids what it drops, and stops what it changes',
    fleet(
      app('web', [config, item('Service', 'web'), item('Service', 'web-old')], { forbids: [] }),
      app('shop', [item('ConfigMap', 'shop-config'), secret]),
    ),
    [
      20_000,
      fleet(
        app('web', [newer(config), item('Service', 'web')], { forbids: ['Service'] }),
        app('shop', [newer(item('ConfigMap', 'shop-config'))], { automated: false }),
      ),
    ],
    [20_100, { do: 'request', request: { ask: 'refresh', app: 'web' } }],
    // What is repaired meanwhile is of the commit whose rules are in force.
    [20_120, { do: 'handiwork', work: { do: 'edit', key: '/ConfigMap/ns-web/web-config' } }],
    [
      40_000,
      fleet(
        app('web', [newer(config), item('Service', 'web')], { forbids: [] }),
        app('shop', [newer(item('ConfigMap', 'shop-config'))]),
      ),
    ],
  ),
  reference(
    'commits about others',
    fleet(app('web', [config]), app('shop', [item('ConfigMap', 'shop-config')])),
    ...[2, 3, 4, 5, 6].flatMap((rev): Step[] => [
      [8_000 * rev, fleet(app('web', [config]), app('shop', [item('ConfigMap', 'shop-config', { rev })]))],
      [8_000 * rev + 100, { do: 'request', request: { ask: 'refresh', app: 'web' } }],
    ]),
  ),
  reference(
    'etcd is restored from an older snapshot',
    fleet(
      app('web', [config, deployment, item('ConfigMap', 'web-old'), secret, ...hooks]),
      app('shop', [item('ConfigMap', 'shop-config')]),
    ),
    [14_000, { do: 'take snapshot' }],
    [
      16_000,
      fleet(
        app('web', [newer(config), deployment, secret, item('ConfigMap', 'web-new'), ...hooks]),
        app('shop', [newer(item('ConfigMap', 'shop-config'))]),
      ),
    ],
    [36_000, { do: 'restore snapshot' }],
  ),
  reference(
    'the store is torn, and another time an older one',
    fleet(app('web', [config, { ...item('ConfigMap', 'web-late'), wave: 1 }, ...hooks]), app('shop', [secret])),
    [12_000, { do: 'tear store' }],
    [24_000, fleet(app('web', [newer(config), ...hooks]), app('shop', [newer(secret)]))],
    [36_000, { do: 'older store', by: 6 }],
    [40_000, { do: 'lose power' }],
  ),
];

export const references: readonly Reference[] = [...kubernetesReferences, ...machineReferences];
