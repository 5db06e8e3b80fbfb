import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addDeleteCommand(program: Command, cli: Cli): void {
  const command = program
    .command('delete <name>')
    .description('deletes what an application runs; while Git declares it, it then stays suspended')
    .option('--orphan', 'let go of what runs instead of deleting it');
  command.action(async (name: string, { orphan }: { orphan?: boolean }) => {
    await withClient(cli, command, async client => {
      await client.remove(name, orphan === true, cli.signal);
      cli.terminal.print(orphan === true ? `${name} is let go; what runs stays.` : `${name} is being deleted.`);
    });
  });
}
