import { mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { realEnv } from '../../../src/env/real.ts';
import { defaultPolicy } from '../../../src/model/application.ts';
import type { Applied, Desired, Live, Rendered } from '../../../src/model/resource.ts';
import { renderAppSpec } from '../../../src/render/machine/appspec.ts';
import { renderProcfile } from '../../../src/render/machine/procfile.ts';
import type { RenderRequest } from '../../../src/render/renderer.ts';
import { parseDataReference } from '../../../src/sources/data-reference.ts';
import { type MemoryFile, memoryTree } from '../../../src/sources/memory-tree.ts';
import { unrestricted } from '../../../src/targets/contract.ts';
import { createMachineTarget, type MachineTarget, type MachineTuning } from '../../../src/targets/machine/target.ts';
import type { ApplyContext, Preview } from '../../../src/targets/target.ts';
import { temporaryDirectory } from '../../world/directory.ts';
import { waitFor } from '../../world/wait.ts';

export type Files = Record<string, MemoryFile>;

const signal = AbortSignal.timeout(300_000);

export const quick: Partial<MachineTuning> = {
  service: { settleMs: 150, stableMs: 3_000, firstBackoffMs: 100, maxBackoffMs: 1_000, graceMs: 1_000 },
  rescanMs: 300,
  rotateMs: 100,
};

/** A machine in a directory, and the little of a reconciler that a target needs: render, plan by comparison, apply in order. */
export interface Machine extends AsyncDisposable {
  path: string;
  srv: string;
  target: MachineTarget;
  /** Delivers the files as the whole of an application's directory; answers what was applied. */
  deliver(application: string, files: Files, options?: { hooks?: boolean; wait?: boolean }): Promise<Delivery>;
  /** Everything live of the application, by `Kind name`. */
  live(application: string): Record<string, Live>;
  /** Deletes all of the application in reverse order. */
  tearDown(application: string): Promise<void>;
  /** A new target on the same directories, as after a restart of Holdfast. */
  reopen(): Promise<void>;
}

interface Delivery {
  desired: Desired[];
  applied: Applied[];
  previews: Map<string, Preview>;
  /** What drifted or is new, according to previews taken now. */
  again(): Promise<Preview[]>;
}

export async function startMachine(tuning: Partial<MachineTuning> = quick): Promise<Machine> {
  const { path } = await temporaryDirectory('machine');
  await mkdir(`${path}/srv`);
  const machine = openMachine(path, tuning);
  await machine.target.start(signal);
  return machine;
}

/** The machine in this directory; its target is not started yet. */
export function openMachine(path: string, tuning: Partial<MachineTuning> = quick): Machine {
  const srv = `${path}/srv`;
  const open = () =>
    createMachineTarget({
      env: realEnv(),
      root: `${path}/root`,
      stateDirectory: `${path}/state`,
      allowedRoots: [srv],
      name: 'box',
      tuning,
    });
  const machine: Machine = {
    path,
    srv,
    target: open(),
    async deliver(application, files, { hooks = true, wait = true } = {}) {
      const { target } = machine;
      const { resources } = await render(application, files);
      const context = contextOf(application);
      const { desired, problems } = await target.identify(resources, context, signal);
      if (problems[0] !== undefined) throw new Error(problems[0].message);
      await target.cover(application, desired, signal);
      const previews = new Map<string, Preview>();
      const applied: Applied[] = [];
      const keys = desired.map(({ key }) => key);
      for (const each of inOrder(desired)) {
        if (each.hook !== undefined && !(hooks && each.phases.some(phase => phase !== 'PreDelete'))) continue;
        const live = target.observe(application, keys).live.get(each.key);
        const preview = await target.preview(each, live, context, signal);
        previews.set(`${each.id.kind} ${each.id.name}`, preview);
        if (each.hook === undefined && preview.changes.length === 0) continue;
        applied.push(await target.apply(each, live, context, signal));
        if (each.hook !== undefined && wait) await finished(target, application, each);
      }
      const wanted = new Set(keys);
      for (const live of [...target.observe(application, []).live.values()].sort((a, b) => b.rank - a.rank)) {
        if (!wanted.has(live.key) && live.hook === undefined)
          await target.remove(live, { propagation: 'foreground', permit: unrestricted }, signal);
      }
      const again = async () => {
        const found: Preview[] = [];
        for (const each of desired.filter(({ hook }) => hook === undefined)) {
          const live = target.observe(application, keys).live.get(each.key);
          const preview = await machine.target.preview(each, live, context, signal);
          if (preview.changes.length > 0) found.push(preview);
        }
        return found;
      };
      return { desired, applied, previews, again };
    },
    live(application) {
      const found: Record<string, Live> = {};
      for (const live of machine.target.observe(application, []).live.values())
        found[`${live.id.kind} ${live.id.name}`] = live;
      return found;
    },
    async tearDown(application) {
      const lives = [...machine.target.observe(application, []).live.values()];
      for (const live of lives.sort((a, b) => b.rank - a.rank))
        await machine.target.remove(live, { propagation: 'foreground', permit: unrestricted }, signal);
    },
    async reopen() {
      machine.target = open();
      await machine.target.start(signal);
    },
    async [Symbol.asyncDispose]() {
      await machine.target.close({ stopProcesses: true });
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    },
  };
  return machine;
}

export function contextOf(application: string): ApplyContext {
  return {
    application,
    namespace: '',
    policy: defaultPolicy,
    ignoreDifferences: [],
    permit: unrestricted,
    contents: {
      async open(reference) {
        const bytes = parseDataReference(reference);
        if (bytes === undefined) throw new Error('not a data reference');
        return (async function* () {
          yield bytes;
        })();
      },
    },
  };
}

export async function render(
  application: string,
  files: Files,
): Promise<{ resources: Rendered[]; warnings: string[] }> {
  const tree = memoryTree(files);
  const request: RenderRequest = {
    environment: '',
    application: { name: application, project: 'default' },
    namespace: '',
    source: { repoURL: '', path: '.', targetRevision: '' },
    revision: 'r',
    tree,
    refs: new Map(),
    capabilities: { kubeVersion: '', apiVersions: [], hash: '' },
    allowsRemote: () => false,
  };
  return await ('appspec.yml' in files ? renderAppSpec : renderProcfile)(request, signal);
}

function inOrder(desired: readonly Desired[]): Desired[] {
  const phase = ({ phases }: Desired) => ['PreSync', 'Sync', 'PostSync'].indexOf(phases[0] ?? '');
  return [...desired].sort((a, b) => phase(a) - phase(b) || a.wave - b.wave || a.rank - b.rank);
}

async function finished(target: MachineTarget, application: string, { key, id }: Desired): Promise<void> {
  const done = await waitFor(`the hook ${id.name}`, () => {
    const live = target.observe(application, [key]).live.get(key);
    return live?.completion === 'running' ? undefined : live;
  });
  if (done.completion === 'failed') throw new Error(done.health.message);
}

export async function waitHealthy(machine: Machine, application: string, name: string): Promise<Live> {
  return await waitFor(`${name} to be healthy`, () => {
    const live = machine.live(application)[name];
    return live?.health.status === 'Healthy' ? live : undefined;
  });
}

export function pidOf(live: Live | undefined): number {
  return Number(/process (\d+)/.exec(live?.summary ?? '')?.[1] ?? Number.NaN);
}

/** Processes that run in this directory or below it, whoever started them. */
export async function runningIn(directory: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await readdir('/proc')) {
    const cwd = /^\d+$/.test(pid) ? await readlink(`/proc/${pid}/cwd`).catch(() => '') : '';
    if (cwd.startsWith(directory)) found.push(Number(pid));
  }
  return found;
}
