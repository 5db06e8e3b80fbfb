import type { Database } from '../env/env.ts';

/**
 * The steps from an empty file to the present shape, in order, each run once. They only ever add, so that an older Holdfast
 * can go on with the file of a newer one.
 */
const migrations = [
  'CREATE TABLE documents (kind TEXT, owner TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, owner, key)) STRICT, WITHOUT ROWID',
] as const;

/** Throws what SQLite throws when the file is no sound database. */
export function migrate(database: Database, now: number): void {
  const check = database.get('PRAGMA quick_check(1)');
  if (check?.quick_check !== 'ok') throw new Error(String(check?.quick_check));

  database.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT');
  const done = Number(database.get('SELECT max(version) AS version FROM migrations')?.version ?? 0);
  for (const [i, sql] of migrations.entries()) {
    if (i < done) continue;
    database.exec('BEGIN IMMEDIATE');
    database.exec(sql);
    database.run('INSERT INTO migrations (version, at) VALUES (?, ?)', i + 1, now);
    database.exec('COMMIT');
  }
  // Not only the table's name: a file of another program must not pass for ours.
  database.all('SELECT kind, owner, key, value FROM documents LIMIT 1');
}
