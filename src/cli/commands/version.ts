import type { Command } from 'commander';
import { version } from '../../version.ts';
import type { Cli } from '../cli.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';

export function addVersionCommand(program: Command, cli: Cli): void {
  const command = program.command('version').description('the version of this program');
  withOutput(command).action(({ output }: { output: OutputFormat }) => {
    print(cli.terminal, output, { version }, () => `holdfast ${version}`);
  });
}
