import type { Command } from 'commander';
import type { DifferenceView } from '../../api/schemas.ts';
import { describeResource, type FieldChange, parseResourceKey } from '../../model/resource.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { Exit, exitCodes } from '../exit.ts';
import { ago, shortRevision } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';

interface Options {
  output: OutputFormat;
  revision?: string;
  exitCode?: boolean;
}

export function addDiffCommand(program: Command, cli: Cli): void {
  const command = program
    .command('diff <name>')
    .description('what a sync would change, exactly, and who is behind it; changes nothing')
    .option('--revision <revision>', 'compare with this commit, tag or branch')
    .option('--exit-code', `end with ${exitCodes.different} when there are differences`);
  withOutput(command).action(async (name: string, options: Options) => {
    await withClient(cli, command, async client => {
      const difference = await client.diff(name, options.revision, cli.signal);
      print(cli.terminal, options.output, difference, () =>
        diffText(difference, cli.terminal.style, cli.env.clock.now()),
      );
      if (options.exitCode === true && difference.resources.length > 0) throw new Exit(exitCodes.different);
    });
  });
}

const marks = { create: '+', change: '~', delete: '-' } as const;
const tones = { create: 'good', change: 'busy', delete: 'bad' } as const;

export function diffText(difference: DifferenceView, style: Style, now: number): string {
  const parts = difference.resources.map(({ id, action, cause, by, changes }) => {
    const who = by === undefined ? '' : ` by ${by.name}, ${ago(by.at, now)}`;
    const head = `${marks[action]} ${describeResource(id)}`;
    const why = cause === 'drift' ? `changed in the target${who}` : 'asked for by Git';
    return [
      `${style[tones[action]](printable(head))}  ${style.faint(printable(why))}`,
      ...changes.flatMap(change => changeLines(change, style)),
    ].join('\n');
  });
  for (const { key, reason, confirmable } of difference.heldBack) {
    const way = confirmable ? ' (sync --confirm would)' : '';
    parts.push(style.faint(printable(`! ${describeResource(parseResourceKey(key))} is left alone: ${reason}${way}`)));
  }
  if (difference.plan.guard !== undefined) parts.push(style.bad(printable(`! ${difference.plan.guard}`)));
  parts.push(summary(difference));
  return parts.join('\n\n');
}

function changeLines({ path, live, declared, masked }: FieldChange, style: Style): string[] {
  const lines = [`    ${printable(path)}`];
  if (masked === true) return [...lines, style.faint('      (a secret value, different)')];
  if (live !== undefined) lines.push(...valueLines('-', live, style.bad));
  if (declared !== undefined) lines.push(...valueLines('+', declared, style.good));
  return lines;
}

/** Texts of several lines as lines, everything else as JSON. */
function valueLines(mark: string, json: string, tone: (text: string) => string): string[] {
  return readable(json)
    .split('\n')
    .map(line => tone(`      ${mark} ${printable(line)}`));
}

function readable(json: string): string {
  if (!json.startsWith('"') || !json.includes('\\n')) return json;
  try {
    return String(JSON.parse(json)).trimEnd();
  } catch {
    return json;
  }
}

function summary({ revision, resources }: DifferenceView): string {
  const at = shortRevision(revision);
  if (resources.length === 0) return `No differences: it is as ${at} says.`;
  const count = (wanted: keyof typeof marks) => resources.filter(({ action }) => action === wanted).length;
  return `A sync to ${at} would create ${count('create')}, change ${count('change')} and delete ${count('delete')}.`;
}
