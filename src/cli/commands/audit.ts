import type { Command } from 'commander';
import type { AuditRecord } from '../../access/audit/record.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { countArgument } from '../deadline.ts';
import { timestamp } from '../format.ts';
import { parseMoment } from '../moment.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { addVerifyCommand } from './audit-verify.ts';

interface Options {
  output: OutputFormat;
  application?: string;
  project?: string;
  who?: string;
  via?: string;
  action?: string;
  result?: string;
  text?: string;
  since?: string;
  until?: string;
  limit: number;
}

export function addAuditCommand(program: Command, cli: Cli): void {
  const group = program
    .command('audit')
    .helpCommand(false)
    .description('who did what, when, and whether the log is whole');
  const list = group
    .command('list', { isDefault: true })
    .description('records of the audit log, oldest first; `holdfast audit` alone means this')
    .option('--application <name>', 'of this application')
    .option('--who <name>', 'of this person, or `automated`, `self-heal`, `git`')
    .option('--project <name>', 'of this project, and of its applications at that time')
    .option('--via <way>', 'done through `api`, `ui`, `cli`, `git`, `automation`, `pipeline` or `target`')
    .option('--result <result>', '`done`, `started`, `succeeded`, `failed`, `superseded` or `refused`')
    .option('--text <words>', 'with these words in what it says, in a revision, or in the name of an author')
    .option('--action <action>', 'of this kind: `sync.ended`, or all that begin so: `override`')
    .option('--since <time>', 'from this time on: `2h ago`, `2026-11-21T10:30Z`')
    .option('--until <time>', 'up to this time')
    .option('--limit <count>', 'at most so many of the last', countArgument, 100);
  withOutput(list).action(async ({ output, since, until, ...query }: Options) => {
    const now = cli.env.clock.now();
    const span = {
      ...(since === undefined ? {} : { since: parseMoment(since, now) }),
      ...(until === undefined ? {} : { until: parseMoment(until, now) }),
    };
    await withClient(cli, list, async client => {
      const records = (await client.audit({ ...query, ...span }, cli.signal)).toReversed();
      print(cli.terminal, output, records, () => auditLines(records, cli.terminal.style));
    });
  });

  addVerifyCommand(group, cli);
  const exporting = group
    .command('export')
    .description('prints the whole log as JSON Lines, for `audit verify` and for other systems')
    .action(async () => {
      await withClient(cli, exporting, async client => {
        for await (const line of await client.auditLines(cli.signal)) if (line !== '') cli.terminal.print(line);
      });
    });
}

export function auditLines(records: readonly AuditRecord[], style: Style): string {
  if (records.length === 0) return 'There are no such records.';
  return records
    .map(({ at, who, via, token, application = '', action, what, result, author, reviewers = [], ...commits }) => {
      const through = token === undefined ? via : `${via}, token ${token}`;
      const outcome = result === 'done' || result === 'started' ? '' : ` ${result}`;
      const commit =
        author === undefined
          ? ''
          : style.faint(` — by ${printable([author, ...reviewers.map(name => `reviewed by ${name}`)].join(', '))}`);
      const brought = commitsText(commits);
      const person = style.faint(` (${printable(who)}, ${printable(through)})`);
      return `${style.faint(timestamp(at))}  ${printable(application)}  ${action}${outcome}  ${printable(what)}${person}${commit}${style.faint(brought)}`;
    })
    .join('\n');
}

/** How many commits a sync brought and took back, and by how many people, where that is not said by naming the newest. */
function commitsText({ delivered, takenBack }: Pick<AuditRecord, 'delivered' | 'takenBack'>): string {
  const counted = ({ count, least, listed }: NonNullable<AuditRecord['takenBack']>) => {
    const people = new Set(listed.map(({ author }) => author)).size;
    return `${least ? 'at least ' : ''}${count} commits by ${people} ${people === 1 ? 'person' : 'people'}`;
  };
  const brings = delivered !== undefined && delivered.count > 1 ? `; brings ${counted(delivered)}` : '';
  return brings + (takenBack === undefined ? '' : `; takes back ${counted(takenBack)}`);
}
