import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { countArgument } from '../deadline.ts';
import { plainStyle, printable } from '../style.ts';

interface Options {
  follow?: boolean;
  previous?: boolean;
  tail: number;
}

export function addLogsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('logs <name> [resource]')
    .description('what the processes of an application print')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--previous', 'what the former run of each container printed')
    .option('--tail <lines>', 'only so many of the last lines', countArgument, 200);
  command.action(async (name: string, resource: string | undefined, { follow, previous, tail }: Options) => {
    const { style, print } = cli.terminal;
    const colours = style !== plainStyle;
    await withClient(cli, command, async client => {
      const options = {
        tail,
        ...(resource === undefined ? {} : { resource }),
        ...(follow === true ? { follow } : {}),
        ...(previous === true ? { previous } : {}),
      };
      for await (const { source, text } of client.logs(name, options, cli.signal)) {
        print(`${style.faint(`[${printable(source)}]`)} ${printable(text, { colours })}`);
      }
    });
  });
}
