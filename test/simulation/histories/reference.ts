import { changesBetween, type App, type Fleet, filesOf } from './fleet.ts';
import type { Action, History } from './history.ts';
import { definitionName, type Item } from './items.ts';

/** Small histories in which every single fault is tried at every place where it can happen. */
export interface Reference {
  name: string;
  history: History;
}

function app(name: string, items: Item[], more: Partial<App> = {}): App {
  return {
    ...{ name, namespace: `ns-${name}`, automated: true, prune: true, selfHeal: true, cascade: true },
    ...{ dependsOn: [], items },
    ...more,
  };
}

function item(kind: Item['kind'], name: string, more: Partial<Item> = {}): Item {
  return { kind, name, rev: 1, ...more };
}

function fleet(...apps: App[]): Fleet {
  return { style: 'holdfast', apps, readme: 0 };
}

type Step = [at: number, what: Fleet | Omit<Action, 'at'>];

function reference(name: string, first: Fleet, ...steps: Step[]): Reference {
  let present = first;
  const actions = steps.map(([at, what], i): Action => {
    if (!('apps' in what)) return { at, ...what } as Action;
    const files = changesBetween(filesOf(present), filesOf(what));
    present = what;
    return { at, do: 'commit', words: `step ${i}`, files };
  });
  const calmAt = (steps.at(-1)?.[0] ?? 0) + 30_000;
  const history: History = {
    ...{ seed: 1, words: name, target: 'kubernetes', first: filesOf(first), actions, calmAt },
    encores: ['restart'],
  };
  return { name, history };
}

const config = item('ConfigMap', 'web-config');
const deployment = item('Deployment', 'web');
const secret = item('Secret', 'web-secret');
const hooks = [
  item('Job', 'web-before', { hook: 'PreSync', hookDeletePolicy: 'BeforeHookCreation' }),
  item('Job', 'web-after', { hook: 'PostSync', hookDeletePolicy: 'HookSucceeded' }),
];
const newer = (one: Item): Item => ({ ...one, rev: one.rev + 1 });

const stuck = item('Deployment', 'web', { ails: true });

export const references: readonly Reference[] = [
  reference(
    'a wave that never gets well',
    fleet(app('web', [stuck, { ...config, wave: 1 }, hooks[0] as Item])),
    [35_000, fleet(app('web', [newer(deployment), { ...newer(config), wave: 1 }, hooks[0] as Item]))],
  ),
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
    fleet(app('web', [config, deployment]), app('shop', [item('ConfigMap', 'shop-config'), item('Secret', 'shop-secret')])),
    [25_000, { do: 'handiwork', work: { do: 'delete', key: '/ConfigMap/ns-web/web-config' } } as Omit<Action, 'at'>],
    [26_000, { do: 'handiwork', work: { do: 'edit', key: 'apps/Deployment/ns-web/web' } } as Omit<Action, 'at'>],
    [30_000, fleet(app('web', [config, deployment]))],
  ),
  reference(
    'what is to go was made anew by somebody',
    fleet(app('web', [config, item('ConfigMap', 'web-old'), item('Service', 'web')])),
    [30_000, fleet(app('web', [config, item('Service', 'web')]))],
    [30_100, { do: 'request', request: { ask: 'refresh', app: 'web' } } as Omit<Action, 'at'>],
    [30_450, { do: 'handiwork', work: { do: 'replace', key: '/ConfigMap/ns-web/web-old' } } as Omit<Action, 'at'>],
  ),
];
