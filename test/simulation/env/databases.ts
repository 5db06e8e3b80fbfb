import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Databases, SqlRow, SqlValue } from '../../../src/env/env.ts';
import { failure } from '../../../src/errors.ts';
import type { Attached, ModelDisk } from './disk.ts';
import type { Effects } from './effects.ts';

interface Statement {
  sql: string;
  values: SqlValue[];
}

/** As many transactions as are written to the disk with nobody waiting for it, at most; none before a checkpoint. */
const unsafeCommits = 8;

/** An SQLite file: real SQLite in memory, and every transaction that was committed, so that an older state can be had again. */
export class ModelDatabase implements Attached {
  #database = new DatabaseSync(':memory:');
  #prepared = new Map<string, StatementSync>();
  #commits: Statement[][] = [];
  /** Transactions that somebody waited for. */
  #safe = 0;
  #transaction: Statement[] | undefined;

  get commits(): number {
    return this.#commits.length;
  }

  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  exec(sql: string): void {
    if (sql.includes(';')) this.#database.exec(sql);
    else this.#statement(sql).run();
    if (/^BEGIN/.test(sql)) this.#transaction = [];
    else if (sql === 'COMMIT') this.#commit();
    else if (sql === 'ROLLBACK') this.#transaction = undefined;
    else if (/^PRAGMA wal_checkpoint/.test(sql)) this.#safe = this.#commits.length;
    else if (!/^PRAGMA/.test(sql)) this.#remember({ sql, values: [] });
  }

  run(sql: string, values: SqlValue[]): number {
    const { changes } = this.#statement(sql).run(...values);
    this.#remember({ sql, values });
    return Number(changes);
  }

  all(sql: string, values: SqlValue[]): SqlRow[] {
    return this.#statement(sql).all(...values) as SqlRow[];
  }

  get(sql: string, values: SqlValue[]): SqlRow | undefined {
    return this.#statement(sql).get(...values) as SqlRow | undefined;
  }

  /** Whoever used it is gone: what was not committed never was. */
  letGo(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.#transaction = undefined;
  }

  /** As it was some transactions ago: somebody put an old copy of the file in its place. */
  restoreOlder(by: number): void {
    const commits = this.#commits.slice(0, Math.max(0, this.#commits.length - by));
    this.close();
    this.#database = new DatabaseSync(':memory:');
    this.#prepared = new Map();
    this.#commits = [];
    this.#safe = Math.min(this.#safe, commits.length);
    for (const commit of commits) {
      this.#database.exec('BEGIN');
      for (const { sql, values } of commit) {
        if (values.length === 0) this.#database.exec(sql);
        else this.#statement(sql).run(...values);
      }
      this.#database.exec('COMMIT');
      this.#commits.push(commit);
    }
  }

  /** The log is not waited for at each commit: the newest transactions may be gone, never one before another that is kept. */
  losePower(fraction: () => number): void {
    this.letGo();
    const lost = Math.min(Math.floor(fraction() * unsafeCommits), this.#commits.length - this.#safe);
    if (lost > 0) this.restoreOlder(lost);
  }

  #commit(): void {
    if (this.#transaction !== undefined && this.#transaction.length > 0) this.#commits.push(this.#transaction);
    this.#transaction = undefined;
  }

  #remember(statement: Statement): void {
    if (this.#transaction === undefined) this.#commits.push([statement]);
    else this.#transaction.push(statement);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, known);
    return known;
  }

  size(): number {
    return 4096 + 64 * this.#commits.length;
  }

  describe(): string {
    const tables = this.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", []);
    const rows = tables.map(({ name }) => this.all(`SELECT * FROM ${name} ORDER BY 1, 2`, []));
    return `${this.#commits.length} ${JSON.stringify(rows)}`;
  }

  close(): void {
    this.#prepared.clear();
    if (this.#database.isOpen) this.#database.close();
  }
}

/** As SQLite says it when the disk is full, and when it does not answer. */
function sqliteError(code: 'full' | 'io'): Error {
  const [errcode, errstr] = code === 'full' ? [13, 'database or disk is full'] : [10, 'disk I/O error'];
  return Object.assign(new Error(errstr), { code: 'ERR_SQLITE_ERROR', errcode, errstr });
}

/** Databases of one incarnation. A point is met at each commit; what an incarnation says after its end is not heard. */
export function simDatabases({ life, faults, scheduler }: Effects, disk: ModelDisk): Databases {
  function fileAt(path: string): ModelDatabase {
    const unusable = (reason: string) => failure('STORE_UNUSABLE', { path, reason });
    let inode = disk.find(path, true);
    try {
      inode ??= disk.replace(path, '');
    } catch {
      throw unusable('unable to open database file');
    }
    if (inode.type !== 'file') throw unusable('unable to open database file');
    if (inode.attached instanceof ModelDatabase) return inode.attached;
    if (inode.content.length > 0) throw unusable('file is not a database');
    const made = new ModelDatabase();
    inode.attached = made;
    return made;
  }

  return {
    open(path) {
      const file = fileAt(path);
      const stop = life.atEnd(() => file.letGo());
      const isOver = () => !life.alive || !scheduler.count();

      function committing<Result>(happen: () => Result, otherwise: Result): Result {
        const verdict = faults.meet('database.write', path);
        if (verdict?.do === 'fail') throw sqliteError('full');
        if (verdict?.do === 'crash-before') life.crash();
        if (isOver()) return otherwise;
        const result = happen();
        if (verdict?.do === 'crash-after') life.crash();
        if (verdict?.do === 'fail-after') throw sqliteError('io');
        return result;
      }

      return {
        exec(sql) {
          if (isOver()) return;
          const writes = sql === 'COMMIT' || (!/^(BEGIN|ROLLBACK|PRAGMA)/.test(sql) && !file.inTransaction);
          if (writes) committing(() => file.exec(sql), undefined);
          else file.exec(sql);
        },
        run(sql, ...values) {
          if (isOver()) return { changes: 0 };
          if (file.inTransaction) return { changes: file.run(sql, values) };
          return { changes: committing(() => file.run(sql, values), 0) };
        },
        get: (sql, ...values) => (isOver() ? undefined : file.get(sql, values)),
        all: (sql, ...values) => (isOver() ? [] : file.all(sql, values)),
        close() {
          stop();
          if (!isOver()) file.letGo();
        },
      };
    },
  };
}
