import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { candidates, completionScripts, type Shell, shells } from '../completion.ts';
import { withClient } from '../connect.ts';
import { withDeadline } from '../deadline.ts';

/** A key press must not wait longer for names of applications. */
const patienceMs = 1_000;

export function addCompletionCommands(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('prints a script that makes a shell complete commands, options and applications')
    .addArgument(new Argument('<shell>', 'the shell').choices([...shells]))
    .action((shell: Shell) => cli.terminal.print(completionScripts[shell]));

  const complete = program
    .command('complete', { hidden: true })
    .description('the words that the completion scripts ask for')
    .argument('[words...]')
    .action(async (words: string[]) => {
      const names = async () => {
        try {
          const rows = await withClient(cli, complete, client =>
            withDeadline(
              cli,
              patienceMs,
              () => '',
              signal => client.applications(signal),
            ),
          );
          return rows.map(({ name }) => name);
        } catch {
          return [];
        }
      };
      const found = await candidates(program, words, names);
      if (found.length > 0) cli.terminal.print(found.join('\n'));
    });
}
