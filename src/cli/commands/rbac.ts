import { resolve } from 'node:path';
import type { Command } from 'commander';
import { decideByFile } from '../../access/file.ts';
import type { DecisionView } from '../../api/schemas.ts';
import type { Cli } from '../cli.ts';
import type { Question } from '../client.ts';
import { withClient } from '../connect.ts';
import { Exit, exitCodes } from '../exit.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';

const maxPolicyBytes = 1024 * 1024;

interface Options {
  output: OutputFormat;
  policy?: string;
}

export function addRbacCommand(program: Command, cli: Cli): void {
  const group = program.command('rbac').helpCommand(false).description('who may do what');
  const can = group
    .command('can <subject> <action> <resource> <object>')
    .description('whether somebody may do something, and which line decides; exit code 1 when not')
    .option(
      '--policy <file>',
      'by a policy, a holdfast.yaml or an argocd-rbac-cm, instead of what the operator follows',
    );
  withOutput(can).action(
    async (subject: string, action: string, resource: string, object: string, { output, policy }: Options) => {
      const question: Question = { subject, action, resource, object };
      const decision = await ask(cli, can, question, policy);
      print(cli.terminal, output, decision, () => decisionText(question, decision, cli.terminal.style));
      if (!decision.allowed) throw new Exit(exitCodes.failed);
    },
  );
}

async function ask(cli: Cli, command: Command, question: Question, policy: string | undefined): Promise<DecisionView> {
  if (policy === undefined) return await withClient(cli, command, client => client.can(question, cli.signal));
  const bytes = await cli.env.files.read(resolve(cli.directory, policy), maxPolicyBytes);
  const { allowed, place, through } = decideByFile(Buffer.from(bytes).toString('utf8'), policy, question);
  return { allowed, through: [...through], ...(place === undefined ? {} : { line: place }) };
}

export function decisionText(
  { subject, action, resource, object }: Question,
  { allowed, line, through }: DecisionView,
  style: Style,
): string {
  const what = printable(`${subject} may ${allowed ? '' : 'not '}${action} ${resource} ${object}`);
  const head = `${allowed ? style.good('✓') : style.bad('✗')} ${what}`;
  if (line === undefined) return `${head}\n  no line of the policy allows it`;
  const way = through.length > 1 ? `\n  through ${printable(through.join(' → '))}` : '';
  return `${head}\n  ${printable(`${line.source}:${line.line}: ${line.text}`)}${way}`;
}
