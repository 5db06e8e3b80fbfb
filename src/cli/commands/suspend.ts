import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addSuspendCommand(program: Command, cli: Cli): void {
  const command = program
    .command('suspend <name>')
    .description('stops automation for an application; what runs is left alone')
    .option('--reason <text>', 'why, for the others', '');
  command.action(async (name: string, { reason }: { reason: string }) => {
    await withClient(cli, command, async client => {
      await client.suspend(name, reason, cli.signal);
      cli.terminal.print(`${name} is suspended; \`holdfast resume ${name}\` ends it.`);
    });
  });
}
