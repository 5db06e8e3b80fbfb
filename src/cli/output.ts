import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import type { Terminal } from './cli.ts';

export const outputFormats = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Adds `-o`; the command's own options then have `output`. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'how to print the answer').choices([...outputFormats]).default('table'),
  );
}

/** The same data in each format; only the table is made for people, and may change. */
export function print(terminal: Terminal, format: OutputFormat, data: unknown, toTable: () => string): void {
  if (format === 'json') terminal.print(JSON.stringify(data, undefined, 2));
  else if (format === 'yaml') terminal.print(stringify(data, { lineWidth: 0 }).trimEnd());
  else terminal.print(toTable());
}
