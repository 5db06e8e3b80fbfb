import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { describeResource } from '../../model/resource.ts';
import { passBorder } from '../border.ts';
import { createProbes } from '../probes.ts';
import type { Target } from '../target.ts';
import { userNames } from './accounts.ts';
import { createChanges } from './change.ts';
import { checkMachine } from './check.ts';
import type { MachineContext } from './context.ts';
import { contrast } from './contrast.ts';
import { identify } from './identify.ts';
import { createInventory } from './inventory.ts';
import { removeLeftovers } from './leftovers.ts';
import { createLives } from './lives.ts';
import { logPath, readLogs } from './logs.ts';
import { ownedProcesses, processEvents } from './owned.ts';
import { previewResource } from './preview.ts';
import { contentOf, readLive, showDeclared } from './read.ts';
import { owns } from './records.ts';
import { releasePath } from './releases.ts';
import { createRoots } from './roots.ts';
import { createScripts } from './scripts.ts';
import { type ServiceTimes, serviceTimes } from './service.ts';
import { createSupervisor } from './supervisor.ts';
import { watchFiles } from './watched-files.ts';

export interface MachineOptions {
  env: Env;
  /** Working directories of processes and their logs go below it. Absolute. */
  root: string;
  /** The target's own inventory; nobody else's. Absolute. */
  stateDirectory: string;
  /** Where applications may put files. Absolute. */
  allowedRoots: readonly string[];
  /** For people, and DEPLOYMENT_GROUP_NAME of hooks. */
  name: string;
  tuning?: Partial<MachineTuning>;
}

export interface MachineTuning {
  service: ServiceTimes;
  /** How often the outsides of all files are looked at, ms. */
  rescanMs: number;
  logBytes: number;
  logsKept: number;
  rotateMs: number;
}

const defaults: MachineTuning = {
  service: serviceTimes,
  rescanMs: 30_000,
  logBytes: 10 * 1024 * 1024,
  logsKept: 5,
  rotateMs: 5_000,
};

export interface MachineTarget extends Target {
  /** Without `stopProcesses`, what runs goes on, and the next Holdfast takes it over. */
  close(options?: { stopProcesses?: boolean }): Promise<void>;
}

/** A computer without a cluster: files, and processes that Holdfast runs itself. */
export function createMachineTarget(options: MachineOptions): MachineTarget {
  const { env, root, stateDirectory, allowedRoots, name } = options;
  const tuning = { ...defaults, ...options.tuning };
  const listeners = new Set<(application: string) => void>();
  const changed = (application: string) => {
    for (const listener of listeners) listener(application);
  };
  /** Paths that applications declare, whether or not they are theirs yet. */
  const declared = new Map<string, ReadonlySet<string>>();
  const releases = `${root}/releases`;
  const closed = [stateDirectory, releases, `${root}/logs`];
  const roots = createRoots(env.files, { allowed: allowedRoots, closed, releases });
  const machine: MachineContext = {
    env,
    root,
    name,
    inventory: createInventory(env, `${stateDirectory}/applications`),
    roots,
    files: watchFiles(env, { ...roots, rescanMs: tuning.rescanMs, onChange: changed }),
    self: { uid: 0, gid: 0 },
    changed,
  };
  const { inventory, files } = machine;
  const supervisor = createSupervisor(machine, { times: tuning.service, ...tuning });
  const scripts = createScripts(machine);
  const probes = createProbes({ env, programs: true, services: supervisor.services, changed });
  const lives = createLives(machine, supervisor, userNames(env));
  const changes = createChanges(machine, supervisor, scripts);
  let state: 'new' | 'started' | 'closed' = 'new';
  let isLoaded = false;

  async function findSelf(): Promise<void> {
    const file = `${stateDirectory}/self`;
    await env.files.writeAtomic(file, '', { mode: 0o600, durable: false });
    const stat = await env.files.stat(file);
    if (stat !== undefined) machine.self = { uid: stat.uid, gid: stat.gid };
  }

  return {
    kind: 'machine',
    description: `${name} (${root})`,
    rollsBack: true,
    server: '',

    async start(signal) {
      await env.files.makeDirectory(stateDirectory, { mode: 0o700 });
      await env.files.makeDirectory(root);
      await findSelf();
      // A start that failed is tried again: services that were begun hold on to the records that were read then.
      if (!isLoaded) await inventory.load();
      isLoaded = true;
      for (const record of inventory.all()) {
        const { application, release } = record;
        const paths = Object.keys(record.files);
        const directory = releasePath(root, application, release?.tree ?? '');
        for (const file of Object.keys(release?.files ?? {})) paths.push(`${directory}/${file}`);
        for (const path of paths) {
          signal.throwIfAborted();
          await files.track(path, application);
        }
      }
      await removeLeftovers(machine, signal);
      await supervisor.adopt();
      scripts.adopt();
      files.start();
      state = 'started';
    },

    async close({ stopProcesses = false } = {}) {
      if (state === 'closed') return;
      state = 'closed';
      probes.close();
      files.close();
      await scripts.close(stopProcesses);
      await supervisor.close(stopProcesses);
    },

    async capabilities() {
      return { kubeVersion: '', apiVersions: [], hash: 'machine' };
    },

    async identify(rendered, context) {
      return identify(rendered, context, roots);
    },

    async cover(application, desired, signal) {
      const paths = new Set(desired.filter(({ id }) => id.kind === 'File').map(({ id }) => id.name));
      const owned = inventory.find(application)?.files ?? {};
      for (const path of declared.get(application) ?? [])
        if (!paths.has(path) && !Object.hasOwn(owned, path)) files.untrack(path, application);
      if (paths.size > 0) declared.set(application, paths);
      else declared.delete(application);
      for (const path of paths) {
        signal.throwIfAborted();
        await files.track(path, application);
      }
      await changes.giveUp(application, paths);
    },

    observe(application, keys) {
      const unseen = files.doubt(application);
      const reason = unseen === undefined ? '' : `${unseen} cannot be looked at`;
      return {
        complete: state === 'started' && unseen === undefined,
        reason: state === 'started' ? reason : 'the machine is not looked at yet',
        live: lives.observe(application, keys),
      };
    },

    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async apply(desired, _live, context, signal) {
      passBorder(context.permit, 'write', desired.id);
      await changes.apply(desired, context, signal);
      if (desired.hook === undefined) probes.restart(context.application);
      changed(context.application);
      const applied = lives.applied(context.application, desired.id);
      if (applied === undefined)
        throw failure('INTERNAL', { reason: `${describeResource(desired.id)} was applied, and not written down` });
      return { key: desired.key, hash: desired.body.hash, ...applied };
    },

    async remove(live, { propagation, permit }) {
      passBorder(permit, 'delete', live.id);
      await changes.remove(live, propagation === 'orphan');
      changed(live.owner);
    },

    restarts: ({ kind }) => kind === 'Process',

    async restart(application, live, { permit }) {
      passBorder(permit, 'write', live.id);
      await changes.restart(live);
      probes.restart(application);
      changed(application);
    },

    async preview(desired, live, context, signal) {
      return await previewResource(machine, desired, live, context, signal);
    },

    async read(id) {
      return await readLive(machine, id);
    },

    show: showDeclared,
    contentOf: desired => contentOf(machine, desired),
    contrast,
    owned: async application => ownedProcesses(supervisor, application),
    events: async (application, id) => processEvents(supervisor, application, id),

    probe: application => probes.health(application),

    watchProbes(application, wanted) {
      probes.watch(application, wanted);
    },

    logs(application, resource, logOptions, signal) {
      if (logOptions.previous) throw failure('LOGS_NO_PREVIOUS', { target: 'machine' });
      const record = inventory.find(application);
      const names = [...Object.keys(record?.processes ?? {}), ...Object.keys(record?.scripts ?? {})];
      const wanted = resource?.slice(resource.lastIndexOf('/') + 1);
      const found = names.filter(known => wanted === undefined || known === wanted);
      const logs = found.map(source => ({ source, path: logPath(root, application, source) }));
      return readLogs(env, logs, logOptions, signal);
    },

    owners() {
      return [...inventory.all()].filter(owns).map(({ application }) => application);
    },

    async check() {
      return await checkMachine(env, { root, stateDirectory, allowedRoots }, machine.self.uid);
    },
  };
}
