import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { failure } from '../../errors.ts';
import type { Database, Databases, SqlRow } from '../env.ts';

function connect(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // A file that is no database is only noticed when it is read.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
    return database;
  } catch (error) {
    database?.close();
    throw failure('STORE_UNUSABLE', { path, reason: (error as Error).message }, error);
  }
}

function open(path: string): Database {
  const database = connect(path);
  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }
  return {
    exec: sql => database.exec(sql),
    run: (sql, ...values) => ({ changes: Number(prepared(sql).run(...values).changes) }),
    get: (sql, ...values) => prepared(sql).get(...values) as SqlRow | undefined,
    all: (sql, ...values) => prepared(sql).all(...values) as SqlRow[],
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

export const realDatabases: Databases = { open };
