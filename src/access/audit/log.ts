import { join } from 'node:path';
import type { Env } from '../../env/env.ts';
import { within } from '../../env/within.ts';
import { asFailure } from '../../errors.ts';
import { carriedOver } from './carried.ts';
import { seal } from './chain.ts';
import { begun, checkpoint, gap, retired } from './itself.ts';
import { openKey, type SigningKey } from './key.ts';
import { type AuditEntry, auditEntry } from './record.ts';
import { findRetired, type Retired } from './retention.ts';
import { findTail, maxFileBytes, pathOf, type Tail } from './tail.ts';

/** Tells the log what happened; never throws, and waits for nothing. */
export interface Audit {
  /** `more` is what is not known yet; it is waited for, in order, and left out when it fails. */
  record(entry: AuditEntry, more?: Promise<Partial<AuditEntry>>): void;
  /** Resolves when all that was recorded so far is in its file, or cannot be written. */
  settled(): Promise<void>;
  /** Where it is, for those who read it. */
  readonly directory: string;
  readonly state: AuditState;
  close(): Promise<void>;
}

export interface AuditState {
  /** Written in this run. */
  written: number;
  /** Not in a file yet. */
  waiting: number;
  /** Could not be kept: see `audit.gap`. */
  lost: number;
  /** Why nothing can be written, while nothing can. */
  failure?: string;
}

export interface AuditOptions {
  env: Env;
  dataDirectory: string;
  /** Records between two checkpoints; default 1,000. */
  checkpointEvery?: number;
  /** Default 10,000. */
  maxWaiting?: number;
  /** Default 8 MiB. */
  maxFileBytes?: number;
  /** Whole files with nothing newer in them are removed. Default: none ever are. */
  retentionMs?: number;
  /** Told of each entry that is in its file; must not throw. */
  onEntry?: (entry: AuditEntry, at: number) => void;
}

/** However little happens, what happened longer ago than this is signed when something happens. */
const checkpointMs = 3_600_000;
const batchSize = 500;
const batchBytes = 1024 * 1024;
const dayMs = 86_400_000;
/** However little is written, a file is ended after so long: what is older than is to be kept must not share one with what is not. */
const fileMs = 30 * dayMs;
const retryMs = 5_000;
/** What an entry may wait for. */
const patienceMs = 10_000;

const nothingOld = { old: [], carried: [] };

interface Waiting {
  at: number;
  entry: AuditEntry | Promise<AuditEntry>;
}

export function auditDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'audit');
}
export const publicKeyName = 'public-key.pem';

/** One writer a data directory. Nothing is opened or made before there is something to write. */
export function createAudit(options: AuditOptions): Audit {
  const { env, dataDirectory, checkpointEvery = 1_000, maxWaiting = 10_000, retentionMs } = options;
  const fileLimit = options.maxFileBytes ?? maxFileBytes;
  const directory = auditDirectory(dataDirectory);
  const waiting: Waiting[] = [];
  const state: AuditState = { written: 0, waiting: 0, lost: 0 };
  let tail: Tail | undefined;
  let key: SigningKey | undefined;
  /** What was handed to the disk and not confirmed: which of `waiting` each line is, if any. */
  let flight: { seq: number; isWaiting: boolean }[] = [];
  let failingSince: number | undefined;
  let lostSince = 0;
  /** Monotonic ms. */
  let retireAt: number | undefined;
  let writing: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;

  function record(entry: AuditEntry, more?: Promise<Partial<AuditEntry>>): void {
    if (waiting.length >= maxWaiting) {
      state.lost += 1;
      lostSince += 1;
      return;
    }
    const whole = more === undefined ? auditEntry.parse(entry) : complete(entry, more);
    waiting.push({ at: env.clock.now(), entry: whole });
    state.waiting = waiting.length;
    if (cancelRetry === undefined) writing ??= writeAll();
  }

  async function complete(entry: AuditEntry, more: Promise<Partial<AuditEntry>>): Promise<AuditEntry> {
    const known = more.catch((): Partial<AuditEntry> => ({}));
    const rest = await within(env.timers, patienceMs, known, () => ({}));
    return auditEntry.parse({ ...entry, ...rest });
  }

  async function writeAll(): Promise<void> {
    // What is told in one turn goes to the disk together.
    await Promise.resolve();
    try {
      while (waiting.length > 0) await writeBatch();
    } catch (error) {
      failed(error);
    } finally {
      writing = undefined;
    }
  }

  async function writeBatch(): Promise<void> {
    const now = env.clock.now();
    tail ??= await openTail();
    const known = waiting.slice(0, batchSize);
    const entries = await Promise.all(known.map(({ entry }) => entry));
    const isEnded = tail.bytes >= fileLimit || (tail.bytes > 0 && now - tail.beganAt >= fileMs);
    const place = isEnded ? { file: tail.file + 1, bytes: 0 } : tail;
    const begins = place.bytes === 0;
    const { old, carried } = await whatIsOld();
    const lines: string[] = [];
    const sent: typeof flight = [];
    let { seq, hash, unsigned, signedAt } = tail;
    let bytes = 0;
    let signs = false;
    const add = (entry: AuditEntry, at: number, isWaiting = false) => {
      const sealed = seal(entry, at, { seq, hash });
      ({ seq, hash } = sealed.link);
      bytes += Buffer.byteLength(sealed.line);
      lines.push(sealed.line);
      unsigned += 1;
      sent.push({ seq, isWaiting });
    };
    const sign = () => {
      if (key === undefined) return;
      add(checkpoint(key, { seq, hash }), now);
      unsigned = 0;
      signedAt = now;
      signs = true;
    };
    if (seq === 0) add(begun(key), now);
    // Each file begins with the hash and the signature of all before it, so that it can do without them.
    else if (begins) sign();
    for (const entry of tail.found) add(entry, now);
    if (failingSince !== undefined) add(gap(failingSince, lostSince), now);
    let taken = 0;
    for (const { at } of known) if (bytes < batchBytes) add(entries[taken++] as AuditEntry, at, true);
    const written = entries.slice(0, taken);
    for (const one of carried) add(one, now);
    for (const one of old) add(retired(one), now);
    const isDue = unsigned >= checkpointEvery || now - signedAt >= checkpointMs || written.some(endsRun);
    if (isDue || old.length > 0) sign();
    flight = sent;
    // What is in the file before has to outlive a power cut if what follows it does: half a line, too, of which is told here.
    if (begins && place.file > 1) await env.files.append(pathOf(directory, place.file - 1), '', { durable: true });
    const durable = signs || written.some(({ via }) => via !== 'automation');
    await env.files.append(pathOf(directory, place.file), lines.join(''), { durable });
    flight = [];
    const { file } = place;
    const beganAt = begins ? now : tail.beganAt;
    tail = { seq, hash, file, beganAt, bytes: place.bytes + bytes, unsigned, signedAt, found: [] };
    if (signs) env.log.info('The audit log is signed', { record: seq, hash });
    if (failingSince !== undefined) env.log.warn('The audit log can be written again', { lost: lostSince });
    failingSince = undefined;
    lostSince = 0;
    delete state.failure;
    forget(taken);
    for (const [i, { at }] of known.slice(0, taken).entries()) options.onEntry?.(written[i] as AuditEntry, at);
    await remove(old);
  }

  /** Looked for once a day, and not right after a start, when the clock may be wrong. With what of it is still true. */
  async function whatIsOld(): Promise<{ old: Retired[]; carried: AuditEntry[] }> {
    const passed = env.clock.monotonic();
    retireAt ??= passed + checkpointMs;
    if (retentionMs === undefined || passed < retireAt) return nothingOld;
    retireAt = passed + dayMs;
    const old = await findRetired(env.files, directory, env.clock.now() - retentionMs);
    return { old, carried: await carriedOver(env, directory, old) };
  }

  /** That they are to go is in the log: what cannot be removed goes another day. */
  async function remove(old: readonly Retired[]): Promise<void> {
    for (const { file } of old) {
      try {
        await env.files.remove(join(directory, file));
        env.log.info('A file of the audit log was removed: it is older than what is to be kept', { file });
      } catch (error) {
        env.log.warn('A file of the audit log cannot be removed', { file, reason: asFailure(error).message });
      }
    }
  }

  function forget(count: number): void {
    waiting.splice(0, count);
    state.written += count;
    state.waiting = waiting.length;
  }

  async function openTail(): Promise<Tail> {
    await env.files.makeDirectory(directory, { mode: 0o700 });
    key ??= await openSigningKey();
    const found = await findTail(env.files, directory);
    // A write that failed may have brought a part of it to the disk.
    forget(flight.filter(({ seq, isWaiting }) => isWaiting && seq <= found.seq).length);
    flight = [];
    for (const { what } of found.found) env.log.warn('The audit log was not whole', { reason: what });
    return found;
  }

  /** Without a key the log goes on, unsigned, and loudly so. */
  async function openSigningKey(): Promise<SigningKey | undefined> {
    const path = join(dataDirectory, 'audit-key.pem');
    try {
      const opened = await openKey(env, path);
      const shown = join(directory, publicKeyName);
      if ((await env.files.stat(shown)) === undefined) {
        await env.files.writeAtomic(shown, opened.publicPem);
        env.log.info('The audit log is signed by this key', { key: opened.fingerprint, file: shown });
      }
      return opened;
    } catch (error) {
      if (asFailure(error).code !== 'AUDIT_KEY_UNUSABLE') throw error;
      env.log.error('The audit log cannot be signed', { reason: asFailure(error).message });
      return undefined;
    }
  }

  function failed(error: unknown): void {
    tail = undefined;
    failingSince ??= env.clock.now();
    state.failure = asFailure(error).message;
    env.log.error('The audit log cannot be written; it is tried again', {
      reason: state.failure,
      waiting: waiting.length,
      lost: lostSince,
    });
    cancelRetry ??= env.timers.after(retryMs, () => {
      cancelRetry = undefined;
      writing ??= writeAll();
    });
  }

  async function settled(): Promise<void> {
    while (writing !== undefined) await writing;
  }

  return {
    record,
    settled,
    directory,
    state,
    async close() {
      await settled();
      if (cancelRetry === undefined) return;
      // The last try.
      cancelRetry();
      cancelRetry = undefined;
      await writeAll();
      (cancelRetry as (() => void) | undefined)?.();
    },
  };
}

/** Nothing may follow for long. */
function endsRun({ action }: AuditEntry): boolean {
  return action === 'operator.stopped';
}
