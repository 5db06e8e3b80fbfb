import type { Command } from 'commander';
import type { z } from 'zod';
import type { rebuild } from '../../api/past-schemas.ts';
import { failure } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { shortRevision, timestamp } from '../format.ts';
import { parseMoment } from '../moment.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

type Rebuild = z.infer<typeof rebuild>;
type Step = Rebuild['applications'][number];

interface Options {
  output: OutputFormat;
  at: string;
  dryRun?: boolean;
}

export function addRebuildCommand(program: Command, cli: Cli): void {
  const command = program
    .command('rebuild [name]')
    .description('what bringing back what ran at a time would do; nothing is changed: that is a commit’s part')
    .requiredOption('--at <time>', 'the time: `2h ago`, `2026-11-21T10:30Z`')
    .option('--dry-run', 'show it; needed, since nothing else is done');
  withOutput(command).action(async (name: string | undefined, { at, dryRun, output }: Options) => {
    if (dryRun !== true) {
      const reason =
        'rebuild shows, and does not do: add --dry-run; to go back, revert in Git, or use holdfast rollback';
      throw failure('CLI_USAGE', { reason });
    }
    const time = parseMoment(at, cli.env.clock.now());
    await withClient(cli, command, async client => {
      const found = await client.rebuild(time, name, cli.signal);
      print(cli.terminal, output, found, () => rebuildText(found, cli.terminal.style));
    });
  });
}

const words: Record<Step['do'], string> = {
  same: 'is as then',
  change: 'would change',
  declare: 'would have to be declared again',
  remove: 'would go',
  unknown: 'is not known',
};

export function rebuildText({ at, applications }: Rebuild, style: Style): string {
  const head = style.faint(timestamp(at));
  if (applications.length === 0) return `${head}\nThe audit log tells of nothing that ran then.`;
  const rows = applications.map(step => [
    style.strong(printable(step.application)),
    shortRevision(step.present),
    shortRevision(step.revision),
    words[step.do],
    countText(step, style),
    style.faint(printable(step.message)),
  ]);
  return `${head}\n${table(['NAME', 'NOW', 'THEN', '', '', ''], rows)}`;
}

function countText({ resources }: Step, style: Style): string {
  const of = (action: string) => resources.filter(one => one.action === action).length;
  const parts: [number, string, (text: string) => string][] = [
    [of('create'), 'to create', style.good],
    [of('change'), 'to change', style.busy],
    [of('delete'), 'to delete', style.bad],
    [of('run'), 'hooks', style.faint],
  ];
  return parts.flatMap(([count, text, tone]) => (count === 0 ? [] : tone(`${count} ${text}`))).join(', ');
}
