import { secretOf } from '../items.ts';

/** What a history declares for a machine at one moment. */
export interface MachineFleet {
  style: 'holdfast' | 'directories';
  apps: MachineApp[];
  /** Nothing can be read of the environment itself. */
  broken?: boolean;
  /** Raised by commits that say nothing of any application. */
  readme: number;
}

interface Common {
  name: string;
  automated: boolean;
  prune: boolean;
  selfHeal: boolean;
  cascade: boolean;
  dependsOn: string[];
  /** Goes up with every change in the directory; written into what it consists of. */
  rev: number;
  /** Its one file that says what it is cannot be read. */
  broken?: boolean;
}

/** A Procfile, and files beside it. */
export interface Services extends Common {
  form: 'procfile';
  processes: ProcessItem[];
  /** Ports of its processes go up from here. */
  port: number;
  probe?: 'http' | 'tcp' | 'stable';
}

/** An appspec.yml. */
export interface Installation extends Common {
  form: 'appspec';
  files: FileItem[];
  hooks: Partial<Record<HookEvent, ScriptItem>>;
  exists: 'DISALLOW' | 'OVERWRITE';
}

export type MachineApp = Services | Installation;

export interface ProcessItem {
  name: string;
  /** Never gets well: ends at once, answers with errors, does not listen. */
  ails?: 'exit' | 'status' | 'never';
  /** What else is on its command line, first: `stubborn`, `sleep 2s`. */
  also?: string;
}

export interface FileItem {
  /** On the machine. Its last name is the same in the revision. */
  path: string;
  rev: number;
  mode?: string;
  owner?: 'web';
}

export const hookEvents = [
  ...(['ApplicationStop', 'BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'] as const),
];
export type HookEvent = (typeof hookEvents)[number];

export interface ScriptItem {
  rev: number;
  ails?: boolean;
}

/** Where files of applications go. */
export const machineRoot = '/srv';

export function machineFilesOf(fleet: MachineFleet): Record<string, string> {
  const files: Record<string, string> = { 'README.md': `words ${fleet.readme}` };
  for (const app of fleet.apps) {
    const directory = fleet.style === 'directories' ? `env/${app.name}` : `apps/${app.name}`;
    for (const [path, text] of Object.entries(directoryFiles(app))) files[`${directory}/${path}`] = text;
  }
  if (fleet.style === 'holdfast') files['env/holdfast.yaml'] = fleet.broken ? '{' : environmentFile(fleet);
  return files;
}

function directoryFiles(app: MachineApp): Record<string, string> {
  return app.form === 'procfile' ? procfileOf(app) : appSpecOf(app);
}

function procfileOf({ name, processes, port, rev, broken }: Services): Record<string, string> {
  const lines = processes.map((process, i) => `${process.name}: ${commandOf(process, i)} as ${name}/${process.name}\n`);
  return {
    Procfile: broken ? 'no process\n' : lines.join(''),
    '.env': `PORT=${port}\nPASSWORD=${secretOf({ name, rev })}\n`,
    version: `rev ${rev} of ${name}\n`,
  };

  function commandOf({ ails, also }: ProcessItem, i: number): string {
    const place = i === 0 ? '$PORT' : `${port + i}`;
    if (ails === 'exit') return 'exit 3';
    const first = also === undefined ? '' : `${also} `;
    return ails === 'never' ? `${first}never-ready ${place}` : `${first}serve ${place}${ails ? ' status 500' : ''}`;
  }
}

function appSpecOf({ files, hooks, exists, broken }: Installation): Record<string, string> {
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const spec = {
    ...{ version: '0.0', os: 'linux', file_exists_behavior: exists },
    files: files.map(({ path }) => ({
      source: `files/${base(path)}`,
      destination: path.slice(0, path.lastIndexOf('/')),
    })),
    permissions: files.flatMap(({ path: object, mode, owner }) =>
      mode === undefined && owner === undefined
        ? []
        : [{ object, ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }) }],
    ),
    ...(Object.keys(hooks).length === 0
      ? {}
      : {
          hooks: Object.fromEntries(
            Object.keys(hooks).map(event => [event, [{ location: `hooks/${event}.sh`, timeout: '20' }]]),
          ),
        }),
  };
  const all: Record<string, string> = { 'appspec.yml': broken ? '{' : JSON.stringify(spec) };
  for (const { path, rev } of files) all[`files/${base(path)}`] = `rev ${rev} of ${path}\n`;
  for (const [event, { rev, ails }] of Object.entries(hooks))
    all[`hooks/${event}.sh`] = `#!/bin/sh\n# rev ${rev}\nsleep 1s\nexit ${ails ? 1 : 0}\n`;
  return all;
}

function environmentFile({ apps }: MachineFleet): string {
  return JSON.stringify({
    apiVersion: 'holdfast.dev/v1',
    kind: 'Environment',
    metadata: { name: 'sim' },
    spec: {
      defaults: { waveTimeout: '30s' },
      applications: apps.map(app => {
        const { name, automated, prune, selfHeal, cascade, dependsOn } = app;
        return {
          ...{ name, path: `apps/${name}`, sync: { automated, prune, selfHeal }, cascade },
          ...(dependsOn.length === 0 ? {} : { dependsOn }),
          ...(app.form === 'procfile' ? probeOf(app) : {}),
        };
      }),
    },
  });
}

function probeOf({ probe, port }: Services): object {
  const times = { timeout: '15s', interval: '2s' };
  switch (probe) {
    case 'http':
      return { health: { http: `http://127.0.0.1:${port}/`, ...times } };
    case 'tcp':
      return { health: { tcp: `127.0.0.1:${port}`, ...times } };
    case 'stable':
      return { health: { stable: '4s', ...times } };
    default:
      return {};
  }
}

/** `group/Kind/namespace/name` of what the application has, as people name it. */
export function keysOf(app: MachineApp): string[] {
  if (app.form === 'appspec') return app.files.map(({ path }) => `machine/File//${path}`);
  return app.processes.map(({ name }) => `machine/Process//${app.name}/${name}`);
}
