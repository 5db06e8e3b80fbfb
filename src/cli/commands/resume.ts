import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';

export function addResumeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('resume <name>')
    .description('ends a suspension, a pin, a quarantine, what a cancelled sync left: Git decides again');
  command.action(async (name: string) => {
    await withClient(cli, command, async client => {
      await client.resume(name, cli.signal);
      cli.terminal.print(`${name} follows Git again.`);
    });
  });
}
