import type { Command } from 'commander';
import type { z } from 'zod';
import type { moment } from '../../api/past-schemas.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { shortRevision, timestamp } from '../format.ts';
import { parseMoment } from '../moment.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

type Moment = z.infer<typeof moment>;

export function addAtCommand(program: Command, cli: Cli): void {
  const command = program
    .command('at <time> [name]')
    .description('what ran at a time (`2h ago`, `2026-11-21T10:30Z`), and from which commit');
  withOutput(command).action(async (time: string, name: string | undefined, { output }: { output: OutputFormat }) => {
    const at = parseMoment(time, cli.env.clock.now());
    await withClient(cli, command, async client => {
      const then = await client.past(at, name, cli.signal);
      print(cli.terminal, output, then, () => momentText(then, cli.terminal.style));
    });
  });
}

export function momentText({ at, environment, begins, applications }: Moment, style: Style): string {
  const place = environment === undefined ? '' : `, with Git at ${shortRevision(environment.revision)}`;
  const head = style.faint(`${timestamp(at)}${place}`);
  const cut =
    begins === undefined ? '' : `\nThe audit log begins at ${timestamp(begins)}: before that, nothing is told.`;
  if (applications.length === 0) return `${head}\nThe audit log tells of nothing that ran then.${cut}`;
  const rows = applications.map(ran => [
    style.strong(printable(ran.application)),
    ran.state === 'gone' ? 'gone' : shortRevision(ran.revision),
    timestamp(ran.since),
    printable(ran.who),
    printable(ran.author ?? ''),
    style.faint(printable([ran.subject ?? '', ...notes(ran)].filter(text => text !== '').join('; '))),
  ]);
  return `${head}\n${table(['NAME', 'REVISION', 'SINCE', 'BY', 'AUTHOR', ''], rows)}${cut}`;
}

function notes({ degraded, failed, underWay, suspendedBy, pinnedBy }: Moment['applications'][number]): string[] {
  return [
    degraded ? 'degraded' : '',
    underWay === undefined ? '' : `a sync to ${shortRevision(underWay.revision)} was under way`,
    failed === undefined ? '' : `a sync to ${shortRevision(failed.revision)} had failed`,
    pinnedBy === undefined ? '' : `pinned by ${pinnedBy}`,
    suspendedBy === undefined ? '' : `suspended by ${suspendedBy}`,
  ];
}
