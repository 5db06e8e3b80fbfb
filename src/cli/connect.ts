import { resolve } from 'node:path';
import type { Command } from 'commander';
import { failure } from '../errors.ts';
import type { Cli } from './cli.ts';
import { type Client, createClient, type Server } from './client.ts';
import { readLogins } from './logins.ts';
import { readOperatorFile } from './operator-file.ts';

export const tokenVariable = 'HOLDFAST_TOKEN';

/** Options of the program itself: they stand before or behind the command's name. */
export interface GlobalOptions {
  /** Undefined: `.holdfast` here, or for `run` as its configuration says. */
  dataDir?: string;
  server?: string;
  tokenFile?: string;
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--data-dir <directory>', 'where `run` keeps its state, its address and its token (default: .holdfast)')
    .option('--server <url>', 'address of the operator, instead of the one in the data directory')
    .option('--token-file <file>', `file with the token for --server; or set ${tokenVariable}`);
}

/**
 * The operator whose data directory this is, else where one has signed in last; or the one that is named. Throws
 * CLI_OPERATOR_NOT_FOUND, CLI_TOKEN_MISSING.
 */
async function findServer(cli: Cli, { dataDir, server, tokenFile }: GlobalOptions): Promise<Server> {
  if (server === undefined) {
    try {
      const directory = resolve(cli.directory, dataDir ?? '.holdfast');
      const { pid: _, ...found } = await readOperatorFile(cli.env.files, directory);
      return found;
    } catch (error) {
      const [newest] = dataDir === undefined ? await readLogins(cli.env) : [];
      if (newest === undefined) throw error;
      return { url: newest.server, token: newest.token };
    }
  }
  const given =
    tokenFile === undefined
      ? cli.env.processes.variable(tokenVariable)
      : Buffer.from(await cli.env.files.read(resolve(cli.directory, tokenFile), 64 * 1024)).toString('utf8');
  const kept = given === undefined ? (await readLogins(cli.env)).find(one => one.server === server) : undefined;
  const token = given?.trim() ?? kept?.token ?? '';
  if (token === '') throw failure('CLI_TOKEN_MISSING', { server });
  return { url: server, token };
}

/** Runs `work` with a client, closed afterwards. */
export async function withClient<T>(cli: Cli, command: Command, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(cli.env, await findServer(cli, command.optsWithGlobals<GlobalOptions>()));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
