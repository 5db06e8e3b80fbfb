import type { Desired } from '../../model/resource.ts';
import type { ApplyContext } from '../target.ts';
import type { MachineContext } from './context.ts';
import { installFile, missingParents, removeEmptyParents, uninstallFile } from './install.ts';
import { type ApplicationRecord, steeringOf } from './records.ts';
import { readSpec } from './spec.ts';

export interface PlacedFiles {
  apply(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void>;
  /** Takes the file from the disk (not when it is orphaned) and from the record, which is not saved. */
  remove(record: ApplicationRecord, path: string, orphan: boolean): Promise<void>;
  /** Directories that were made for files and are empty now: only those above `path`, where one is given. */
  removeParents(record: ApplicationRecord, path?: string): Promise<void>;
  /**
   * Takes from the record what is neither declared nor there any more, with the directories that were made for it: somebody
   * deleted it, or Holdfast ended before it had written down that it did. Answers whether there was any; it is not saved.
   */
  giveUp(record: ApplicationRecord, declared: ReadonlySet<string>): Promise<boolean>;
}

/** The files of applications: on the disk, and in the inventory. */
export function createPlacedFiles(machine: MachineContext): PlacedFiles {
  const { env, inventory, files, roots } = machine;
  /** Written down already, and perhaps not yet there. */
  const placing = new Set<string>();

  async function apply(desired: Desired, context: ApplyContext, signal: AbortSignal): Promise<void> {
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
        record.files[spec.path] = { ...steeringOf(env, desired, known), ...placed };
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

  async function removeParents(record: ApplicationRecord, path?: string): Promise<void> {
    const left = await removeEmptyParents(machine, record.directories, path);
    if (left.length < record.directories.length) record.directories = left;
  }

  async function forget(record: ApplicationRecord, path: string, orphan: boolean): Promise<void> {
    delete record.files[path];
    if (!orphan) await removeParents(record, path);
    files.untrack(path, record.application);
  }

  /** What cannot be told, behind a link that somebody made, is not gone. */
  async function isGone(path: string): Promise<boolean> {
    if (files.state(path) !== undefined || placing.has(path)) return false;
    try {
      return (await env.files.stat(await roots.resolve(path))) === undefined;
    } catch {
      return false;
    }
  }

  return {
    async apply(desired, context, signal) {
      const path = desired.id.name;
      placing.add(path);
      await apply(desired, context, signal).finally(() => placing.delete(path));
    },
    async remove(record, path, orphan) {
      const known = record.files[path];
      if (known !== undefined && !orphan) await uninstallFile(machine, path, known);
      await forget(record, path, orphan);
    },
    removeParents,
    async giveUp(record, declared) {
      const gone: string[] = [];
      for (const path of Object.keys(record.files)) if (!declared.has(path) && (await isGone(path))) gone.push(path);
      for (const path of gone) await forget(record, path, false);
      return gone.length > 0;
    },
  };
}
