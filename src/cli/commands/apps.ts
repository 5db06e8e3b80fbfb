import type { Command } from 'commander';
import type { ApplicationRow } from '../../api/schemas.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { ago, healthWord, shortRevision, syncWord } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

export function addAppsCommand(program: Command, cli: Cli): void {
  const command = program.command('apps').description('all applications: are they as Git says, and do they work');
  withOutput(command).action(async ({ output }: { output: OutputFormat }) => {
    await withClient(cli, command, async client => {
      const rows = await client.applications(cli.signal);
      print(cli.terminal, output, rows, () => appsTable(rows, cli.terminal.style, cli.env.clock.now()));
    });
  });
}

export function appsTable(rows: readonly ApplicationRow[], style: Style, now: number): string {
  if (rows.length === 0) return 'There are no applications yet.';
  const lines = rows.map(row => [
    printable(row.name),
    syncWord(row.sync.status, style),
    healthWord(row.health.status, style),
    shortRevision(row.sync.revision),
    row.operation?.result === 'running' ? 'now' : ago(row.operation?.endedAt, now),
    style.faint(remark(row)),
  ]);
  return table(['NAME', 'SYNC', 'HEALTH', 'REVISION', 'LAST SYNC', ''], lines);
}

/** The one thing most worth knowing. */
function remark({ suspended, pinned, quarantined, conditions, sync, health }: ApplicationRow): string {
  const error = conditions.find(({ level }) => level === 'error');
  const found =
    (suspended && `suspended by ${suspended.by}${suspended.reason === '' ? '' : `: ${suspended.reason}`}`) ??
    (pinned && `pinned by ${pinned.by}`) ??
    error?.message ??
    (quarantined && `${shortRevision(quarantined.revision)} is quarantined: ${quarantined.reason}`) ??
    (health.message || sync.message);
  return shorten(printable(found), 100);
}

function shorten(text: string, length: number): string {
  const [line = ''] = text.split('\n');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
