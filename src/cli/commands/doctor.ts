import type { Command } from 'commander';
import type { CheckResult } from '../../targets/target.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { Exit, exitCodes } from '../exit.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';

export function addDoctorCommand(program: Command, cli: Cli): void {
  const command = program
    .command('doctor')
    .description('checks the access to Git and to the target now, and says what to fix');
  withOutput(command).action(async ({ output }: { output: OutputFormat }) => {
    await withClient(cli, command, async client => {
      const checks = await client.doctor(cli.signal);
      print(cli.terminal, output, checks, () => checkLines(checks, cli.terminal.style));
      if (checks.some(({ ok }) => !ok)) throw new Exit(exitCodes.failed);
    });
  });
}

export function checkLines(checks: readonly CheckResult[], style: Style): string {
  return checks
    .map(({ name, ok, message, advice }) => {
      const line = `${ok ? style.good('✓') : style.bad('✗')} ${printable(`${name}: ${message}`)}`;
      return ok || advice === '' ? line : `${line}\n  → ${printable(advice)}`;
    })
    .join('\n');
}
