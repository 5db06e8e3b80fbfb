import type { Desired, Live } from '../../model/resource.ts';
import type { ApplyContext } from '../target.ts';
import type { MachineContext } from './context.ts';
import { ownName } from './lives.ts';
import { createPlacedFiles } from './placed-files.ts';
import { type ApplicationRecord, owns, steeringOf } from './records.ts';
import { makeRelease, pruneReleases, type ReleaseFiles, releasePath, releasesDirectory } from './releases.ts';
import type { Scripts } from './scripts.ts';
import { readSpec } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

export interface Changes {
  apply(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void>;
  /** Nothing happens unless the record still is the one that `live` was read from. */
  remove(live: Live, orphan: boolean): Promise<void>;
  /** Gives up the files that are neither declared nor there any more. */
  giveUp(application: string, declared: ReadonlySet<string>): Promise<void>;
  /** Has a process begin anew as it is; nothing happens unless the record still is the one that `live` was read from. */
  restart(live: Live): Promise<void>;
}

/** The only code that changes the machine on somebody's behalf: one resource at a time. */
export function createChanges(machine: MachineContext, supervisor: Supervisor, scripts: Scripts): Changes {
  const { env, root, inventory, files } = machine;
  const placed = createPlacedFiles(machine);
  const turns = new Map<string, Promise<unknown>>();

  /** What begins and ends processes of one application goes one after the other, whoever asks for it. */
  async function inTurn(application: string, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(application) ?? Promise.resolve()).then(work, work);
    turns.set(application, turn);
    try {
      await turn;
    } finally {
      if (turns.get(application) === turn) turns.delete(application);
    }
  }

  async function applyRelease(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void> {
    const { application } = context;
    const spec = await readSpec('Release', desired.id.name, desired.body);
    const release = await makeRelease(env, root, application, spec, context.contents, signal);
    const record = inventory.of(application);
    const before = record.release;
    await trackRelease(application, spec.tree, release.files);
    record.release = { ...steeringOf(env, desired, before), tree: spec.tree, files: release.files };
    if (before !== undefined && before.tree !== spec.tree) untrackRelease(application, before.tree, before.files);
    await inventory.save(application);
    // What runs in a directory that was deleted by hand holds on to nothing: it has to begin again in the new one.
    for (const [name, process] of release.made ? Object.entries(record.processes) : []) {
      if (process.tree === spec.tree) await restart(application, name, record);
    }
    await pruneReleases(env, root, application, treesInUse(record));
  }

  async function restart(application: string, name: string, record: ApplicationRecord): Promise<void> {
    const process = record.processes[name];
    if (process === undefined) return;
    await supervisor.stop(application, name);
    delete process.identity;
    await supervisor.run(application, name, process);
  }

  async function trackRelease(application: string, tree: string, contents: ReleaseFiles): Promise<void> {
    const path = releasePath(root, application, tree);
    for (const name of Object.keys(contents)) {
      await files.track(`${path}/${name}`, application);
      await files.refresh(`${path}/${name}`);
    }
  }

  function untrackRelease(application: string, tree: string, contents: ReleaseFiles): void {
    const path = releasePath(root, application, tree);
    for (const name of Object.keys(contents)) files.untrack(`${path}/${name}`, application);
  }

  async function applyProcess(desired: Desired, { application }: ApplyContext): Promise<void> {
    const { process: name, env: variables, ...spec } = await readSpec('Process', desired.id.name, desired.body);
    const record = inventory.of(application);
    const known = record.processes[name];
    const wanted = { ...steeringOf(env, desired, known), ...spec, env: variables };
    if (known?.hash === wanted.hash && supervisor.service(application, name) !== undefined) {
      Object.assign(known, wanted);
      return await inventory.save(application);
    }
    await supervisor.requireRelease(application, spec.tree);
    await supervisor.stop(application, name);
    record.processes[name] = wanted;
    await supervisor.run(application, name, wanted);
    await pruneReleases(env, root, application, treesInUse(record));
  }

  async function applyScript(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void> {
    const { application } = context;
    const spec = await readSpec('Script', desired.id.name, desired.body);
    const { event, release } = spec;
    const record = inventory.of(application);
    const known = record.scripts[event];
    // It was begun before we were interrupted: wait for it instead of running it twice.
    if (known?.hash === desired.body.hash && scripts.isRunning(application, event)) return;
    await scripts.stop(application, event);
    let run = { tree: release.tree, scripts: spec.scripts };
    if (event === 'ApplicationStop') {
      run = { tree: record.installed?.tree ?? release.tree, scripts: record.installed?.stop ?? [] };
      record.installing = { tree: release.tree, stop: spec.scripts };
    }
    // Its own files, even if it runs none now: they are what its ApplicationStop will need when the next revision comes.
    await makeRelease(env, root, application, release, context.contents, signal);
    const begun = {
      ...steeringOf(env, desired, undefined),
      phases: desired.phases,
      deletePolicies: desired.hook?.deletePolicies ?? [],
      completion: 'running' as const,
      message: '',
    };
    record.scripts[event] = begun;
    await inventory.save(application);
    scripts.begin(application, event, begun, run.scripts, run.tree);
    await pruneReleases(env, root, application, treesInUse(record));
  }

  async function removeRelease(application: string, orphan: boolean): Promise<void> {
    const record = inventory.of(application);
    if (record.release === undefined) return;
    untrackRelease(application, record.release.tree, record.release.files);
    const { tree } = record.release;
    delete record.release;
    if (orphan || treesInUse(record).has(tree)) return;
    await env.files.remove(releasePath(root, application, tree), { recursive: true });
  }

  /** With the last thing of an application goes what was kept for its next sync. */
  async function forget(application: string, orphan: boolean): Promise<void> {
    const record = inventory.of(application);
    if (owns(record)) return;
    record.scripts = {};
    delete record.installed;
    delete record.installing;
    if (orphan) return;
    await placed.removeParents(record);
    await env.files.remove(releasesDirectory(root, application), { recursive: true });
  }

  return {
    async apply(desired, context, signal) {
      signal.throwIfAborted();
      switch (desired.id.kind) {
        case 'File':
          return await placed.apply(desired, context, signal);
        case 'Release':
          return await inTurn(context.application, () => applyRelease(desired, context, signal));
        case 'Process':
          return await inTurn(context.application, () => applyProcess(desired, context));
        default:
          return await applyScript(desired, context, signal);
      }
    },
    async remove(live, orphan) {
      const application = live.owner;
      const record = inventory.find(application);
      if (record === undefined) return;
      const name = ownName(application, live.id);
      const { kind } = live.id;
      if (kind === 'File' && record.files[live.id.name]?.uid === live.uid) {
        await placed.remove(record, live.id.name, orphan);
        if (owns(record)) return await inventory.saveFile(application, live.id.name);
      } else if (kind === 'Release' && record.release?.uid === live.uid) await removeRelease(application, orphan);
      else if (kind === 'Process' && record.processes[name]?.uid === live.uid) {
        await inTurn(application, async () => {
          await (orphan ? supervisor.letGo(application, name) : supervisor.stop(application, name));
          delete record.processes[name];
        });
      } else if (kind === 'Script' && record.scripts[name]?.uid === live.uid) {
        await scripts.stop(application, name);
        delete record.scripts[name];
        return await inventory.save(application);
      } else return;
      await forget(application, orphan);
      await inventory.save(application);
    },
    async giveUp(application, declared) {
      const record = inventory.find(application);
      if (record === undefined || !(await placed.giveUp(record, declared))) return;
      await forget(application, false);
      await inventory.save(application);
    },
    async restart(live) {
      const application = live.owner;
      await inTurn(application, async () => {
        const record = inventory.find(application);
        const name = ownName(application, live.id);
        if (record?.processes[name]?.uid === live.uid) await restart(application, name, record);
      });
    },
  };
}

function treesInUse(record: ApplicationRecord): Set<string> {
  const trees = [record.release?.tree, record.installed?.tree, record.installing?.tree];
  for (const process of Object.values(record.processes)) trees.push(process.tree);
  return new Set(trees.filter(tree => tree !== undefined));
}
