import { expect, test } from 'vitest';
import type { PlanSpec } from './faults/plan.ts';
import { runCase } from './histories/cases.ts';
import { app, fleet, item, newer, type Reference, reference } from './histories/compose.ts';
import { secretOf } from './histories/items.ts';
import { installation, machineFleet, machineReference, services } from './histories/machine/reference.ts';
import { runHistory } from './histories/run.ts';
import { withActions } from './histories/shrink.ts';

const config = item('ConfigMap', 'web-config');
const shared = item('Service', 'shared');
const shop = app('shop', [item('ConfigMap', 'shop-config')]);
const many = ['a', 'b', 'c', 'd', 'e'].map(name => item('ConfigMap', name));
const message = `admission webhook "w" denied the request: ${secretOf(item('Secret', 'web-secret'))}`;
const quoting = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: 422 });
const [conf, extra] = [
  { path: '/srv/site/conf', rev: 1 },
  { path: '/srv/site/etc/extra', rev: 1 },
];
const more = { path: '/srv/site/etc/more', rev: 1 };
const none: PlanSpec = { kind: 'none' };

/** What the simulator found in the engine, each as the least history that showed it. */
const found: [string, Reference, PlanSpec][] = [
  [
    'a resource that moved to an application that cannot be rendered yet was deleted',
    reference('moved into trouble', fleet(app('web', [config, shared]), shop), [
      30_000,
      fleet(app('web', [config]), app('shop', [...shop.items, { ...shared, namespace: 'ns-web' }])),
    ]),
    {
      kind: 'during',
      faults: [{ point: 'render', matching: 'shop', from: 30_000, to: 45_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a cluster whose version could not be read at the start had no kinds for ever',
    reference('half a discovery', fleet(app('web', [config])), [30_000, fleet(app('web', [newer(config)]))]),
    {
      kind: 'during',
      faults: [{ point: 'api.read', matching: '/version', from: 0, to: 20_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'an application whose definition was cut to pieces was deleted',
    reference(
      'cut definitions',
      { ...fleet(app('web', [config, shared]), shop), style: 'argo' },
      [30_000, { ...fleet(app('web', [config, shared]), shop), style: 'argo', broken: true }],
      [60_000, { ...fleet(app('web', [newer(config), shared]), shop), style: 'argo' }],
    ),
    none,
  ],
  [
    'a resource that moved to an application which waits for the former one was waited for by both',
    reference('moved to a dependent', fleet(app('web', [config, shared]), { ...shop, dependsOn: ['web'] }), [
      30_000,
      fleet(
        app('web', [config]),
        app('shop', [...shop.items, { ...shared, namespace: 'ns-web' }], { dependsOn: ['web'] }),
      ),
    ]),
    none,
  ],
  [
    'while the guard held deletes back, each repair was a whole sync, with its hooks and without its pauses',
    reference(
      'a fight beside held deletes',
      fleet(app('web', [config, ...many, item('Job', 'web-after', { hook: 'PostSync' })])),
      [20_000, fleet(app('web', [config, item('Job', 'web-after', { hook: 'PostSync' })]))],
      [40_000, { do: 'handiwork', work: { do: 'fight', key: '/ConfigMap/ns-web/web-config' } }],
      [75_000, fleet(app('web', [newer(config), item('Job', 'web-after', { hook: 'PostSync' })]))],
    ),
    none,
  ],
  [
    'what a webhook quoted when it refused to delete a Secret was in the log',
    reference('a secret that may not go', fleet(app('web', [config, item('Secret', 'web-secret'), shared])), [
      30_000,
      fleet(app('web', [config, shared])),
    ]),
    {
      kind: 'during',
      faults: [
        {
          ...{ point: 'api.write', matching: 'DELETE /api/v1/namespaces/ns-web/secrets', from: 30_000, to: 50_000 },
          verdict: { do: 'status', status: 422, body: quoting },
        },
      ],
    },
  ],
  [
    'a Secret that could once not be rendered again was never applied',
    reference(
      'a secret that is rendered again',
      fleet(app('web', [config, item('Secret', 'web-secret')])),
      [20_000, { do: 'stop' }],
      [30_000, { do: 'handiwork', work: { do: 'delete', key: '/Secret/ns-web/web-secret' } }],
      [60_000, { do: 'handiwork', work: { do: 'edit', key: '/ConfigMap/ns-web/web-config' } }],
    ),
    {
      kind: 'during',
      faults: [{ point: 'git.read', matching: '', from: 29_900, to: 34_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a file that moved to another application, with another content, was refused as somebody else’s',
    machineReference(
      'a file moves',
      machineFleet(installation('site', [conf, extra]), installation('shop', [{ path: '/srv/shop/a', rev: 1 }])),
      [
        20_000,
        machineFleet(
          installation('site', [conf], { rev: 2 }),
          installation(
            'shop',
            [
              { path: '/srv/shop/a', rev: 1 },
              { ...extra, rev: 2 },
            ],
            { rev: 2 },
          ),
        ),
      ],
    ),
    none,
  ],
  [
    'a file that was being taken over when Holdfast ended was nobody’s',
    machineReference(
      'a file moves, and Holdfast ends',
      machineFleet(installation('site', [conf, extra]), installation('shop', [])),
      [20_000, machineFleet(installation('site', [conf], { rev: 2 }), installation('shop', [{ ...extra, rev: 2 }]))],
    ),
    {
      kind: 'during',
      faults: [
        {
          ...{ point: 'file.write', matching: 'applications/site', from: 20_000, to: 32_000 },
          verdict: { do: 'crash-after' },
        },
      ],
    },
  ],
  [
    'processes began with a release that a power cut had torn, and went on with what they had read',
    machineReference('power', machineFleet(services('web', [{ name: 'main' }])), [9_000, { do: 'lose power' }]),
    none,
  ],
  [
    'a file that a power cut had made nobody’s stood in the way of the next revision',
    machineReference(
      'power and a commit',
      machineFleet(installation('site', [conf, extra])),
      [9_000, { do: 'lose power' }],
      [
        9_100,
        machineFleet(
          installation(
            'site',
            [
              { ...conf, rev: 2 },
              { ...extra, rev: 2 },
            ],
            { rev: 2 },
          ),
        ),
      ],
    ),
    none,
  ],
  [
    'what Git had dropped stayed for ever where its directory could once not be looked at',
    machineReference('a look that fails', machineFleet(installation('site', [conf, extra])), [
      20_000,
      machineFleet(installation('site', [conf], { rev: 2 })),
    ]),
    {
      kind: 'during',
      faults: [
        { point: 'file.read', matching: 'realpath /srv/site/etc', from: 20_000, to: 31_000, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'a process was started a second time when the list of processes could not be read whole',
    machineReference('a start that nobody wrote down', machineFleet(services('web', [{ name: 'main' }]))),
    {
      kind: 'during',
      faults: [
        { point: 'process.start', matching: 'as web/main', from: 0, to: 1_000, verdict: { do: 'crash-after' } },
        { point: 'file.read', matching: '/environ', from: 1_000, to: 2_500, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'a process that could not be started, and that Git dropped then, came back at the next restart',
    machineReference(
      'a process that is dropped',
      machineFleet(services('web', [{ name: 'main' }, { name: 'worker' }])),
      [10_000, machineFleet(services('web', [{ name: 'main' }, { name: 'worker' }], { rev: 2 }))],
      [29_000, machineFleet(services('web', [{ name: 'main' }], { rev: 3 }))],
    ),
    {
      kind: 'during',
      faults: [
        { point: 'file.write', matching: 'machine/logs/web', from: 10_000, to: 32_000, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'the audit log was called forged after a crash and a power cut',
    machineReference(
      'half a line',
      machineFleet(installation('site', [conf])),
      [24_000, machineFleet(installation('site', [{ ...conf, rev: 2 }], { rev: 2 }))],
      [40_000, { do: 'lose power' }],
    ),
    {
      kind: 'during',
      faults: [
        {
          point: 'file.write',
          matching: 'append /var/lib/holdfast/audit',
          from: 24_000,
          to: 36_000,
          verdict: { do: 'truncate' },
        },
      ],
    },
  ],
  [
    'a pin that a person ended while it was compared with a new commit came back',
    reference(
      'a pin that ends',
      fleet(app('web', [config]), shop),
      [15_000, fleet(app('web', [newer(config)]), shop)],
      [30_000, { do: 'request', request: { ask: 'rollback', app: 'web' } }],
      [60_000, fleet(app('web', [newer(config)]), app('shop', [newer(item('ConfigMap', 'shop-config'))]))],
      [60_000, { do: 'crash' }],
    ),
    {
      kind: 'during',
      faults: [{ point: 'git.fetch', matching: '', from: 60_000, to: 75_000, verdict: { do: 'hang', ms: 48_000 } }],
    },
  ],
];

test.each(found)('%s', async (_, { history }, plan) => {
  const { violations } = await runHistory(history, plan);
  expect(violations).toEqual([]);
});

/** Crashes, as the last action, after which the engine did more than without them. */
const crashes: [string, Reference][] = [
  [
    'a revision gave way, and was quarantined, because Holdfast was started again while a script of it ran',
    machineReference(
      'a crash while a script runs',
      machineFleet(installation('site', [conf, extra, more], { hooks: { AfterInstall: { rev: 1 } } })),
      [
        20_000,
        machineFleet(
          installation(
            'site',
            [conf, extra, more].map(file => ({ ...file, rev: 2 })),
            { rev: 2, hooks: { AfterInstall: { rev: 1 } } },
          ),
        ),
      ],
      [20_100, { do: 'request', request: { ask: 'refresh', app: 'site' } }],
      [20_700, { do: 'crash' }],
    ),
  ],
];

test.each(crashes)('%s', async (replay, { history }) => {
  const without = withActions(history, history.actions.map((_, i) => i).slice(0, -1));
  const { violations } = await runCase({ replay, history, plan: none, uncrashed: () => runHistory(without, none) });
  expect(violations).toEqual([]);
});
