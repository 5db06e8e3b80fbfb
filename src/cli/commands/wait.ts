import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { timeoutOption } from '../deadline.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { waitForAll } from '../wait.ts';
import { appsTable } from './apps.ts';

interface Options {
  output: OutputFormat;
  sync?: boolean;
  health?: boolean;
  revision?: string;
  timeout: number;
}

export function addWaitCommand(program: Command, cli: Cli): void {
  const command = program
    .command('wait <names...>')
    .description('waits until the applications are Synced and Healthy')
    .option('--sync', 'until Synced; health does not matter')
    .option('--health', 'until Healthy; being Synced does not matter')
    .option('--revision <revision>', 'and at this revision: a commit id or its beginning, or a version')
    .addOption(timeoutOption());
  withOutput(command).action(async (names: string[], options: Options) => {
    const both = options.sync !== true && options.health !== true;
    const want = {
      synced: both || options.sync === true,
      healthy: both || options.health === true,
      ...(options.revision === undefined ? {} : { revision: options.revision }),
    };
    await withClient(cli, command, async client => {
      const rows = await waitForAll(cli, client, names, want, options.timeout);
      print(cli.terminal, options.output, rows, () => appsTable(rows, cli.terminal.style, cli.env.clock.now()));
    });
  });
}
