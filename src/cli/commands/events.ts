import type { Command } from 'commander';
import type { Event } from '../../model/status.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { countArgument } from '../deadline.ts';
import { timestamp } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { pulses } from '../pulses.ts';
import { printable, type Style } from '../style.ts';

interface Options {
  output: OutputFormat;
  follow?: boolean;
  limit: number;
}

export function addEventsCommand(program: Command, cli: Cli): void {
  const command = program
    .command('events [name]')
    .description('what happened, oldest first, of one application or all')
    .option('-f, --follow', 'go on until Ctrl-C (a JSON object a line with -o json)')
    .option('--limit <count>', 'at most so many of the last', countArgument, 100);
  withOutput(command).action(async (name: string | undefined, { output, follow, limit }: Options) => {
    const of = name === undefined ? {} : { application: name };
    await withClient(cli, command, async client => {
      const events = await client.events({ ...of, limit }, cli.signal);
      if (follow !== true) {
        print(cli.terminal, output, events, () => eventLines(events, cli.terminal.style));
        return;
      }
      let after = 0;
      const show = (found: readonly Event[]) => {
        for (const event of found) {
          cli.terminal.print(output === 'json' ? JSON.stringify(event) : eventLines([event], cli.terminal.style));
        }
        after = found.at(-1)?.id ?? after;
      };
      show(events);
      for await (const _ of pulses(client, name === undefined ? [] : [name], cli.env.timers, cli.signal)) {
        show(await client.events({ ...of, after, limit: 1_000 }, cli.signal));
      }
    });
  });
}

export function eventLines(events: readonly Event[], style: Style): string {
  if (events.length === 0) return 'Nothing has happened yet.';
  return events
    .map(({ at, application, type, message, by }) => {
      const who = by === '' ? '' : style.faint(` (${printable(by)})`);
      return `${style.faint(timestamp(at))}  ${printable(application)}  ${type}  ${printable(message)}${who}`;
    })
    .join('\n');
}
