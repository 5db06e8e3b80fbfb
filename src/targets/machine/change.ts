import type { Desired, Live } from '../../model/resource.ts';
import type { ApplyContext } from '../target.ts';
import type { MachineContext } from './context.ts';
import { installFile, missingParents, removeEmptyParents, uninstallFile } from './install.ts';
import { ownName } from './lives.ts';
import type { ApplicationRecord } from './records.ts';
import { makeRelease, pruneReleases, type ReleaseFiles, releasePath, releasesDirectory } from './releases.ts';
import type { Scripts } from './scripts.ts';
import { readSpec } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

export interface Changes {
  apply(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void>;
  /** Nothing happens unless the record still is the one that `live` was read from. */
  remove(live: Live, orphan: boolean): Promise<void>;
  /** Has a process begin anew as it is; nothing happens unless the record still is the one that `live` was read from. */
  restart(live: Live): Promise<void>;
}

/** The only code that changes the machine on somebody's behalf: one resource at a time. */
export function createChanges(machine: MachineContext, supervisor: Supervisor, scripts: Scripts): Changes {
  const { env, root, inventory, files } = machine;
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

  function steering(desired: Desired, known: { uid: string; createdAt: number } | undefined) {
    const { wave, rank, options } = desired;
    const born = { uid: known?.uid ?? env.random.uuid(), createdAt: known?.createdAt ?? env.clock.now() };
    return { ...born, hash: desired.body.hash, wave, rank, options };
  }

  async function applyFile(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void> {
    const { application } = context;
    const spec = await readSpec('File', desired.id.name, desired.body);
    await files.track(spec.path, application);
    const known = inventory.find(application)?.files[spec.path];
    const parents =
      known === undefined
        ? [...(await missingParents(machine, spec.path)), ...madeByOthers(spec.path, application)]
        : [];
    await installFile(
      machine,
      spec,
      // What another application put there is no stranger's: it is taken over.
      inventory.file(spec.path, application),
      context.contents,
      async placed => {
        const record = inventory.of(application);
        record.files[spec.path] = { ...steering(desired, known), ...placed };
        if (parents.length > 0) record.directories = [...new Set([...record.directories, ...parents])];
        await inventory.saveFile(application, spec.path);
        // Not before: between the two it would be nobody's.
        await takeFromOthers(spec.path, application);
      },
      signal,
    );
    await files.refresh(spec.path);
  }

  /** Directories that Holdfast made for files of other applications: whoever's file is the last in one takes it away. */
  function madeByOthers(path: string, application: string): string[] {
    const others = [...inventory.all()].filter(other => other.application !== application);
    return others.flatMap(({ directories }) => directories.filter(directory => path.startsWith(`${directory}/`)));
  }

  /** A file has one owner. */
  async function takeFromOthers(path: string, application: string): Promise<void> {
    for (const other of inventory.all()) {
      if (other.application === application || !Object.hasOwn(other.files, path)) continue;
      delete other.files[path];
      await inventory.saveFile(other.application, path);
      machine.changed(other.application);
    }
  }

  async function applyRelease(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void> {
    const { application } = context;
    const spec = await readSpec('Release', desired.id.name, desired.body);
    const release = await makeRelease(env, root, application, spec, context.contents, signal);
    const record = inventory.of(application);
    const before = record.release;
    await trackRelease(application, spec.tree, release.files);
    record.release = { ...steering(desired, before), tree: spec.tree, files: release.files };
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
    const wanted = { ...steering(desired, known), ...spec, env: variables };
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
      ...steering(desired, undefined),
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

  async function removeFile(application: string, path: string, orphan: boolean): Promise<void> {
    const record = inventory.of(application);
    const known = record.files[path];
    if (known !== undefined && !orphan) await uninstallFile(machine, path, known);
    delete record.files[path];
    if (!orphan) await removeParents(record, path);
    files.untrack(path, application);
  }

  async function removeParents(record: ApplicationRecord, path?: string): Promise<void> {
    const left = await removeEmptyParents(machine, record.directories, path);
    if (left.length < record.directories.length) record.directories = left;
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
    await removeParents(record);
    await env.files.remove(releasesDirectory(root, application), { recursive: true });
  }

  return {
    async apply(desired, context, signal) {
      signal.throwIfAborted();
      switch (desired.id.kind) {
        case 'File':
          return await applyFile(desired, context, signal);
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
        await removeFile(application, live.id.name, orphan);
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

/** Whether the application has anything that stays: what hooks left behind does not count. */
export function owns(record: ApplicationRecord): boolean {
  const { files, processes, release } = record;
  return release !== undefined || Object.keys(files).length > 0 || Object.keys(processes).length > 0;
}

function treesInUse(record: ApplicationRecord): Set<string> {
  const trees = [record.release?.tree, record.installed?.tree, record.installing?.tree];
  for (const process of Object.values(record.processes)) trees.push(process.tree);
  return new Set(trees.filter(tree => tree !== undefined));
}
