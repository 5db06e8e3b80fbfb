import type { Draw } from './draw.ts';
import { drawHook, drawItem } from './draw-fleet.ts';
import type { App, Fleet } from './fleet.ts';
import { type Item, isClusterWide } from './items.ts';

/** What a commit may do to a fleet. Each answers the new fleet, or undefined when there is nothing to do it to. */
type Change = (fleet: Fleet, draw: Draw) => Fleet | undefined;

const changes: Record<string, [weight: number, Change]> = {
  'changes one': [8, (fleet, draw) => onApp(fleet, draw, app => onItem(app, draw, newer))],
  'changes all of one application': [
    3,
    (fleet, draw) => onApp(fleet, draw, app => ({ ...app, items: app.items.map(newer) })),
  ],
  'changes something everywhere': [
    3,
    (fleet, draw) => ({ ...fleet, apps: fleet.apps.map(app => onItem(app, draw, newer) ?? app) }),
  ],
  'adds one': [5, (fleet, draw) => onApp(fleet, draw, app => ({ ...app, items: [...app.items, fresh(app, draw)] }))],
  'removes one': [6, (fleet, draw) => onApp(fleet, draw, app => without(app, draw, 1))],
  'removes many': [2, (fleet, draw) => onApp(fleet, draw, app => without(app, draw, draw.whole(2, 6)))],
  'empties an application': [1, (fleet, draw) => onApp(fleet, draw, app => ({ ...app, items: [] }))],
  'moves one': [3, move],
  'adds an application': [2, addApp],
  'removes an application': [3, removeApp],
  'breaks a file': [3, (fleet, draw) => onApp(fleet, draw, app => broken(app, draw))],
  'breaks the environment': [2, fleet => ({ ...fleet, broken: true, readme: fleet.readme + 1 })],
  'repairs everything': [3, fleet => repaired(fleet)],
  'changes a policy': [2, policy],
  'says something else': [2, fleet => ({ ...fleet, readme: fleet.readme + 1 })],
  'adds or edits a hook': [2, (fleet, draw) => onApp(fleet, draw, app => hooked(app, draw))],
  'makes something ail': [3, (fleet, draw) => onApp(fleet, draw, app => ailing(app))],
  'changes what cannot be changed': [1, (fleet, draw) => onApp(fleet, draw, app => reselected(app))],
};

export function mutate(fleet: Fleet, draw: Draw): { fleet: Fleet; words: string } {
  for (;;) {
    const total = Object.values(changes).reduce((sum, [weight]) => sum + weight, 0);
    let at = draw.fraction() * total;
    for (const [words, [weight, change]] of Object.entries(changes)) {
      at -= weight;
      if (at >= 0) continue;
      const next = change(fleet, draw);
      if (next !== undefined) return { fleet: next, words };
      break;
    }
  }
}

function onApp(fleet: Fleet, draw: Draw, change: (app: App) => App | undefined): Fleet | undefined {
  const chosen = draw.pick(fleet.apps);
  const next = change(chosen);
  if (next === undefined) return undefined;
  return { ...fleet, apps: fleet.apps.map(app => (app === chosen ? next : app)) };
}

function onItem(app: App, draw: Draw, change: (item: Item) => Item): App | undefined {
  if (app.items.length === 0) return undefined;
  const chosen = draw.pick(app.items);
  return { ...app, items: app.items.map(item => (item === chosen ? change(item) : item)) };
}

function newer(item: Item): Item {
  return { ...item, rev: item.rev + 1 };
}

/** Names are never used twice, but by what is moved or comes back. */
function fresh(app: App, draw: Draw): Item {
  const taken = new Set(app.items.map(({ name }) => name));
  let serial = 0;
  while (taken.has(`${app.name}-n${serial}`)) serial++;
  return drawItem(app.name, `n${serial}`, draw);
}

function without(app: App, draw: Draw, count: number): App | undefined {
  const removable = app.items.filter(({ kind }) => kind !== 'Definition');
  if (removable.length < count) return undefined;
  const gone = new Set<Item>();
  while (gone.size < count) gone.add(draw.pick(removable));
  return { ...app, items: app.items.filter(item => !gone.has(item)) };
}

function move(fleet: Fleet, draw: Draw): Fleet | undefined {
  const from = draw.pick(fleet.apps);
  const to = draw.pick(fleet.apps);
  const movable = from.items.filter(
    ({ kind, hook }) => hook === undefined && kind !== 'Definition' && kind !== 'Widget',
  );
  if (from === to || movable.length === 0) return undefined;
  const item = draw.pick(movable);
  if (to.items.some(({ kind, name }) => kind === item.kind && name === item.name)) return undefined;
  // It stays where it is in the cluster: only who declares it is another.
  const namespace = item.namespace ?? (from.namespace || 'default');
  const { wave: _, ...moved } = { ...item, namespace };
  return {
    ...fleet,
    apps: fleet.apps.map(app => {
      if (app === from) return { ...app, items: app.items.filter(one => one !== item) };
      return app === to ? { ...app, items: [...app.items, moved] } : app;
    }),
  };
}

function addApp(fleet: Fleet, draw: Draw): Fleet | undefined {
  const name = ['blue', 'green', 'red', 'gold', 'grey'].find(one => fleet.apps.every(app => app.name !== one));
  if (name === undefined) return undefined;
  const given = fleet.style !== 'directories';
  const app: App = {
    ...{ name, namespace: given ? `ns-${name}` : '', automated: true, prune: true, selfHeal: true, cascade: true },
    ...{ dependsOn: [], items: [drawItem(name, '0', draw), drawItem(name, '1', draw)] },
  };
  return { ...fleet, apps: [...fleet.apps, app] };
}

function removeApp(fleet: Fleet, draw: Draw): Fleet | undefined {
  if (fleet.apps.length < 2) return undefined;
  const gone = draw.pick(fleet.apps);
  const needed = fleet.apps.some(({ dependsOn }) => dependsOn.includes(gone.name));
  if (needed || gone.items.some(({ kind }) => kind === 'Definition')) return undefined;
  return { ...fleet, apps: fleet.apps.filter(app => app !== gone) };
}

function broken(app: App, draw: Draw): App {
  return { ...app, broken: draw.pick(['text', 'kind', 'field'] as const) };
}

function policy(fleet: Fleet, draw: Draw): Fleet | undefined {
  if (fleet.style === 'directories') return undefined;
  const isNeeded = (name: string) => fleet.apps.some(({ dependsOn }) => dependsOn.includes(name));
  return onApp(fleet, draw, app => {
    if (isNeeded(app.name)) return undefined;
    const word = draw.pick(['automated', 'prune', 'selfHeal', 'cascade'] as const);
    return { ...app, [word]: !app[word] };
  });
}

function hooked(app: App, draw: Draw): App {
  const known = app.items.find(({ hook }) => hook !== undefined);
  if (known === undefined) return { ...app, items: [...app.items, drawHook(app.name, draw)] };
  return { ...app, items: app.items.map(item => (item === known ? newer(item) : item)) };
}

function reselected(app: App): App | undefined {
  const chosen = app.items.find(({ kind, options }) => kind === 'Deployment' && options === 'Force=true');
  if (chosen === undefined) return undefined;
  const selector = `${chosen.selector ?? ''}x`;
  return { ...app, items: app.items.map(item => (item === chosen ? { ...newer(item), selector } : item)) };
}

/** What runs to an end fails, what is to be ready never is; the next wave, or the sync, waits for it. */
function ailing(app: App): App | undefined {
  const chosen = app.items.find(({ kind, ails }) => (kind === 'Deployment' || kind === 'Job') && !ails);
  if (chosen === undefined) return undefined;
  return { ...app, items: app.items.map(item => (item === chosen ? { ...newer(item), ails: true } : item)) };
}

/**
 * The same commit takes away what lets its own change happen: the kind of what it drops is forbidden, nothing is pruned any
 * more, or nothing is automated. Nothing else of it.
 */
export function narrowed(before: Fleet, after: Fleet, draw: Draw): Fleet {
  if (after.style === 'directories') return after;
  const isNeeded = (name: string) => after.apps.some(({ dependsOn }) => dependsOn.includes(name));
  const apps = after.apps.map(app => {
    const former = before.apps.find(({ name }) => name === app.name);
    if (former === undefined || former.items === app.items || isNeeded(app.name)) return app;
    const kept = new Set(app.items.map(({ kind, name }) => `${kind} ${name}`));
    const gone = former.items.find(({ kind, name, hook }) => hook === undefined && !kept.has(`${kind} ${name}`));
    const kind = (gone ?? app.items[0])?.kind;
    const isBound = kind !== undefined && !isClusterWide({ kind }) && draw.is(0.7);
    if (isBound) return { ...app, forbids: [kind] };
    return draw.is(0.5) ? { ...app, prune: false } : { ...app, automated: false };
  });
  return { ...after, apps };
}

/** Everything as it can be delivered. */
export function repaired(fleet: Fleet): Fleet {
  const { broken: _, ...rest } = fleet;
  // The namespace of an application that is no more, or is a person's to sync, was perhaps never made, and is for nobody else to make.
  const homes = new Set([
    'default',
    ...fleet.apps.flatMap(({ automated, namespace }) => (automated ? [namespace] : [])),
  ]);
  const apps = fleet.apps.map(({ broken: __, forbids, ...app }) => {
    const items = app.items.map(item => {
      const { ails, namespace, ...well } = item;
      const home = namespace !== undefined && homes.has(namespace) ? { namespace } : {};
      return ails ? newer({ ...well, ...home }) : { ...well, ...home };
    });
    // A directory with nothing in it is no application: that is another history.
    const isEmpty = fleet.style === 'directories' && items.length === 0;
    const open = forbids === undefined ? {} : { forbids: [] };
    return {
      ...app,
      ...open,
      items: isEmpty ? [{ kind: 'ConfigMap' as const, name: `${app.name}-last`, rev: 1 }] : items,
    };
  });
  return { ...rest, readme: fleet.readme + 1, apps };
}
