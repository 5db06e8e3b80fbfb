import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { logFiles } from '../../access/audit/chain.ts';
import { type PublicKey, publicKey } from '../../access/audit/key.ts';
import { auditDirectory, publicKeyName } from '../../access/audit/log.ts';
import { type Verdict, Verifier, type VerifyOptions } from '../../access/audit/verify.ts';
import { failure } from '../../errors.ts';
import type { Cli } from '../cli.ts';
import type { GlobalOptions } from '../connect.ts';
import { Exit, exitCodes } from '../exit.ts';
import { timestamp } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';

interface Options {
  output: OutputFormat;
  key?: string;
  from?: string;
  expect?: string;
}

const maxKeyBytes = 16 * 1024;

/** Needs no operator: what it says must not depend on the one whose log it is. */
export function addVerifyCommand(group: Command, cli: Cli): void {
  const command = group
    .command('verify [path]')
    .description(
      'finds any change of the log; of a directory (default: `audit` in the data directory) or an export; exit code 1 when there is one',
    )
    .option('--key <file>', 'the public key that has to have signed it (default: the one that lies beside the log)')
    .option('--from <number>', 'the first record that is there, where earlier files were moved elsewhere')
    .option(
      '--expect <number:hash>',
      'a record as it was seen elsewhere (a checkpoint in the operator’s own log): finds a cut-off end',
    );
  withOutput(command).action(async (path: string | undefined, options: Options) => {
    const { dataDir = '.holdfast' } = command.optsWithGlobals<GlobalOptions>();
    const place = path === undefined ? auditDirectory(resolve(cli.directory, dataDir)) : resolve(cli.directory, path);
    const keyFile = options.key ?? join(place, publicKeyName);
    const key = await readKey(cli, resolve(cli.directory, keyFile));
    const verdict = await verify(cli, place, { key, ...limitsOf(options) });
    print(cli.terminal, options.output, { ...verdict, key: key.fingerprint }, () =>
      verdictText(verdict, key, cli.terminal.style),
    );
    if (!verdict.ok) throw new Exit(exitCodes.failed);
  });
}

async function readKey({ env }: Cli, path: string): Promise<PublicKey> {
  return publicKey(Buffer.from(await env.files.read(path, maxKeyBytes)).toString('utf8'), path);
}

function limitsOf({ from, expect }: Options): Pick<VerifyOptions, 'from' | 'expect'> {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(expect ?? '') ?? [];
  if (expect !== undefined && (seq === undefined || hash === undefined)) {
    throw failure('CLI_USAGE', { reason: '--expect takes the number of a record, a colon, and its hash' });
  }
  if (from !== undefined && !/^\d{1,15}$/.test(from)) throw failure('CLI_USAGE', { reason: '--from takes a number' });
  return {
    ...(from === undefined ? {} : { from: Number(from) }),
    ...(seq === undefined || hash === undefined ? {} : { expect: { seq: Number(seq), hash } }),
  };
}

async function verify({ env: { files } }: Cli, place: string, options: VerifyOptions): Promise<Verdict> {
  const verifier = new Verifier(options);
  const found = await files.stat(place);
  if (found === undefined) throw failure('FILE_NOT_FOUND', { path: place });
  if (found.type !== 'directory') await verifier.file(place, files.stream(place));
  else
    for (const { name } of logFiles(await files.list(place)))
      await verifier.file(name, files.stream(join(place, name)));
  return verifier.end();
}

export function verdictText(verdict: Verdict, { fingerprint }: PublicKey, style: Style): string {
  const { ok, records, first, last, checkpoints, signedUntil, retired, torn, findings } = verdict;
  const lines = findings.map(({ file, line, seq, message }) => {
    const where = seq === undefined ? `${file}:${line}` : `record ${seq} (${file}:${line})`;
    return `${style.bad('✗')} ${printable(where)}: ${printable(message)}`;
  });
  const counted = `${records} records, ${first} to ${last}, ${checkpoints} checkpoints by ${fingerprint}`;
  const unsigned = last > signedUntil ? `; signed up to ${signedUntil}, the rest by the next checkpoint` : '';
  const half = torn ? ['Half a line at the end: it is being written, or was when the operator was killed.'] : [];
  const removed =
    retired === undefined
      ? []
      : [`Before ${timestamp(retired.at)}: removed by retention, records 1 to ${retired.before - 1}.`];
  const head = ok
    ? `${style.good('✓ The log is whole')}: ${counted}${unsigned}`
    : `${style.bad('✗ The log was changed')}: ${counted}`;
  return [head, ...removed, ...lines, ...half].join('\n');
}
