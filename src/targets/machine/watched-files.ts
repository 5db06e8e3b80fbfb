import { posix } from 'node:path';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { type FileState, lookAt } from './file-state.ts';

/** Beyond so many directories file events are left to the rescan: the kernel's watches are for everybody. */
const maxWatches = 2_000;
/** Files younger than this when they were read may change again without looking different from outside. */
const freshMs = 50;
const parallel = 16;

export interface WatchedFiles {
  /** Looks at the path now and from now on, for this application. */
  track(path: string, application: string): Promise<void>;
  untrack(path: string, application: string): void;
  /** As of the last look; undefined when there is nothing (or it is not tracked). */
  state(path: string): FileState | undefined;
  isTracked(path: string): boolean;
  /** Looks again, without calling anybody back: for who changed it themselves. */
  refresh(path: string): Promise<void>;
  start(): void;
  close(): void;
}

interface Entry {
  state: FileState | undefined;
  applications: Set<string>;
  /** What `state` says may be older than what is there. */
  fresh: boolean;
  /** A look under way; another is asked for. */
  looking?: Promise<void>;
  again: boolean;
}

interface Directory {
  names: Map<string, string>;
  inode: number | undefined;
  /** Otherwise nothing in it is seen. */
  allowed: boolean;
  close(): void;
}

/** Keeps the looks of many paths in memory: by file events at once, and by a slow scan of their outsides, since no event is to be trusted for ever. */
export function watchFiles(
  env: Env,
  options: {
    rescanMs: number;
    /** Whether what is in this directory may be looked at: links may have made it another place. */
    allows: (directory: string) => Promise<boolean>;
    onChange: (application: string) => void;
  },
): WatchedFiles {
  const entries = new Map<string, Entry>();
  const directories = new Map<string, Directory>();
  let closed = false;
  let stopTimer = () => {};

  function warn(message: string, path: string, error: unknown): void {
    env.log.warn(message, { path, reason: asFailure(error).message });
  }

  async function look(path: string, always: boolean): Promise<boolean> {
    const entry = entries.get(path);
    if (entry === undefined) return false;
    const before = entry.state;
    const allowed = directories.get(posix.dirname(path))?.allowed ?? false;
    entry.state = allowed ? await lookAt(env.files, path, before, always || entry.fresh) : undefined;
    entry.fresh = entry.state !== undefined && env.clock.now() - entry.state.modifiedAt < freshMs;
    return before?.fingerprint !== entry.state?.fingerprint;
  }

  async function lookAndTell(path: string, always: boolean): Promise<void> {
    const entry = entries.get(path);
    if (entry === undefined) return;
    if (entry.looking !== undefined) {
      entry.again = true;
      return await entry.looking;
    }
    entry.looking = (async () => {
      do {
        entry.again = false;
        try {
          if (await look(path, always)) for (const application of entry.applications) options.onChange(application);
        } catch (error) {
          warn('a file cannot be looked at', path, error);
        }
      } while (entry.again && !closed);
    })().finally(() => delete entry.looking);
    await entry.looking;
  }

  function watchDirectory(path: string): () => void {
    return env.files.watch(path, name => {
      const directory = directories.get(path);
      const file = directory?.names.get(name);
      if (file !== undefined) void lookAndTell(file, true);
      // The directory itself was moved or removed, or the kernel does not say what changed.
      else if (directory !== undefined && (name === '' || name === posix.basename(path)))
        void lookAround(path, directory).catch(error => warn('a directory cannot be looked at', path, error));
    });
  }

  async function lookAround(path: string, directory: Directory): Promise<void> {
    await rewatch(path, directory);
    for (const tracked of directory.names.values()) await lookAndTell(tracked, true);
  }

  async function cover(path: string): Promise<void> {
    const parent = posix.dirname(path);
    const known = directories.get(parent);
    if (known !== undefined) {
      known.names.set(posix.basename(path), path);
      return;
    }
    const names = new Map([[posix.basename(path), path]]);
    const directory: Directory = { names, inode: undefined, allowed: false, close: () => {} };
    directories.set(parent, directory);
    await rewatch(parent, directory);
  }

  /** A directory that was made anew needs a new watch. */
  async function rewatch(path: string, directory: Directory): Promise<void> {
    const inode = (await env.files.stat(path))?.inode;
    const allowed = inode !== undefined && (await options.allows(path));
    const isSame = inode === directory.inode && allowed === directory.allowed;
    directory.allowed = allowed;
    if (isSame || closed) return;
    directory.close();
    directory.inode = inode;
    directory.close = !directory.allowed || directories.size > maxWatches ? () => {} : watchDirectory(path);
  }

  function untrack(path: string, application: string): void {
    const entry = entries.get(path);
    entry?.applications.delete(application);
    if (entry === undefined || entry.applications.size > 0) return;
    entries.delete(path);
    const parent = posix.dirname(path);
    const directory = directories.get(parent);
    directory?.names.delete(posix.basename(path));
    if (directory?.names.size !== 0) return;
    directory.close();
    directories.delete(parent);
  }

  async function rescan(): Promise<void> {
    for (const [path, directory] of [...directories]) {
      await rewatch(path, directory).catch(error => warn('a directory cannot be looked at', path, error));
    }
    const paths = [...entries.keys()];
    const worker = async () => {
      for (let path = paths.pop(); path !== undefined && !closed; path = paths.pop()) await lookAndTell(path, false);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  function schedule(): void {
    stopTimer = env.timers.after(options.rescanMs, () => {
      rescan()
        .catch(error => env.log.warn('the scan of files failed', { reason: asFailure(error).message }))
        .finally(() => {
          if (!closed) schedule();
        });
    });
  }

  return {
    async track(path, application) {
      const known = entries.get(path);
      if (known !== undefined) {
        known.applications.add(application);
        return;
      }
      entries.set(path, { state: undefined, applications: new Set([application]), fresh: false, again: false });
      try {
        await cover(path);
        await look(path, true);
      } catch (error) {
        // Whoever asks again is to look.
        untrack(path, application);
        throw error;
      }
    },
    untrack,
    state: path => entries.get(path)?.state,
    isTracked: path => entries.has(path),
    async refresh(path) {
      const directory = directories.get(posix.dirname(path));
      if (directory !== undefined) await rewatch(posix.dirname(path), directory);
      await look(path, true);
    },
    start: schedule,
    close() {
      closed = true;
      stopTimer();
      for (const directory of directories.values()) directory.close();
    },
  };
}
