import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type TargetFlags, targetFlags, withTarget } from './target-options.ts';

interface Options extends TargetFlags {
  name?: string;
  namespace?: string;
  reveal?: boolean;
}

export function addRenderCommand(program: Command, cli: Cli): void {
  const command = program
    .command('render <path>')
    .description('prints the manifests of a directory as they would be applied; needs no operator')
    .option('--name <name>', "name of the application (default: the directory's)")
    .option('--namespace <namespace>', 'namespace of what has none')
    .option('--reveal', 'show the values of secrets');
  withTarget(command).action(async (path: string, options: Options) => {
    const { name, namespace, reveal } = options;
    const { renderPath } = await cli.local();
    const request = {
      flags: targetFlags(options),
      place: { directory: cli.directory },
      path: resolve(cli.directory, path),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      reveal: reveal === true,
    };
    cli.terminal.print((await renderPath(cli.env, request, cli.signal)).trimEnd());
  });
}
