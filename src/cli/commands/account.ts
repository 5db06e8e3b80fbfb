import type { Command } from 'commander';
import type { AccountView } from '../../api/login-schemas.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { ago, timestamp } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';

interface Options {
  output: OutputFormat;
  admin?: boolean;
}

export function addAccountCommand(program: Command, cli: Cli): void {
  const group = program.command('account').helpCommand(false).description('accounts of people who sign in');

  const list = group.command('list').description('accounts that you may see');
  withOutput(list).action(async ({ output }: Options) => {
    await withClient(cli, list, async client => {
      const accounts = await client.accounts(cli.signal);
      print(cli.terminal, output, accounts, () => accountsTable(accounts, cli.terminal.style, cli.env.clock.now()));
    });
  });

  const invite = group
    .command('invite <name>')
    .description('makes a link by which somebody comes to have an account, or into theirs again; good once, for a day')
    .option('--admin', 'with the role admin');
  withOutput(invite).action(async (name: string, { output, admin }: Options) => {
    await withClient(cli, invite, async client => {
      const made = await client.invite(name, admin === true, cli.signal);
      print(cli.terminal, output, made, () => made.link);
      if (output === 'table') cli.terminal.note(`Good until ${timestamp(made.expiresAt)}. It is not shown again.`);
    });
  });

  const disable = group
    .command('disable <name>')
    .description('nobody signs in to it any more; its sessions end at once');
  disable.action(async (name: string) => {
    await withClient(cli, disable, async client => {
      await client.actOnAccount(name, 'disable', cli.signal);
      cli.terminal.print(`The account ${name} is disabled.`);
    });
  });

  const enable = group
    .command('enable <name>')
    .description('one signs in to it again, by the password or passkey of before');
  enable.action(async (name: string) => {
    await withClient(cli, enable, async client => {
      await client.actOnAccount(name, 'enable', cli.signal);
      cli.terminal.print(`The account ${name} is enabled.`);
    });
  });

  const remove = group
    .command('remove <name>')
    .description('there is no such account any more; its sessions, and the tokens that it made, end at once');
  remove.action(async (name: string) => {
    await withClient(cli, remove, async client => {
      await client.actOnAccount(name, 'remove', cli.signal);
      cli.terminal.print(`The account ${name} is removed.`);
    });
  });

  const demote = group
    .command('demote <name>')
    .description('takes the role admin from an account; what policies say of it stays');
  demote.action(async (name: string) => {
    await withClient(cli, demote, async client => {
      await client.actOnAccount(name, 'demote', cli.signal);
      cli.terminal.print(`The account ${name} no longer has the role admin by itself.`);
    });
  });

  const signOut = group
    .command('sign-out <name>')
    .description('ends all sessions of somebody at once; they may sign in again');
  signOut.action(async (name: string) => {
    await withClient(cli, signOut, async client => {
      await client.actOnAccount(name, 'sessions/end', cli.signal);
      cli.terminal.print(`All sessions of ${printable(name)} have ended.`);
    });
  });
}

function accountsTable(accounts: readonly AccountView[], style: Style, now: number): string {
  const rows = accounts.map(
    ({ name, admin, state, password, passkeys, sessions, signedInAt, createdAt, createdBy }) => [
      printable(name),
      state === 'active' ? style.good(state) : style.faint(state),
      admin ? 'yes' : 'no',
      [
        ...(password ? ['password'] : []),
        ...(passkeys > 0 ? [`${passkeys} passkey${passkeys > 1 ? 's' : ''}`] : []),
      ].join(', '),
      String(sessions),
      signedInAt === undefined ? 'never' : ago(signedInAt, now),
      `${ago(createdAt, now)} by ${printable(createdBy)}`,
    ],
  );
  return table(['NAME', 'STATE', 'ADMIN', 'SIGNS IN BY', 'SESSIONS', 'LAST', 'CREATED'], rows);
}
