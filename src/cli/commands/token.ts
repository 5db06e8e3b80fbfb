import { type Command, InvalidArgumentError } from 'commander';
import { hashOf, newToken } from '../../access/tokens.ts';
import type { TokenView } from '../../api/schemas.ts';
import { parseDuration } from '../../dialects/fields.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { ago, timestamp } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

interface Options {
  output: OutputFormat;
  name: string;
  expires?: number | 'never';
}

export function addTokenCommand(program: Command, cli: Cli): void {
  const group = program.command('token').helpCommand(false).description('tokens of projects and accounts');

  const create = group
    .command('create <project> <role>')
    .description('makes a token for a role of a project, and prints it, this once')
    .requiredOption('--name <name>', 'what the records call it')
    .option('--expires <time>', 'how long it is good: 12h, 90d, or never (default: 30d)', lifetime);
  withOutput(create).action(async (project: string, role: string, { output, name, expires }: Options) => {
    await withClient(cli, create, async client => {
      const request = { project, role, name, ...(expires === undefined ? {} : { expiresIn: expires }) };
      const made = await client.createToken(request, cli.signal);
      print(cli.terminal, output, made, () => made.token);
      if (output === 'table') cli.terminal.note(`${made.id}: ${untilText(made)}. It is not shown again.`);
    });
  });

  const list = group.command('list').description('tokens of the projects that you may see');
  withOutput(list).action(async ({ output }: Options) => {
    await withClient(cli, list, async client => {
      const tokens = await client.tokens(cli.signal);
      print(cli.terminal, output, tokens, () => tokensTable(tokens, cli.terminal.style, cli.env.clock.now()));
    });
  });

  const revoke = group.command('revoke <id>').description('ends a token at once, with what it has open');
  revoke.action(async (id: string) => {
    await withClient(cli, revoke, async client => {
      await client.revokeToken(id, cli.signal);
      cli.terminal.print(`The token ${id} is revoked.`);
    });
  });

  group
    .command('generate')
    .description('makes a token for an account, and the hash of it to declare; asks no operator')
    .action(() => {
      const token = newToken(cli.env.random);
      cli.terminal.print(token);
      cli.terminal.note(`Declare it with the account: {name: NAME, sha256: ${hashOf(token)}}`);
    });
}

function lifetime(text: string): number | 'never' {
  if (text === 'never') return text;
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('Expected a time such as 12h or 90d, or never.');
  return ms;
}

function untilText({ expiresAt }: TokenView): string {
  return expiresAt === undefined ? 'it has no end' : `good until ${timestamp(expiresAt)}`;
}

export function tokensTable(tokens: readonly TokenView[], style: Style, now: number): string {
  const rows = tokens.map(token => [
    token.id,
    printable(token.project),
    printable(token.role),
    printable(token.name),
    token.good ? style.good('good') : style.faint(endedText(token, now)),
    token.expiresAt === undefined ? 'never' : timestamp(token.expiresAt),
    `${ago(token.createdAt, now)} by ${printable(token.createdBy)}`,
  ]);
  return table(['ID', 'PROJECT', 'ROLE', 'NAME', 'STATE', 'EXPIRES', 'CREATED'], rows);
}

function endedText({ revokedAt, revokedBy = '', expiresAt }: TokenView, now: number): string {
  if (revokedAt !== undefined) return `revoked ${ago(revokedAt, now)} by ${printable(revokedBy)}`;
  return expiresAt !== undefined && expiresAt <= now ? 'ended' : 'its role is gone';
}
