import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Log } from '../../env/env.ts';
import { logFormats } from '../../env/real/log.ts';
import type { Cli } from '../cli.ts';
import type { GlobalOptions } from '../connect.ts';
import { type TargetFlags, targetFlags, withTarget } from './target-options.ts';

const levels = ['debug', 'info', 'warn', 'error'];

interface Options extends TargetFlags {
  config?: string;
  repo?: string;
  path?: string;
  revision?: string;
  interval?: string;
  listen?: { host: string; port: number };
  publicUrl?: string;
  tlsCert?: string;
  tlsKey?: string;
  logLevel?: string;
  logFormat?: string;
  stopProcesses?: boolean;
}

export function addRunCommand(program: Command, cli: Cli): void {
  const command = program
    .command('run')
    .description('runs an operator in the foreground: what Git declares is made so, and kept so')
    .option('--config <file>', "the operator's configuration (default: holdfast-operator.yaml, if it is here)")
    .option('--repo <url>', 'repository that says what should run')
    .option('--path <directory>', 'directory of the environment in it')
    .option('--revision <revision>', 'branch, tag, commit or range of versions to follow')
    .option('--interval <time>', 'how often repositories are asked for news')
    .option('--listen <host:port>', 'where the API listens; port 0 takes a free one', listenArgument)
    .option('--public-url <url>', 'what browsers call it: https://holdfast.example')
    .option('--tls-cert <file>', 'certificate (PEM) to serve https with')
    .option('--tls-key <file>', 'key (PEM) of the certificate')
    .addOption(new Option('--log-level <level>', 'the least that is logged (default: info)').choices(levels))
    .addOption(new Option('--log-format <format>', 'how it is logged (default: auto)').choices(logFormats))
    .option('--stop-processes', 'at the end, end the processes that it supervises, too');
  withTarget(command).action(async (options: Options) => {
    const { config, repo, path, revision, interval, listen, publicUrl, tlsCert, tlsKey, logLevel, logFormat } = options;
    const { runOperator } = await cli.local();
    const { dataDir } = command.optsWithGlobals<GlobalOptions>();
    const served = { ...listen, publicURL: publicUrl, tlsCert, tlsKey };
    const about = { repo, path, revision, interval, logLevel, logFormat, dataDirectory: dataDir };
    const request = {
      flags: { ...targetFlags(options), ...served, ...about },
      logging: cli.logging,
      place: { directory: cli.directory, ...(config === undefined ? {} : { file: config }) },
      stopProcesses: options.stopProcesses === true,
      started: (url: string, setupLink: string | undefined, log: Log | undefined) => {
        const say = (text: string) => (log === undefined ? cli.terminal.note(text) : log.info(text));
        say(`Holdfast runs; its API is at ${url}`);
        if (setupLink === undefined) return;
        say(`Nobody can sign in yet. Within a day, once, this makes the first account:\n  ${setupLink}`);
      },
    };
    await runOperator(cli.env, request, cli.signal);
  });
}

/** `127.0.0.1:8080`, `[::1]:0`, `localhost:8080`. */
export function listenArgument(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(\[[\da-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) throw new InvalidArgumentError('Expected host:port.');
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
