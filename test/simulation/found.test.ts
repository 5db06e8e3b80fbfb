import { expect, test } from 'vitest';
import type { PlanSpec } from './faults/plan.ts';
import { app, fleet, item, newer, type Reference, reference } from './histories/compose.ts';
import { secretOf } from './histories/items.ts';
import { runHistory } from './histories/run.ts';
import { isOurs, isWrite } from './monitors/evidence.ts';

const config = item('ConfigMap', 'web-config');
const shared = item('Service', 'shared');
const moved = { ...shared, namespace: 'ns-web' };
const shop = app('shop', [item('ConfigMap', 'shop-config')]);
const many = ['a', 'b', 'c', 'd', 'e'].map(name => item('ConfigMap', name));
const message = `admission webhook "w" denied the request: ${secretOf(item('Secret', 'web-secret'))}`;
const quoting = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code: 422 });
const refused = { do: 'status', status: 422, body: quoting } as const;
const none: PlanSpec = { kind: 'none' };

/** What the simulator found in the engine, each as the least history that showed it. */
const found: [string, Reference, PlanSpec][] = [
  [
    'a resource that moved to an application that cannot be rendered yet was deleted',
    reference('moved into trouble', fleet(app('web', [config, shared]), shop), [
      30_000,
      fleet(app('web', [config]), app('shop', [...shop.items, moved])),
    ]),
    {
      kind: 'during',
      faults: [{ point: 'render', matching: 'shop', from: 30_000, to: 45_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a resource that moved to an application whose render did not end for minutes was deleted',
    reference(
      'moved into long trouble',
      fleet(app('web', [config, shared]), shop),
      [30_000, fleet(app('web', [config]), app('shop', [...shop.items, moved]))],
      [31_000, { do: 'crash' }],
      [200_000, fleet(app('web', [newer(config)]), app('shop', [...shop.items, moved]))],
    ),
    {
      kind: 'during',
      faults: [{ point: 'render', matching: 'shop', from: 30_000, to: 200_000, verdict: { do: 'hang' } }],
    },
  ],
  [
    'an application was deleted whose new name could not be rendered for minutes',
    reference(
      'renamed into long trouble',
      fleet(app('web', [config, moved]), shop),
      [30_000, fleet(app('net', [{ ...config, namespace: 'ns-web' }, moved]), shop)],
      [200_000, fleet(app('net', [{ ...newer(config), namespace: 'ns-web' }, moved]), shop)],
    ),
    {
      kind: 'during',
      faults: [{ point: 'render', matching: 'net', from: 30_000, to: 200_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a sync that a person asked for right after a commit deleted what moved with it',
    reference(
      'moved, and synced at once',
      fleet(app('web', [config, shared]), shop),
      [30_000, fleet(app('web', [config]), app('shop', [...shop.items, moved]))],
      [30_010, { do: 'request', request: { ask: 'sync', app: 'web', prune: true } }],
    ),
    none,
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
      fleet(app('web', [config]), app('shop', [...shop.items, moved], { dependsOn: ['web'] })),
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
          verdict: refused,
        },
      ],
    },
  ],
  [
    'what a webhook quoted when it refused to let a Secret be taken over was in the log',
    reference('a secret that kubectl made anew', fleet(app('web', [item('Secret', 'web-secret')])), [
      30_000,
      { do: 'handiwork', work: { do: 'replace', key: '/Secret/ns-web/web-secret' } },
    ]),
    { kind: 'list', faults: [{ point: 'api.write', index: 3, verdict: refused }] },
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
  [
    'an application was written whose declaration had gone while it was looked at',
    reference('declared away meanwhile', fleet(app('web', [config]), app('shop', [shared])), [
      1_000,
      fleet(app('shop', [shared])),
    ]),
    {
      kind: 'during',
      faults: [{ point: 'api.watch', matching: 'configmaps', from: 0, to: 900, verdict: { do: 'hang', ms: 90_000 } }],
    },
  ],
  [
    'a resource that moved to an application that may not see its kind just then was deleted by the former one',
    reference(
      'moved out of sight',
      fleet(app('a', [config, shared]), shop),
      [25_000, { do: 'hinder', ms: 60_000, hindrance: { by: 'rights', of: 'services' } }],
      // The right is back, and not noticed yet.
      [88_000, fleet(app('a', [config]), app('shop', [...shop.items, { ...shared, namespace: 'ns-a' }]))],
    ),
    none,
  ],
  [
    'what a mirror that was made anew had come to know was told to nobody, since the fetch after it failed',
    reference(
      'news of a new mirror',
      fleet(app('web', [config])),
      [30_000, fleet(app('web', [newer(config)]))],
      [44_900, fleet(app('web', [newer(newer(config))]))],
    ),
    {
      kind: 'list',
      faults: [
        { point: 'git.read', index: 15, verdict: { do: 'fail' } },
        { point: 'git.refs', index: 4, verdict: { do: 'stale', by: 1 } },
        { point: 'git.fetch', index: 4, verdict: { do: 'fail' } },
        { point: 'git.fetch', index: 5, verdict: { do: 'fail' } },
      ],
    },
  ],
  [
    'a commit was applied by the rules of the one before, since its own could not be read for a moment',
    reference(
      'rules that cannot be read',
      fleet(app('web', [config, shared], { forbids: [] }), shop),
      [
        30_000,
        fleet(
          app('web', [newer(config)], { forbids: ['Service'] }),
          app('shop', shop.items.map(newer), { automated: false }),
        ),
      ],
      [30_100, { do: 'request', request: { ask: 'refresh', app: 'web' } }],
      [50_000, fleet(app('web', [newer(config)]), app('shop', shop.items.map(newer)))],
    ),
    {
      kind: 'during',
      faults: [{ point: 'git.read', matching: 'cat-file', from: 30_000, to: 31_000, verdict: { do: 'fail' } }],
    },
  ],
  [
    'a commit was applied at a start by the rules that were remembered, since its own could not be read for a moment',
    reference(
      'rules that cannot be read at a start',
      fleet(app('web', [config, shared], { forbids: [] })),
      [29_900, { do: 'crash' }],
      [30_000, fleet(app('web', [newer(config)], { forbids: ['Service'] }))],
      [60_000, fleet(app('web', [newer(config)]))],
    ),
    { kind: 'list', faults: [36, 37].map(index => ({ point: 'git.read', index, verdict: { do: 'fail' } })) },
  ],
  [
    'what a project had forbidden could not be deleted when the application had left it for none',
    reference(
      'a project that is left',
      fleet(app('web', [config, shared], { forbids: [] })),
      [20_000, fleet(app('web', [config], { forbids: ['Service'] }))],
      [40_000, fleet(app('web', [config]))],
    ),
    none,
  ],
];

test.each(found)('%s', async (_, { history }, plan) => {
  const { violations } = await runHistory(history, plan);
  expect(violations).toEqual([]);
});

test('where answers to writes are lost, repairs and syncs do not take turns at one resource without a pause', async () => {
  const { history } = reference(
    'lost answers',
    fleet(app('web', [config, shared])),
    [30_000, { do: 'handiwork', work: { do: 'edit', key: '/ConfigMap/ns-web/web-config' } }],
    [40_000, fleet(app('web', [config, newer(shared)]))],
  );
  const { evidence, violations } = await runHistory(history, {
    kind: 'during',
    faults: [
      {
        ...{ point: 'api.write', matching: 'configmaps/web-config', from: 30_000, to: 90_000 },
        verdict: { do: 'fail-after' },
      },
    ],
  });
  const written = evidence.log.filter(
    one => one.at > 30_000 && one.at < 90_000 && isWrite(one) && isOurs(one) && one.path.includes('web-config'),
  );
  // Five tries each: a repair and then the commit, at once, and what comes after its pauses.
  expect(written.length).toBeGreaterThan(10);
  expect(written.length).toBeLessThan(25);
  expect(violations).toEqual([]);
});

test('while the newest commit cannot be rendered, repairs of what is in force do not supersede each other', async () => {
  const items = [config, shared, item('Secret', 'web-secret'), item('Deployment', 'web')];
  const { history } = reference(
    'repaired under a mistake',
    fleet(app('web', items)),
    [30_000, fleet({ ...app('web', items), broken: 'text' })],
    [46_000, { do: 'delete namespace', name: 'ns-web' }],
    [90_000, fleet(app('web', items))],
  );
  const { log, violations } = await runHistory(history, none);
  expect(log.filter(({ message }) => /^heals/.test(message)).length).toBeGreaterThan(2);
  expect(log.filter(({ message }) => /^superseded/.test(message))).toEqual([]);
  expect(violations).toEqual([]);
});

test('a mirror that could not be made anew, since the server was away, is made anew when that answers', async () => {
  const { history } = reference('a new mirror later', fleet(app('web', [config])), [
    30_000,
    fleet(app('web', [newer(config)])),
  ]);
  const fails = { do: 'fail' } as const;
  const { log, violations } = await runHistory(history, {
    kind: 'list',
    faults: [
      { point: 'git.read', index: 15, verdict: fails },
      { point: 'git.fetch', index: 2, verdict: fails },
      { point: 'git.fetch', index: 3, verdict: fails },
    ],
  });
  const tries = log.filter(({ message }) => message === 'the mirror is damaged and is made anew');
  expect(tries.map(({ at }) => Math.floor(at / 1_000))).toEqual([45, 75]);
  expect(violations).toEqual([]);
});

test('a change that comes with a delete does not wait for the render of another application that hangs', async () => {
  const { history } = reference('deletes beside a hanging render', fleet(app('web', [config, shared]), shop), [
    30_000,
    fleet(app('web', [newer(config)]), app('shop', [newer(item('ConfigMap', 'shop-config'))])),
  ]);
  const { violations } = await runHistory(
    { ...history, victim: 'shop' },
    {
      kind: 'during',
      faults: [{ point: 'render', matching: 'shop', from: 30_000, to: 90_000, verdict: { do: 'hang' } }],
    },
  );
  expect(violations).toEqual([]);
});
