import { createHash } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import type { Env } from '../../env/env.ts';
import { asFailure, failure } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import { createClient } from '../client.ts';
import type { GlobalOptions } from '../connect.ts';
import { timeoutOption, withDeadline } from '../deadline.ts';
import { timestamp } from '../format.ts';
import { dropLogin, readLogins, saveLogin } from '../logins.ts';
import { openBrowser } from '../open-browser.ts';
import { printable } from '../style.ts';

interface Options {
  sso?: boolean;
  browser: boolean;
  port: number;
  timeout: number;
}

export function addLoginCommand(program: Command, cli: Cli): void {
  const command = program
    .command('login')
    .description('signs this command line in at --server, in the browser; kept for you until it ends')
    .option('--sso', 'go to the provider of your organisation at once')
    .option('--no-browser', 'only print the address')
    .option('--port <port>', 'where the browser comes back to on this machine (default: any)', portArgument, 0)
    .addOption(timeoutOption('wait at most this long for the browser'));
  command.action(async ({ sso, browser, port, timeout }: Options) => {
    const { server } = command.optsWithGlobals<GlobalOptions>();
    if (server === undefined) throw failure('CLI_USAGE', { reason: 'login needs --server: https://holdfast.example' });
    await signIn(cli, { server, sso: sso === true, browser, port, timeout });
  });
}

export function addLogoutCommand(program: Command, cli: Cli): void {
  const command = program
    .command('logout')
    .description('ends the session of this command line: that at --server, else the newest');
  command.action(async () => {
    const { server } = command.optsWithGlobals<GlobalOptions>();
    const logins = await readLogins(cli.env);
    const found = logins.find(one => server === undefined || one.server === server);
    if (found === undefined) throw failure('CLI_USAGE', { reason: 'this command line is signed in nowhere' });
    const client = createClient(cli.env, { url: found.server, token: found.token });
    try {
      await client.signOut(cli.signal).catch(error => {
        const { message } = asFailure(error);
        cli.terminal.note(`The session could not be ended there; it ends by itself. ${printable(message)}`);
      });
    } finally {
      await client.close();
    }
    await dropLogin(cli.env, found.server);
    cli.terminal.print(`${printable(found.name)} is signed out of ${printable(found.server)}.`);
  });
}

interface Request extends Options {
  server: string;
  sso: boolean;
}

/** RFC 8252 and RFC 7636: what comes back to the loopback is worth nothing without what only this process knows. */
async function signIn(cli: Cli, { server, sso, browser, port, timeout }: Request): Promise<void> {
  const { env, terminal } = cli;
  const verifier = secret(env.random);
  const check = checkWord(env.random);
  const state = `${check}-${secret(env.random)}`;
  const client = createClient(env, { url: server });
  const { listenOnLoopback } = await import('../../api/loopback.ts');
  const loopback = await listenOnLoopback(state, port);
  try {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const asked = new URLSearchParams({ port: String(loopback.port), challenge, state });
    const page = `/approve?${asked}`;
    const url = server.replace(/\/$/, '') + (sso ? `/auth/login?${new URLSearchParams({ return: page })}` : page);
    terminal.note(`Open this address in a browser on this machine:\n  ${url}`);
    terminal.note(`Allow it there if the page shows ${check}`);
    if (browser) openBrowser(env, url);
    const waiting = () => 'nobody has allowed it in the browser';
    const code = await withDeadline(cli, timeout, waiting, signal => loopback.answer(signal));
    if (code === undefined) throw failure('CLI_LOGIN_REFUSED', {});
    const { token, name, expiresAt } = await client.redeem({ code, verifier }, cli.signal);
    await saveLogin(env, { server, token, name, expiresAt });
    terminal.print(`Signed in at ${printable(server)} as ${printable(name)}, until ${timestamp(expiresAt)}.`);
  } finally {
    await loopback.close();
    await client.close();
  }
}

function secret(random: Env['random']): string {
  return Buffer.from(random.bytes(32)).toString('base64url');
}

/** For people to compare: eight letters that make no words. */
function checkWord(random: Env['random']): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const word = [...random.bytes(8)].map(byte => letters[byte % letters.length] ?? '').join('');
  return `${word.slice(0, 4)}-${word.slice(4)}`;
}

function portArgument(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535 || (port !== 0 && port < 1_024))
    throw new InvalidArgumentError('Expected a port from 1024 to 65535, or 0 for any.');
  return port;
}
