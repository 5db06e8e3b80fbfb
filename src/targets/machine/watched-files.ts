import { posix } from 'node:path';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { type FileState, lookAt } from './file-state.ts';

/** Beyond so many directories file events are left to the rescan: the kernel's watches are for everybody. */
const maxWatches = 2_000;
/** Files younger than this when they were read may change again without looking different from outside. */
const freshMs = 50;
const parallel = 16;
/** After a look that failed; then the rescan tries. */
const againMs = 1_000;

export interface WatchedFiles {
  /** Looks at the path now and from now on, for this application. */
  track(path: string, application: string): Promise<void>;
  untrack(path: string, application: string): void;
  /** As of the last look; undefined when there is nothing (or it is not tracked). */
  state(path: string): FileState | undefined;
  isTracked(path: string): boolean;
  /** What of the application's could not be looked at, so that its state may be older than what is there. */
  doubt(application: string): string | undefined;
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

/** One that holds tracked files, or leads to one that does: whoever replaces a directory does it in the one above. */
interface Directory {
  /** What matters in it. */
  names: Set<string>;
  inode: number | undefined;
  /** Otherwise nothing in it is seen. */
  allowed: boolean;
  /** The last look at it: one at a time. */
  seen: Promise<void>;
  close(): void;
}

/** Keeps the looks of many paths in memory: by file events at once, and by a slow scan of their outsides, since no event is to be trusted for ever. */
export function watchFiles(
  env: Env,
  options: {
    rescanMs: number;
    /** Whether what is in this directory may be looked at: links may have made it another place. */
    allows: (directory: string) => Promise<boolean>;
    /** Whether it could be replaced by anybody but the operator. */
    isBelowRoot: (directory: string) => boolean;
    onChange: (application: string) => void;
  },
): WatchedFiles {
  const entries = new Map<string, Entry>();
  const directories = new Map<string, Directory>();
  /** Files, and directories with all that is below them, of which the last look failed. */
  const unseen = new Set<string>();
  let closed = false;
  let stopTimer = () => {};

  function* entriesAt(path: string): Iterable<Entry> {
    for (const [at, entry] of entries) if (at === path || at.startsWith(`${path}/`)) yield entry;
  }

  async function attempt(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      // Whoever asked meanwhile was told that nobody knows.
      if (unseen.delete(path))
        for (const { applications } of entriesAt(path)) for (const one of applications) options.onChange(one);
    } catch (error) {
      if (unseen.has(path) || closed) return;
      unseen.add(path);
      env.log.warn('a file or directory cannot be looked at', { path, reason: asFailure(error).message });
      env.timers.after(againMs, () => {
        if (!closed && unseen.has(path)) void lookAround(path);
      });
    }
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
        await attempt(path, async () => {
          if (await look(path, always)) for (const application of entry.applications) options.onChange(application);
        });
      } while (entry.again && !closed);
    })().finally(() => delete entry.looking);
    await entry.looking;
  }

  function watchDirectory(path: string): () => void {
    return env.files.watch(path, name => {
      const isKnown = directories.get(path)?.names.has(name) === true;
      // The directory itself was moved or removed, or the kernel does not say what changed.
      const isItself = name === '' || name === posix.basename(path);
      if (!isKnown && !isItself) return;
      void lookAround(isKnown ? posix.join(path, name) : path);
    });
  }

  /** At the path, and at all that is below it. */
  async function lookAround(path: string): Promise<void> {
    await lookAndTell(path, true);
    const directory = directories.get(path);
    if (directory === undefined) return;
    await attempt(path, () => rewatch(path, directory));
    for (const name of [...directory.names]) await lookAround(posix.join(path, name));
  }

  async function cover(path: string): Promise<void> {
    const parent = posix.dirname(path);
    const name = posix.basename(path);
    const known = directories.get(parent);
    if (known !== undefined) {
      known.names.add(name);
      return await known.seen;
    }
    const seen = options.isBelowRoot(parent) ? cover(parent) : Promise.resolve();
    const directory: Directory = { names: new Set([name]), inode: undefined, allowed: false, seen, close: () => {} };
    directories.set(parent, directory);
    await rewatch(parent, directory);
  }

  async function rewatch(path: string, directory: Directory): Promise<void> {
    const look = directory.seen.then(() => watchAnew(path, directory));
    directory.seen = look.catch(() => {});
    await look;
  }

  /** A directory that was made anew needs a new watch. */
  async function watchAnew(path: string, directory: Directory): Promise<void> {
    const inode = (await env.files.stat(path))?.inode;
    const allowed = inode !== undefined && (await options.allows(path));
    const isSame = inode === directory.inode && allowed === directory.allowed;
    directory.allowed = allowed;
    if (isSame || closed || directories.get(path) !== directory) return;
    directory.close();
    directory.inode = inode;
    directory.close = !directory.allowed || directories.size > maxWatches ? () => {} : watchDirectory(path);
  }

  function untrack(path: string, application: string): void {
    const entry = entries.get(path);
    entry?.applications.delete(application);
    if (entry === undefined || entry.applications.size > 0) return;
    entries.delete(path);
    unseen.delete(path);
    uncover(path);
  }

  function uncover(path: string): void {
    if (entries.has(path) || directories.has(path)) return;
    const parent = posix.dirname(path);
    const directory = directories.get(parent);
    directory?.names.delete(posix.basename(path));
    if (directory?.names.size !== 0) return;
    directory.close();
    directories.delete(parent);
    unseen.delete(parent);
    uncover(parent);
  }

  async function rescan(): Promise<void> {
    for (const [path, directory] of [...directories]) {
      await attempt(path, () => rewatch(path, directory));
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
    doubt(application) {
      for (const path of unseen)
        for (const { applications } of entriesAt(path)) if (applications.has(application)) return path;
      return undefined;
    },
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
