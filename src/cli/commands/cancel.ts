import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addCancelCommand(program: Command, cli: Cli): void {
  const command = program
    .command('cancel <name>')
    .description('ends the sync under way at its next write; automation does not begin it again by itself');
  command.action(async (name: string) => {
    await withClient(cli, command, async client => {
      await client.cancel(name, cli.signal);
      cli.terminal.print(
        `The sync of ${name} is ended. The next one begins with a newer commit, \`holdfast sync ${name}\` or \`holdfast resume ${name}\`.`,
      );
    });
  });
}
