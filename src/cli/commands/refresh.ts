import type { Command } from 'commander';
import { failure } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addRefreshCommand(program: Command, cli: Cli): void {
  const command = program
    .command('refresh [name]')
    .description('looks at Git now instead of at the next interval; without a name at all repositories')
    .option('--hard', 'forget what was concluded of the application: charts, what it renders to, what differs');
  command.action(async (name: string | undefined, { hard = false }: { hard?: boolean }) => {
    if (hard && name === undefined) throw failure('CLI_USAGE', { reason: '--hard is about one application: name it' });
    await withClient(cli, command, async client => {
      await client.refresh(name, hard, cli.signal);
      cli.terminal.print(name === undefined ? 'All repositories were looked at.' : `${name} was looked at.`);
    });
  });
}
