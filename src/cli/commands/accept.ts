import type { Command } from 'commander';
import type { z } from 'zod';
import type { acceptance, proposed } from '../../api/drift-schemas.ts';
import { describeResource, parseResourceKey } from '../../model/resource.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { shortRevision } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';

interface Options {
  output: OutputFormat;
  resource?: string[];
  push?: boolean;
  reason?: string;
}

export function addAcceptCommand(program: Command, cli: Cli): void {
  const command = program
    .command('accept <names...>')
    .description('the commit that would make Git say what is live: as a patch for `git am`, or pushed as a branch')
    .option('--resource <key...>', 'only these, by their keys as `diff -o json` has them')
    .option('--push', 'push it as a branch of its own, for somebody to merge')
    .option('--reason <text>', 'why; it goes into the message of the pushed commit');
  withOutput(command).action(async (names: string[], { output, resource, push, reason }: Options) => {
    const chosen = resource === undefined ? {} : { resources: resource.map(key => ({ key })) };
    await withClient(cli, command, async client => {
      for (const name of names) {
        if (push === true) {
          const asked = { ...chosen, ...(reason === undefined ? {} : { reason }) };
          const found = await client.propose(name, asked, cli.signal);
          print(cli.terminal, output, found, () => proposedText(found, cli.terminal.style));
          continue;
        }
        const found = await client.accept(name, chosen, cli.signal);
        // What is printed is for `git am`; what is said of it is not.
        if (output === 'table') for (const line of remarks(found)) cli.terminal.note(line);
        if (output !== 'table' || found.patch !== '') print(cli.terminal, output, found, () => found.patch.trimEnd());
      }
    });
  });
}

function remarks({ repoURL, command, patch, notAccepted }: z.infer<typeof acceptance>): string[] {
  const said = notAccepted.map(({ key, path, why }) =>
    printable(`! ${describeResource(parseResourceKey(key))} ${path}: ${why}`),
  );
  return patch === '' ? [...said, 'Nothing of it can be accepted.'] : [...said, `For ${command}, in ${repoURL}`];
}

export function proposedText({ branch, commit, subject, isNew, link }: z.infer<typeof proposed>, style: Style): string {
  const head = `${style.strong(printable(branch))}  ${shortRevision(commit)}  ${printable(subject)}`;
  const before = isNew ? '' : style.faint('\nIt had been proposed before.');
  return `${head}${before}${link === undefined ? '' : `\nOpen a pull request: ${printable(link)}`}`;
}
