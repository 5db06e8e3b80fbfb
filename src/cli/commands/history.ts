import type { Command } from 'commander';
import type { Sync } from '../../model/status.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { ago, resultWord, shortRevision } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

export function addHistoryCommand(program: Command, cli: Cli): void {
  const command = program.command('history <name>').description('the syncs of an application, newest first');
  withOutput(command).action(async (name: string, { output }: { output: OutputFormat }) => {
    await withClient(cli, command, async client => {
      const syncs = await client.history(name, cli.signal);
      print(cli.terminal, output, syncs, () => historyTable(syncs, cli.terminal.style, cli.env.clock.now()));
    });
  });
}

export function historyTable(syncs: readonly Sync[], style: Style, now: number): string {
  if (syncs.length === 0) return 'There was no sync yet.';
  const rows = syncs.map(sync => [
    sync.id,
    shortRevision(sync.revision),
    resultWord(sync.result, style),
    ago(sync.endedAt ?? sync.startedAt, now),
    printable(sync.startedBy),
    style.faint(printable([sync.reason, sync.message].filter(text => text !== '').join(': '))),
  ]);
  return table(['ID', 'REVISION', 'RESULT', 'WHEN', 'BY', ''], rows);
}
