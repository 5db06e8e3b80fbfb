import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { timestamp } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable } from '../style.ts';
import { facts } from '../table.ts';

export function addWhoamiCommand(program: Command, cli: Cli): void {
  const command = program.command('whoami').description('whom the operator takes you for');
  withOutput(command).action(async ({ output }: { output: OutputFormat }) => {
    await withClient(cli, command, async client => {
      const subject = await client.whoami(cli.signal);
      print(cli.terminal, output, subject, () =>
        facts([
          ['Name', printable(subject.name)],
          ['Groups', printable(subject.groups.join(', '))],
          ['Token', printable(subject.token ?? '')],
          ['Until', subject.expiresAt === undefined ? '' : timestamp(subject.expiresAt)],
        ]),
      );
    });
  });
}
