import { join } from 'node:path';
import type { Env } from '../../env/env.ts';
import { asFailure } from '../../errors.ts';
import { seal } from './chain.ts';
import { checkpointText, openKey, type SigningKey } from './key.ts';
import { type AuditEntry, auditEntry } from './record.ts';
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
}

/** However little happens, what happened longer ago than this is signed when something happens. */
const checkpointMs = 3_600_000;
const batchSize = 500;
const retryMs = 5_000;
/** What an entry may wait for. */
const patienceMs = 10_000;

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
  const { env, dataDirectory, checkpointEvery = 1_000, maxWaiting = 10_000 } = options;
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
    let cancel = () => {};
    const late = new Promise<Partial<AuditEntry>>(resolve => {
      cancel = env.timers.after(patienceMs, () => resolve({}));
    });
    const rest = await Promise.race([more.catch(() => ({})), late]).finally(() => cancel());
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
    const own: AuditEntry[] = [...tail.found];
    if (tail.seq === 0) own.unshift(begun());
    if (failingSince !== undefined) own.push(gap(failingSince, lostSince));
    const lines: string[] = [];
    const sent: typeof flight = [];
    let link = { seq: tail.seq, hash: tail.hash };
    const add = (entry: AuditEntry, at: number, isWaiting: boolean) => {
      const sealed = seal(entry, at, link);
      link = sealed.link;
      lines.push(sealed.line);
      sent.push({ seq: link.seq, isWaiting });
    };
    for (const entry of own) add(entry, now, false);
    for (const [i, { at }] of known.entries()) add(entries[i] as AuditEntry, at, true);
    const unsigned = tail.unsigned + lines.length;
    const isDue = unsigned >= checkpointEvery || now - tail.signedAt >= checkpointMs || entries.some(endsRun);
    const signs = isDue && key !== undefined;
    if (signs && key !== undefined) add(checkpoint(key, link), now, false);
    const text = lines.join('');
    const fresh = tail.bytes > 0 && tail.bytes + text.length > fileLimit;
    const place = fresh ? { file: tail.file + 1, bytes: 0 } : { file: tail.file, bytes: tail.bytes };
    flight = sent;
    // What is in the file before has to outlive a power cut if what follows it does: half a line, too, of which is told here.
    if (place.bytes === 0 && place.file > 1)
      await env.files.append(pathOf(directory, place.file - 1), '', { durable: true });
    const durable = signs || entries.some(({ via }) => via !== 'automation');
    await env.files.append(pathOf(directory, place.file), text, { durable });
    flight = [];
    tail = {
      ...link,
      file: place.file,
      bytes: place.bytes + Buffer.byteLength(text),
      unsigned: signs ? 0 : unsigned,
      signedAt: signs ? now : tail.signedAt,
      found: [],
    };
    if (signs) env.log.info('The audit log is signed', { record: link.seq, hash: link.hash });
    if (failingSince !== undefined) env.log.warn('The audit log can be written again', { lost: lostSince });
    failingSince = undefined;
    lostSince = 0;
    delete state.failure;
    forget(known.length);
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

  function begun(): AuditEntry {
    return byUs('audit.begun', 'the log begins', key === undefined ? {} : { key: key.fingerprint });
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

function byUs(action: AuditEntry['action'], what: string, detail: NonNullable<AuditEntry['detail']>): AuditEntry {
  return { who: 'holdfast', via: 'automation', action, what, result: 'done', detail };
}

function checkpoint(key: SigningKey, link: { seq: number; hash: string }): AuditEntry {
  const detail = { key: key.fingerprint, signature: key.sign(checkpointText(link)) };
  return byUs('audit.checkpoint', `records up to ${link.seq} are signed`, detail);
}

function gap(since: number, lost: number): AuditEntry {
  const what = lost === 0 ? 'nothing could be written for a while; nothing is lost' : `${lost} records are lost`;
  return byUs('audit.gap', what, { since, lost });
}

/** Nothing may follow for long. */
function endsRun({ action }: AuditEntry): boolean {
  return action === 'operator.stopped';
}
