import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addRefreshCommand(program: Command, cli: Cli): void {
  const command = program
    .command('refresh [name]')
    .description('looks at Git now instead of at the next interval; without a name at all repositories');
  command.action(async (name: string | undefined) => {
    await withClient(cli, command, async client => {
      await client.refresh(name, cli.signal);
      cli.terminal.print(name === undefined ? 'All repositories were looked at.' : `${name} was looked at.`);
    });
  });
}
