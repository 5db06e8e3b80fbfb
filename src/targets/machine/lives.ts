import type { Health, Live, ResourceId, ResourceKey, ResourceOptions } from '../../model/resource.ts';
import { parseResourceKey, resourceKey } from '../../model/resource.ts';
import type { MachineContext } from './context.ts';
import { type FileState, fingerprintOf } from './file-state.ts';
import { looksAsDeclared } from './install.ts';
import type { ApplicationRecord, FileRecord, ProcessRecord, ReleaseRecord, ScriptRecord } from './records.ts';
import { releasePath } from './releases.ts';
import { digest, type MachineKind, machineGroup } from './spec.ts';
import type { Supervisor } from './supervisor.ts';

const healthy: Health = { status: 'Healthy', message: '' };

const noOptions: ResourceOptions = {
  prune: 'allowed',
  delete: 'allowed',
  pruneLast: false,
  ignoreExtraneous: false,
  ignoreHealth: false,
};

export interface Lives {
  /** Everything live of one application, and those of `keys` that are there though they are not its own. */
  observe(application: string, keys: readonly ResourceKey[]): Map<ResourceKey, Live>;
  one(application: string, id: ResourceId): Live | undefined;
  /**
   * How what was applied looks where nobody had a hand in it since; undefined when it was never applied. What is seen right
   * after an apply may be somebody's change already, which must not be taken for ours.
   */
  applied(application: string, id: ResourceId): { uid: string; fingerprint: string } | undefined;
}

function machineId(kind: MachineKind, name: string): ResourceId {
  return { group: machineGroup, kind, namespace: '', name };
}

/** `name` without the application before it. */
export function ownName(application: string, id: ResourceId): string {
  return id.name.slice(application.length + 1);
}

export function createLives(machine: MachineContext, supervisor: Supervisor, userName: (uid: number) => string): Lives {
  const { inventory, files, root } = machine;

  function common(
    owner: string,
    kind: MachineKind,
    name: string,
    record: FileRecord | ReleaseRecord | ProcessRecord | ScriptRecord,
  ) {
    const id = machineId(kind, name);
    const { uid, options, wave, rank, createdAt } = record;
    return {
      id,
      key: resourceKey(id),
      uid,
      owner,
      deleting: false,
      options: options as ResourceOptions,
      wave,
      rank,
      createdAt,
    };
  }

  function file(owner: string, path: string, record: FileRecord): Live | undefined {
    const state = files.state(path);
    if (state === undefined) return undefined;
    return {
      ...common(owner, 'File', path, record),
      fingerprint: record.retained ? retainedFingerprint : state.fingerprint,
      health: healthy,
      summary: describeFile(state),
      ...(looksAsDeclared(state, record) ? {} : { lastChange: authorOf(state) }),
    };
  }

  /** Of a file, only who owns it is known: with the owner's rights, or root's, it was changed. */
  function authorOf(state: FileState) {
    return { name: userName(state.owner), at: Math.round(state.modifiedAt) };
  }

  function release(owner: string, record: ReleaseRecord): Live | undefined {
    const path = releasePath(root, owner, record.tree);
    const wrong: [string, string][] = [];
    let newest: FileState | undefined;
    let found = false;
    for (const [name, expected] of Object.entries(record.files)) {
      const state = files.state(`${path}/${name}`);
      if (state !== undefined) found = true;
      const right =
        state?.content === expected.content &&
        (state.type === 'symlink' || isExecutable(state) === expected.executable);
      if (right) continue;
      wrong.push([name, state?.fingerprint ?? '']);
      if (state !== undefined && (newest === undefined || newest.modifiedAt < state.modifiedAt)) newest = state;
    }
    if (!found && wrong.length > 0) return undefined;
    return {
      ...common(owner, 'Release', owner, record),
      fingerprint: releaseFingerprint(record, wrong),
      health: healthy,
      summary: `${Object.keys(record.files).length} files in ${path}${
        wrong.length === 0
          ? ''
          : `, changed by hand: ${wrong
              .slice(0, 3)
              .map(([name]) => name)
              .join(', ')}`
      }`,
      ...(newest === undefined ? {} : { lastChange: authorOf(newest) }),
    };
  }

  function process(owner: string, name: string, record: ProcessRecord): Live | undefined {
    const service = supervisor.service(owner, name);
    // Its start failed before anything of it was there: it is to be tried again, or to go, and not to come back at a restart.
    if (service === undefined)
      return {
        ...common(owner, 'Process', `${owner}/${name}`, record),
        fingerprint: unsupervised,
        health: { status: 'Missing', message: 'it could not be started' },
        summary: 'not running',
      };
    const restarts =
      service.restarts === 0 ? '' : `, restarted ${service.restarts} ${service.restarts === 1 ? 'time' : 'times'}`;
    return {
      ...common(owner, 'Process', `${owner}/${name}`, record),
      fingerprint: hashFingerprint(record),
      health: service.health(),
      summary: `${service.pid === undefined ? 'not running' : `process ${service.pid}`}${restarts}`,
    };
  }

  function script(owner: string, event: string, record: ScriptRecord): Live {
    const health: Record<ScriptRecord['completion'], Health> = {
      running: { status: 'Progressing', message: 'it is running' },
      succeeded: healthy,
      failed: { status: 'Degraded', message: record.message },
    };
    return {
      ...common(owner, 'Script', `${owner}/${event}`, record),
      fingerprint: hashFingerprint(record),
      hook: { deletePolicies: record.deletePolicies, phases: record.phases },
      completion: record.completion,
      ...(record.hindered ? { hindered: true } : {}),
      health: health[record.completion],
      summary: record.message,
    };
  }

  function* all(record: ApplicationRecord): Iterable<Live | undefined> {
    const owner = record.application;
    for (const [path, each] of Object.entries(record.files)) yield file(owner, path, each);
    if (record.release !== undefined) yield release(owner, record.release);
    for (const [name, each] of Object.entries(record.processes)) yield process(owner, name, each);
    for (const [event, each] of Object.entries(record.scripts)) yield script(owner, event, each);
  }

  function ownerOf(path: string): ApplicationRecord | undefined {
    for (const record of inventory.all()) if (Object.hasOwn(record.files, path)) return record;
    return undefined;
  }

  /** A file that is not this application's: another's, or nobody's. */
  function foreign(id: ResourceId): Live | undefined {
    if (id.kind !== 'File' || id.group !== machineGroup) return undefined;
    const other = ownerOf(id.name);
    const record = other?.files[id.name];
    if (other !== undefined && record !== undefined) return file(other.application, id.name, record);
    const state = files.state(id.name);
    if (state === undefined) return undefined;
    return {
      id,
      key: resourceKey(id),
      uid: `inode:${state.inode}`,
      owner: '',
      fingerprint: state.fingerprint,
      lastChange: authorOf(state),
      deleting: false,
      health: healthy,
      options: noOptions,
      wave: 0,
      rank: 0,
      createdAt: Math.round(state.modifiedAt),
      summary: describeFile(state),
    };
  }

  function observe(application: string, keys: readonly ResourceKey[]): Map<ResourceKey, Live> {
    const lives = new Map<ResourceKey, Live>();
    const record = inventory.find(application);
    for (const live of record === undefined ? [] : all(record)) if (live !== undefined) lives.set(live.key, live);
    for (const key of keys) {
      if (lives.has(key)) continue;
      const live = foreign(parseResourceKey(key));
      if (live !== undefined && live.owner !== application) lives.set(key, live);
    }
    return lives;
  }

  return {
    observe,
    applied(application, id) {
      const record = inventory.find(application);
      const name = ownName(application, id);
      const [file, process, script] = [record?.files[id.name], record?.processes[name], record?.scripts[name]];
      if (id.kind === 'File' && file !== undefined) return { uid: file.uid, fingerprint: fileFingerprint(file) };
      const found = id.kind === 'Process' ? process : script;
      if (id.kind !== 'Release') return found && { uid: found.uid, fingerprint: hashFingerprint(found) };
      const release = record?.release;
      return release && { uid: release.uid, fingerprint: releaseFingerprint(release, []) };
    },
    one(application, id) {
      const record = inventory.find(application);
      const name = ownName(application, id);
      switch (id.kind) {
        case 'File': {
          const own = record?.files[id.name];
          return own === undefined ? foreign(id) : file(application, id.name, own);
        }
        case 'Release':
          return record?.release === undefined ? undefined : release(application, record.release);
        case 'Process': {
          const own = record?.processes[name];
          return own === undefined ? undefined : process(application, name, own);
        }
        case 'Script': {
          const own = record?.scripts[name];
          return own === undefined ? undefined : script(application, name, own);
        }
        default:
          return undefined;
      }
    },
  };
}

const retainedFingerprint = 'retained';
/** Of a process that is written down, and that nobody keeps running. */
export const unsupervised = 'unsupervised';

function fileFingerprint({ type, mode, owner, group, sha256, retained }: FileRecord): string {
  return retained ? retainedFingerprint : fingerprintOf({ type, mode, owner, group, content: sha256 });
}

/** `wrong`: files that are not as declared, and how they look. */
function releaseFingerprint({ tree }: ReleaseRecord, wrong: readonly [string, string][]): string {
  return digest(JSON.stringify([tree, wrong])).slice(0, 32);
}

function hashFingerprint({ hash }: ProcessRecord | ScriptRecord): string {
  return digest(hash).slice(0, 32);
}

function isExecutable(state: FileState): boolean {
  return (state.mode & 0o100) !== 0;
}

function describeFile(state: FileState): string {
  const mode = state.mode.toString(8).padStart(4, '0');
  if (state.type === 'file') return `${state.size} bytes, mode ${mode}`;
  return state.type === 'directory' ? `directory, mode ${mode}` : `${state.type}, mode ${mode}`;
}
