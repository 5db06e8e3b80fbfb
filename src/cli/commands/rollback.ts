import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { timeoutOption } from '../deadline.ts';
import { type OutputFormat, withOutput } from '../output.ts';
import { waitForSync } from '../wait.ts';
import { report } from './sync.ts';

interface Options {
  output: OutputFormat;
  wait: boolean;
  timeout: number;
}

export function addRollbackCommand(program: Command, cli: Cli): void {
  const command = program
    .command('rollback <name> [id]')
    .description('back to what an earlier sync delivered (default: the one before), until Git has a newer commit')
    .option('--no-wait', 'do not wait for the end')
    .addOption(timeoutOption());
  withOutput(command).action(async (name: string, id: string | undefined, options: Options) => {
    await withClient(cli, command, async client => {
      const started = await client.rollback(name, id, cli.signal);
      const ended = options.wait ? await waitForSync(cli, client, started, options.timeout) : started;
      report(cli, options.output, ended);
    });
  });
}
