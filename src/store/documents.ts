import type { Database, Env } from '../env/env.ts';

/** One write: `value` is JSON, or undefined to delete. */
export interface Change {
  kind: string;
  owner: string;
  key: string;
  value: string | undefined;
}

/** After a failed write the disk is left alone for this long. */
const pauseMs = 5_000;
/** Writes that may be late go to the disk together: a transaction costs as much as twenty writes in one. */
const togetherMs = 20;

/**
 * When a write has to be on its way to the disk: at the next occasion, 20 ms at most; when `write` returns, so that a
 * process that is killed leaves it behind; or so that a power cut does.
 */
export type Urgency = 'soon' | 'now' | 'durable';

/**
 * JSON documents by kind, owner and key. What the disk does not take (it is full, it fails) stays in memory, is read from
 * there, and goes to the disk with a later write: the caller never notices more than a line in the log.
 */
export class Documents {
  readonly #database: Database | undefined;
  readonly #env: Pick<Env, 'clock' | 'timers' | 'log'>;
  /** What the disk has not taken: by `kind/owner`, then key. */
  readonly #pending = new Map<string, Map<string, Change>>();
  #failing = false;
  #retryAt = 0;
  #stopTimer: (() => void) | undefined;

  /** Without a database everything stays in memory. */
  constructor(database: Database | undefined, env: Pick<Env, 'clock' | 'timers' | 'log'>) {
    this.#database = database;
    this.#env = env;
  }

  get(kind: string, owner: string, key: string): string | undefined {
    const pending = this.#pending.get(`${kind}/${owner}`)?.get(key);
    if (pending !== undefined) return pending.value;
    const rows = this.#read('SELECT value FROM documents WHERE kind = ? AND owner = ? AND key = ?', kind, owner, key);
    return rows[0] === undefined ? undefined : String(rows[0].value);
  }

  /** All of one owner, in the order of their keys. */
  list(kind: string, owner: string): Map<string, string> {
    const found = new Map<string, string>();
    const rows = this.#read('SELECT key, value FROM documents WHERE kind = ? AND owner = ? ORDER BY key', kind, owner);
    for (const row of rows) found.set(String(row.key), String(row.value));
    const pending = this.#pending.get(`${kind}/${owner}`);
    if (pending === undefined) return found;
    for (const { key, value } of pending.values()) {
      if (value === undefined) found.delete(key);
      else found.set(key, value);
    }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** All or none of them reach the disk, and never without what was written before. */
  write(changes: readonly Change[], urgency: Urgency = 'now'): void {
    for (const change of changes) this.#remember(change);
    if (urgency === 'soon') this.#stopTimer ??= this.#env.timers.after(togetherMs, () => this.#save('now'));
    else this.#save(urgency);
  }

  close(): void {
    this.#retryAt = 0;
    this.#save('now');
    this.#database?.close();
  }

  #save(urgency: 'now' | 'durable'): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const { clock, log } = this.#env;
    if (this.#database === undefined || clock.monotonic() < this.#retryAt) return;
    try {
      this.#flush(this.#database);
      // In WAL mode with synchronous=NORMAL only a checkpoint waits for the disk.
      if (urgency === 'durable') this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      if (this.#failing) log.info('The store can be written again');
      this.#failing = false;
    } catch (error) {
      this.#fail('The store cannot be written: kept in memory until it can', error);
      this.#retryAt = clock.monotonic() + pauseMs;
    }
  }

  #remember(change: Change): void {
    const group = `${change.kind}/${change.owner}`;
    const pending = this.#pending.get(group) ?? new Map<string, Change>();
    pending.set(change.key, change);
    this.#pending.set(group, pending);
  }

  #flush(database: Database): void {
    if (this.#pending.size === 0) return;
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const group of this.#pending.values()) {
        for (const change of group.values()) writeOne(database, change);
      }
      database.exec('COMMIT');
    } catch (error) {
      rollBack(database);
      throw error;
    }
    this.#pending.clear();
  }

  #read(sql: string, ...values: string[]): Record<string, unknown>[] {
    if (this.#database === undefined) return [];
    try {
      return this.#database.all(sql, ...values);
    } catch (error) {
      this.#fail('The store cannot be read: going on without what it held', error);
      return [];
    }
  }

  #fail(message: string, error: unknown): void {
    if (!this.#failing)
      this.#env.log.error(message, { reason: error instanceof Error ? error.message : String(error) });
    this.#failing = true;
  }
}

function writeOne(database: Database, { kind, owner, key, value }: Change): void {
  if (value === undefined) {
    database.run('DELETE FROM documents WHERE kind = ? AND owner = ? AND key = ?', kind, owner, key);
  } else {
    database.run(
      'INSERT INTO documents (kind, owner, key, value) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      kind,
      owner,
      key,
      value,
    );
  }
}

function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has already rolled back by itself, as it does when the disk is full.
  }
}
