import type { Draw } from '../draw.ts';
import {
  type FileItem,
  type HookEvent,
  hookEvents,
  type Installation,
  type MachineApp,
  type MachineFleet,
  machineRoot,
  type ProcessItem,
  type ScriptItem,
  type Services,
} from './fleet.ts';

const names = ['blue', 'green', 'red', 'gold', 'grey'];

export function drawMachineFleet(draw: Draw): MachineFleet {
  const style = draw.is(0.8) ? 'holdfast' : 'directories';
  const apps = names.slice(0, draw.whole(1, 3)).map((name, i) => {
    const given = style === 'holdfast';
    const app = drawApp(name, draw, given);
    if (!given) return app;
    const dependsOn = i > 0 && draw.is(0.15) ? [names[0] ?? ''] : [];
    const policy = { automated: draw.is(0.9), prune: draw.is(0.9), selfHeal: draw.is(0.87), cascade: draw.is(0.8) };
    return { ...app, ...policy, dependsOn };
  });
  const first = apps[0];
  // What others wait for has to become Synced by itself.
  if (first !== undefined && apps.some(({ dependsOn }) => dependsOn.length > 0))
    Object.assign(first, { automated: true, prune: true, selfHeal: true });
  return { style, apps, readme: 0 };
}

/** `probed`: where there is a place to say so. */
export function drawApp(name: string, draw: Draw, probed: boolean): MachineApp {
  const common = { automated: true, prune: true, selfHeal: true, cascade: true, dependsOn: [], rev: 1 };
  return draw.is(0.5) ? drawServices() : drawInstallation();

  function drawServices(): Services {
    const processes = ['main', 'worker', 'cron'].slice(0, draw.whole(1, 3)).map(one => drawProcess(one, draw));
    // It takes ten seconds to end.
    if (draw.is(0.2)) processes[0] = { name: 'main', also: 'stubborn' };
    const port = 8_000 + 100 * names.indexOf(name);
    const probe = probed && draw.is(0.8) ? draw.pick(['http', 'http', 'tcp', 'stable'] as const) : undefined;
    return { ...common, ...{ name, form: 'procfile', processes, port }, ...(probe === undefined ? {} : { probe }) };
  }

  function drawInstallation(): Installation {
    const files = Array.from({ length: draw.whole(1, 5) }, (_, i) => drawFile(name, `${i}`, draw));
    const hooks: Partial<Record<HookEvent, ScriptItem>> = {};
    if (draw.is(0.4)) for (const event of draw.some(hookEvents, 0.5)) hooks[event] = { rev: 1 };
    // What somebody made in its place is in the way until they take it away: nobody does that here.
    return { ...common, ...{ name, form: 'appspec', files, hooks, exists: 'OVERWRITE' } };
  }
}

export function drawProcess(name: string, draw: Draw): ProcessItem {
  return draw.is(0.3) ? { name, also: 'sleep 2s' } : { name };
}

export function drawFile(app: string, suffix: string, draw: Draw): FileItem {
  const directory = draw.pick(['', '/etc', '/etc/deep']);
  const file: FileItem = { path: `${machineRoot}/${app}${directory}/${app}-${suffix}`, rev: 1 };
  if (draw.is(0.2)) file.mode = draw.pick(['600', '755']);
  if (draw.is(0.15)) file.owner = 'web';
  return file;
}
