import type { Draw } from '../draw.ts';
import { drawApp, drawFile, drawProcess } from './draw.ts';
import { hookEvents, type Installation, type MachineApp, type MachineFleet, type Services } from './fleet.ts';

/** What a commit may do. Each answers the new fleet, or undefined when there is nothing to do it to. */
type Change = (fleet: MachineFleet, draw: Draw) => MachineFleet | undefined;

const changes: Record<string, [weight: number, Change]> = {
  'changes one': [8, (fleet, draw) => onApp(fleet, draw, app => newer(app, draw))],
  'changes something everywhere': [3, (fleet, draw) => ({ ...fleet, apps: fleet.apps.map(app => newer(app, draw)) })],
  'adds one': [4, (fleet, draw) => onApp(fleet, draw, app => added(app, draw))],
  'removes one': [5, (fleet, draw) => onApp(fleet, draw, app => without(app, draw, 1))],
  'removes many': [2, (fleet, draw) => onApp(fleet, draw, app => without(app, draw, draw.whole(2, 5)))],
  'moves a file': [3, move],
  'adds an application': [2, addApp],
  'removes an application': [3, removeApp],
  'breaks a file': [3, (fleet, draw) => onApp(fleet, draw, app => ({ ...app, broken: true }))],
  'breaks the environment': [2, fleet => ({ ...fleet, broken: true, readme: fleet.readme + 1 })],
  'repairs everything': [3, fleet => repairedMachine(fleet)],
  'changes a policy': [2, policy],
  'says something else': [2, fleet => ({ ...fleet, readme: fleet.readme + 1 })],
  'adds or edits a hook': [2, (fleet, draw) => onApp(fleet, draw, app => hooked(app, draw, false))],
  'makes something ail': [5, (fleet, draw) => onApp(fleet, draw, app => ailing(app, draw))],
};

export function mutateMachine(fleet: MachineFleet, draw: Draw): { fleet: MachineFleet; words: string } {
  const total = Object.values(changes).reduce((sum, [weight]) => sum + weight, 0);
  for (;;) {
    let at = draw.fraction() * total;
    const chosen = Object.entries(changes).find(([, [weight]]) => {
      at -= weight;
      return at < 0;
    });
    const next = chosen?.[1][1](fleet, draw);
    if (chosen !== undefined && next !== undefined) return { fleet: next, words: chosen[0] };
  }
}

type Edit = (app: MachineApp) => MachineApp | undefined;

/** Whatever changes in the directory of an application makes its revision another one. */
function onApp(fleet: MachineFleet, draw: Draw, change: Edit): MachineFleet | undefined {
  const chosen = draw.pick(fleet.apps);
  const next = change(chosen);
  if (next === undefined) return undefined;
  return { ...fleet, apps: fleet.apps.map(app => (app === chosen ? { ...next, rev: chosen.rev + 1 } : app)) };
}

function newer(app: MachineApp, draw: Draw): MachineApp {
  const rev = app.rev + 1;
  if (app.form === 'procfile' || app.files.length === 0) return { ...app, rev };
  const chosen = draw.pick(app.files);
  return { ...app, rev, files: app.files.map(file => (file === chosen ? { ...file, rev: file.rev + 1 } : file)) };
}

/** Names are never used twice, but by what is moved or comes back. */
function added(app: MachineApp, draw: Draw): MachineApp | undefined {
  if (app.form === 'appspec') return { ...app, files: [...app.files, drawFile(app.name, `n${app.rev}`, draw)] };
  if (app.processes.length > 4) return undefined;
  return { ...app, processes: [...app.processes, drawProcess(`more${app.rev}`, draw)] };
}

function without(app: MachineApp, draw: Draw, count: number): MachineApp | undefined {
  const all: readonly object[] = app.form === 'procfile' ? app.processes : app.files;
  // A Procfile without a process is none.
  if (all.length < count || (app.form === 'procfile' && all.length === count)) return undefined;
  const gone = new Set<object>();
  while (gone.size < count) gone.add(draw.pick(all));
  return app.form === 'procfile'
    ? { ...app, processes: app.processes.filter(one => !gone.has(one)) }
    : { ...app, files: app.files.filter(one => !gone.has(one)) };
}

function move(fleet: MachineFleet, draw: Draw): MachineFleet | undefined {
  const installations = fleet.apps.filter(app => app.form === 'appspec');
  if (installations.length < 2) return undefined;
  const [from, to] = [draw.pick(installations), draw.pick(installations)];
  if (from === to || from.files.length === 0) return undefined;
  const file = draw.pick(from.files);
  const change = (app: Installation, files: Installation['files']) => ({ ...app, rev: app.rev + 1, files });
  return {
    ...fleet,
    apps: fleet.apps.map(app => {
      if (app === from)
        return change(
          from,
          from.files.filter(one => one !== file),
        );
      return app === to ? change(to, [...to.files, { ...file, rev: file.rev + 1 }]) : app;
    }),
  };
}

function addApp(fleet: MachineFleet, draw: Draw): MachineFleet | undefined {
  const name = ['blue', 'green', 'red', 'gold', 'grey'].find(one => fleet.apps.every(app => app.name !== one));
  if (name === undefined) return undefined;
  return { ...fleet, apps: [...fleet.apps, drawApp(name, draw, fleet.style === 'holdfast')] };
}

function removeApp(fleet: MachineFleet, draw: Draw): MachineFleet | undefined {
  if (fleet.apps.length < 2) return undefined;
  const gone = draw.pick(fleet.apps);
  if (fleet.apps.some(({ dependsOn }) => dependsOn.includes(gone.name))) return undefined;
  return { ...fleet, apps: fleet.apps.filter(app => app !== gone) };
}

function policy(fleet: MachineFleet, draw: Draw): MachineFleet | undefined {
  if (fleet.style === 'directories') return undefined;
  const isNeeded = (name: string) => fleet.apps.some(({ dependsOn }) => dependsOn.includes(name));
  const chosen = draw.pick(fleet.apps);
  if (isNeeded(chosen.name)) return undefined;
  const word = draw.pick(['automated', 'prune', 'selfHeal', 'cascade'] as const);
  return { ...fleet, apps: fleet.apps.map(app => (app === chosen ? { ...app, [word]: !app[word] } : app)) };
}

function hooked(app: MachineApp, draw: Draw, ails: boolean): MachineApp | undefined {
  if (app.form === 'procfile') return undefined;
  const event = draw.pick(hookEvents);
  const rev = (app.hooks[event]?.rev ?? 0) + 1;
  return { ...app, hooks: { ...app.hooks, [event]: { rev, ...(ails ? { ails } : {}) } } };
}

/** A process that never gets well, or a script that fails: where something was well before, that comes back. */
function ailing(app: MachineApp, draw: Draw): MachineApp | undefined {
  if (app.form === 'appspec') return hooked(app, draw, true);
  const isSeen = app.probe === 'http';
  const ails = draw.pick(isSeen ? (['exit', 'status', 'never'] as const) : (['exit'] as const));
  return { ...app, processes: app.processes.map((one, i) => (i === 0 ? { ...one, ails } : one)) };
}

/** Everything as it can be delivered. */
export function repairedMachine(fleet: MachineFleet): MachineFleet {
  const { broken: _, ...rest } = fleet;
  return { ...rest, readme: fleet.readme + 1, apps: fleet.apps.map(app => wellAgain(app)) };
}

function wellAgain(app: MachineApp): MachineApp {
  const { broken: _, ...rest } = app;
  return rest.form === 'procfile' ? wellServices(rest) : wellInstallation(rest);
}

function wellServices(app: Services): Services {
  if (app.processes.every(({ ails }) => ails === undefined)) return app;
  return { ...app, rev: app.rev + 1, processes: app.processes.map(({ ails: _, ...process }) => process) };
}

function wellInstallation(app: Installation): Installation {
  const events = Object.entries(app.hooks);
  if (events.every(([, { ails }]) => !ails)) return app;
  const hooks = Object.fromEntries(events.map(([event, { rev, ails }]) => [event, { rev: ails ? rev + 1 : rev }]));
  return { ...app, rev: app.rev + 1, hooks };
}
