import { toRow } from '../api/rows.ts';
import type { ApplicationRow } from '../api/schemas.ts';
import { failure, HoldfastError } from '../errors.ts';
import { progressWords } from '../model/progress.ts';
import type { Sync } from '../model/status.ts';
import type { Cli } from './cli.ts';
import type { Client } from './client.ts';
import { withDeadline } from './deadline.ts';
import { healthWord, resultWord, shortRevision, syncWord } from './format.ts';
import { pulses } from './pulses.ts';
import { printable, type Style } from './style.ts';

export interface Want {
  synced: boolean;
  healthy: boolean;
  /** A commit id or its beginning, or a version. */
  revision?: string;
}

/** What is not yet as wanted, for a person; '' when all is. */
export function missing(row: ApplicationRow, want: Want): string {
  const { sync, health } = row;
  if (want.revision !== undefined && !isRevision(sync.revision, want.revision)) {
    return `it is at ${shortRevision(sync.revision) || 'no revision'}, not ${shortRevision(want.revision)}`;
  }
  if (want.synced && sync.status !== 'Synced') return sentence(`it is ${sync.status}`, sync.message);
  if (want.healthy && health.status !== 'Healthy') return sentence(`it is ${health.status}`, health.message);
  return '';
}

/** Why it will not become so without a person; '' when it may, or is so already. */
export function hopeless(row: ApplicationRow, want: Want): string {
  if (missing(row, { ...want, healthy: false }) === '') return '';
  const { quarantined, suspended, operation } = row;
  if (want.revision !== undefined && quarantined !== undefined && isRevision(quarantined.revision, want.revision)) {
    return sentence(`${row.name}: ${shortRevision(quarantined.revision)} is quarantined`, quarantined.reason);
  }
  const idle = operation === undefined || operation.endedAt !== undefined;
  if (suspended !== undefined && idle) return sentence(`${row.name} is suspended by ${suspended.by}`, suspended.reason);
  return '';
}

function sentence(what: string, why: string): string {
  return printable(why === '' ? what : `${what}: ${why}`);
}

function isRevision(actual: string, wanted: string): boolean {
  return actual === wanted || (/^[0-9a-f]{7,}$/.test(wanted) && actual.startsWith(wanted));
}

/** Where it is, on one line. */
export function progressLine(row: ApplicationRow, style: Style): string {
  const { operation, sync, health } = row;
  const running =
    operation === undefined || operation.endedAt !== undefined
      ? ''
      : `  ${resultWord('running', style)}, ${progressWords(operation)}${operation.attempt > 1 ? `, attempt ${operation.attempt}` : ''}`;
  const why = sync.message !== '' ? sync.message : health.message;
  const state = `${syncWord(sync.status, style)}  ${healthWord(health.status, style)}`;
  return `${row.name}  ${shortRevision(sync.revision)}  ${state}${running}${why === '' ? '' : `  ${style.faint(printable(why))}`}`;
}

/** Resolves when all are as wanted; notes every change on the way. */
export async function waitForAll(
  cli: Cli,
  client: Client,
  names: readonly string[],
  want: Want,
  timeoutMs: number,
): Promise<ApplicationRow[]> {
  const shown = new Map<string, string>();
  let left = '';
  return await withDeadline(
    cli,
    timeoutMs,
    () => left,
    async signal => {
      for await (const rows of looks(client, names, cli, signal)) {
        for (const row of rows) note(cli, row, shown);
        const lost = rows.map(row => hopeless(row, want)).find(why => why !== '');
        if (lost !== undefined) throw failure('CLI_SYNC_FAILED', { reason: lost });
        left = rows
          .map(row => [row.name, missing(row, want)])
          .filter(([, why]) => why !== '')
          .map(([name, why]) => `${name}: ${why}`)
          .join('; ');
        if (left === '') return rows;
      }
      throw new Error('the looks never end by themselves');
    },
  );
}

/** The record of a sync when it has ended, also when another one has taken its place. */
export async function waitForSync(cli: Cli, client: Client, sync: Sync, timeoutMs: number): Promise<Sync> {
  if (sync.endedAt !== undefined) return sync;
  const name = sync.application;
  const shown = new Map<string, string>();
  let last = 'the sync has not begun';
  return await withDeadline(
    cli,
    timeoutMs,
    () => `${name}: ${last}`,
    async signal => {
      for await (const [row] of looks(client, [name], cli, signal)) {
        if (row === undefined) continue;
        note(cli, row, shown);
        last = sentence(`the sync is ${row.operation?.result ?? 'not there'}`, row.sync.message);
        if (row.operation?.id === sync.id && row.operation.endedAt === undefined) continue;
        const found = (await client.history(name, signal)).find(({ id }) => id === sync.id);
        if (found?.endedAt !== undefined) return found;
      }
      throw new Error('the looks never end by themselves');
    },
  );
}

function note(cli: Cli, row: ApplicationRow, shown: Map<string, string>): void {
  const line = progressLine(row, cli.terminal.noteStyle);
  if (shown.get(row.name) !== line) cli.terminal.note(line);
  shown.set(row.name, line);
}

/** The rows of these applications, again and again. An operator that restarts meanwhile is waited for. */
async function* looks(
  client: Client,
  names: readonly string[],
  cli: Cli,
  signal: AbortSignal,
): AsyncGenerator<ApplicationRow[]> {
  let reached = false;
  for await (const _ of pulses(client, names, cli.env.timers, signal)) {
    try {
      const rows = await readRows(client, names, signal);
      reached = true;
      yield rows;
    } catch (error) {
      const lost = error instanceof HoldfastError && error.code === 'CLI_OPERATOR_UNREACHABLE';
      if (!lost || !reached) throw error;
      cli.terminal.note(cli.terminal.noteStyle.faint('The operator does not answer; waiting for it.'));
    }
  }
}

async function readRows(client: Client, names: readonly string[], signal: AbortSignal): Promise<ApplicationRow[]> {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return [toRow(await client.application(only, signal))];
  const rows = new Map((await client.applications(signal)).map(row => [row.name, row]));
  return names.map(name => {
    const row = rows.get(name);
    if (row === undefined) throw failure('APP_NOT_FOUND', { name });
    return row;
  });
}
