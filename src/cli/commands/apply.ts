import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Sync } from '../../model/status.ts';
import type { Cli } from '../cli.ts';
import type { GlobalOptions } from '../connect.ts';
import { timeoutOption, withDeadline } from '../deadline.ts';
import { resultWord } from '../format.ts';
import { type OutputFormat, withOutput } from '../output.ts';
import { report } from './sync.ts';
import { type TargetFlags, targetFlags, withTarget } from './target-options.ts';

interface Options extends TargetFlags {
  output: OutputFormat;
  name?: string;
  namespace?: string;
  prune?: boolean;
  dryRun?: boolean;
  confirm?: boolean;
  timeout: number;
}

export function addApplyCommand(program: Command, cli: Cli): void {
  const command = program
    .command('apply <path>')
    .description('one sync of a directory, from a pipeline; needs no operator')
    .option('--name <name>', "name of the application (default: the directory's)")
    .option('--namespace <namespace>', 'namespace of what has none')
    .option('--prune', 'delete what the application owns and the directory does not have')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--confirm', 'agree to what waits for a person: guarded deletes')
    .addOption(timeoutOption('take at most this long'));
  withOutput(withTarget(command)).action(async (path: string, options: Options) => {
    const { name, namespace, timeout } = options;
    const { applyPath } = await cli.local();
    const request = {
      flags: { ...targetFlags(options), dataDirectory: command.optsWithGlobals<GlobalOptions>().dataDir },
      place: { directory: cli.directory },
      path: resolve(cli.directory, path),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      prune: options.prune === true,
      dryRun: options.dryRun === true,
      confirm: options.confirm === true,
    };
    let last = '';
    const progress = ({ result, phase, wave = 0, message }: Sync) => {
      const line = `${resultWord(result, cli.terminal.noteStyle)} ${phase ?? ''} wave ${wave}  ${message}`;
      if (line !== last) cli.terminal.note(line);
      last = line;
    };
    const work = (signal: AbortSignal) => applyPath(cli.env, request, progress, signal);
    report(cli, options.output, await withDeadline(cli, timeout, () => last, work));
  });
}
