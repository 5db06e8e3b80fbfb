import type { Draw } from './draw.ts';
import type { App, Fleet } from './fleet.ts';
import { definitionName, type Item, type ItemKind } from './items.ts';

const appNames = ['blue', 'green', 'red', 'gold'];
const plainKinds: readonly ItemKind[] = ['ConfigMap', 'ConfigMap', 'Secret', 'Service', 'ServiceAccount', 'Deployment'];

export function drawFleet(draw: Draw): Fleet {
  const style = draw.pick(['holdfast', 'holdfast', 'argo', 'directories'] as const);
  const names = appNames.slice(0, draw.whole(1, 4));
  const withDefinition = draw.is(0.15) ? draw.pick(names) : '';
  const shared = draw.is(0.15);
  const apps = names.map((name, i): App => {
    const given = style !== 'directories';
    const automated = !given || draw.is(0.88);
    return {
      ...{ name, namespace: given ? (shared ? 'shared' : `ns-${name}`) : '', automated },
      prune: !given || draw.is(0.88),
      selfHeal: !given || draw.is(0.85),
      cascade: !given || draw.is(0.8),
      dependsOn: style === 'holdfast' && i > 0 && draw.is(0.15) ? [names[0] ?? ''] : [],
      items: drawItems(name, name === withDefinition, draw),
    };
  });
  const first = apps[0];
  // What others wait for has to become Synced by itself.
  if (first !== undefined && apps.some(({ dependsOn }) => dependsOn.length > 0))
    Object.assign(first, { automated: true, prune: true, selfHeal: true });
  return { style, apps, readme: 0 };
}

function drawItems(app: string, withDefinition: boolean, draw: Draw): Item[] {
  const waves = draw.is(0.25);
  const items = Array.from({ length: draw.whole(1, 5) }, (_, i) => drawItem(app, `${i}`, draw, waves));
  if (withDefinition) {
    items.push({ kind: 'Definition', name: definitionName, rev: 1 });
    items.push({ kind: 'Widget', name: `${app}-widget`, rev: 1, ...(waves ? { wave: 1 } : {}) });
  }
  if (draw.is(0.2)) items.push(drawHook(app, draw));
  return items;
}

export function drawItem(app: string, suffix: string, draw: Draw, waves = false): Item {
  const kind = draw.pick(plainKinds);
  const item: Item = { kind, name: `${app}-${suffix}`, rev: 1 };
  if (waves) item.wave = draw.whole(-1, 2);
  if (kind === 'Deployment' && draw.is(0.3)) item.options = 'Force=true';
  return item;
}

export function drawHook(app: string, draw: Draw): Item {
  const item: Item = { kind: 'Job', name: `${app}-hook`, rev: 1, hook: draw.pick(['PreSync', 'PostSync'] as const) };
  if (draw.is(0.6)) item.hookDeletePolicy = draw.pick(['BeforeHookCreation', 'HookSucceeded']);
  return item;
}
