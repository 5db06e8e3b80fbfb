import type { Command } from 'commander';
import { failure } from '../../errors.ts';
import { describeResource, parseResourceKey } from '../../model/resource.ts';
import type { Sync } from '../../model/status.ts';
import type { SyncRequest } from '../../reconcile/operator.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { timeoutOption } from '../deadline.ts';
import { duration, resultWord, shortRevision } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { table } from '../table.ts';
import { waitForSync } from '../wait.ts';

interface Options {
  output: OutputFormat;
  revision?: string;
  prune?: boolean;
  resource?: string[];
  dryRun?: boolean;
  force?: boolean;
  replace?: boolean;
  confirm?: boolean;
  wait: boolean;
  timeout: number;
}

export function addSyncCommand(program: Command, cli: Cli): void {
  const command = program
    .command('sync <name>')
    .description('makes the application as Git says, now; waits for the end')
    .option('--revision <revision>', 'this commit, tag or branch instead (and stay there until a newer commit)')
    .option('--prune', 'delete what Git dropped, though automation may not')
    .option('--no-prune', 'leave what Git dropped, though automation would delete it')
    .option('--resource <resource...>', 'only these: Kind/name or group/Kind/namespace/name, with * as a wildcard')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--force', 'delete and create again what cannot be changed')
    .option('--replace', 'replace instead of apply')
    .option('--confirm', 'agree to what waits for a person: guarded deletes')
    .option('--no-wait', 'do not wait for the end')
    .addOption(timeoutOption());
  withOutput(command).action(async (name: string, options: Options) => {
    await withClient(cli, command, async client => {
      const started = await client.sync(name, requestOf(options), cli.signal);
      const ended = options.wait ? await waitForSync(cli, client, started, options.timeout) : started;
      report(cli, options.output, ended);
    });
  });
}

function requestOf({ revision, prune, dryRun, resource, force, replace, confirm }: Options): SyncRequest {
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(resource === undefined ? {} : { resources: resource }),
    ...(prune === undefined ? {} : { prune }),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(force === undefined ? {} : { force }),
    ...(replace === undefined ? {} : { replace }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

/** Prints the record, and throws CLI_SYNC_FAILED when it did not succeed. */
export function report(cli: Cli, output: OutputFormat, sync: Sync): void {
  print(cli.terminal, output, sync, () => syncText(sync, cli.terminal.style));
  if (sync.result === 'succeeded' || sync.result === 'running') return;
  const what = `The sync of ${sync.application} to ${shortRevision(sync.revision)} ${sync.result === 'failed' ? 'failed' : 'was superseded'}`;
  throw failure('CLI_SYNC_FAILED', { reason: sync.message === '' ? what : `${what}: ${sync.message}` });
}

export function syncText(sync: Sync, style: Style): string {
  const { application, revision, result, results, startedBy, startedAt, endedAt, dryRun } = sync;
  const took = endedAt === undefined ? '' : ` in ${duration(endedAt - startedAt)}`;
  const head = `${resultWord(result, style)}${dryRun ? ' (dry run)' : ''}  ${application} to ${shortRevision(revision)}${took}, by ${printable(startedBy)}`;
  if (results.length === 0) return `${head}${result === 'succeeded' ? '; nothing had to change' : ''}`;
  const rows = results.map(step => [
    step.action,
    printable(describeResource(parseResourceKey(step.key))),
    step.phase,
    resultWord(step.result, style),
    style.faint(printable(step.message)),
  ]);
  return `${table(['ACTION', 'RESOURCE', 'PHASE', 'RESULT', ''], rows)}\n\n${head}`;
}
