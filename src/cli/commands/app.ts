import type { Command } from 'commander';
import type { Condition } from '../../model/application.ts';
import { describeResource } from '../../model/resource.ts';
import type { ApplicationStatus, ResourceStatus, Sync } from '../../model/status.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { ago, healthWord, resultWord, shortRevision, syncWord } from '../format.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { printable, type Style } from '../style.ts';
import { facts, table } from '../table.ts';

export function addAppCommand(program: Command, cli: Cli): void {
  const command = program.command('app <name>').description('one application with its resources');
  withOutput(command).action(async (name: string, { output }: { output: OutputFormat }) => {
    await withClient(cli, command, async client => {
      const status = await client.application(name, cli.signal);
      print(cli.terminal, output, status, () => appText(status, cli.terminal.style, cli.env.clock.now()));
    });
  });
}

export function appText(status: ApplicationStatus, style: Style, now: number): string {
  const resources = status.resources.map(resource => resourceLine(resource, style));
  const parts = [
    factsOf(status, style, now),
    status.conditions
      .map(condition => conditionLine(condition, style))
      .map(line => printable(line, { colours: true }))
      .join('\n'),
    resources.length === 0 ? '' : table(['RESOURCE', 'SYNC', 'HEALTH', ''], resources),
  ];
  return parts.filter(part => part !== '').join('\n\n');
}

function conditionLine({ type, message, level, advice }: Condition, style: Style): string {
  const next = advice === undefined ? '' : `${message.endsWith('.') ? '' : '.'} ${advice}`;
  return `${level === 'error' ? style.bad('✗') : style.busy('!')} ${type}: ${message}${next}`;
}

function factsOf(status: ApplicationStatus, style: Style, now: number): string {
  const { source, sync, health, operation, suspended, pinned, quarantined } = status;
  const because = (text: string) => (text === '' ? '' : `: ${printable(text)}`);
  return facts([
    ['Name', style.strong(printable(status.name))],
    ['Project', printable(status.project)],
    ['Source', printable(`${source.repoURL} ${source.path} (${source.type}) ${source.targetRevision}`)],
    ['Namespace', printable(status.namespace)],
    ['Sync', `${syncWord(sync.status, style)} ${shortRevision(sync.revision)}${because(sync.message)}`],
    ['Health', `${healthWord(health.status, style)}${because(health.message)}`],
    [
      operation?.result === 'running' ? 'Sync now' : 'Last sync',
      operation === undefined ? '' : `${operationText(operation, style, now)}${because(operation.message)}`,
    ],
    ['Next try', ago(status.nextTryAt, now)],
    [
      'Suspended',
      suspended === undefined
        ? ''
        : `by ${printable(suspended.by)}, ${ago(suspended.at, now)}${because(suspended.reason)}`,
    ],
    [
      'Pinned',
      pinned === undefined
        ? ''
        : `to ${shortRevision(pinned.revision)} by ${printable(pinned.by)}, ${ago(pinned.at, now)}`,
    ],
    [
      'Quarantine',
      quarantined === undefined ? '' : `${shortRevision(quarantined.revision)}${because(quarantined.reason)}`,
    ],
  ]);
}

function operationText({ result, revision, startedAt, endedAt, startedBy }: Sync, style: Style, now: number): string {
  const parts = [shortRevision(revision), ago(endedAt ?? startedAt, now), `by ${printable(startedBy)}`];
  return `${resultWord(result, style)} ${parts.filter(part => part !== '').join(', ')}`;
}

function resourceLine({ id, sync, health, drift, summary, message }: ResourceStatus, style: Style): string[] {
  const by = drift?.by === undefined ? '' : ` by ${drift.by.name}`;
  const notes = [drift === undefined ? '' : `${drift.kind}${by}`, message, health.message, summary];
  return [
    printable(describeResource(id)),
    syncWord(sync, style),
    healthWord(health.status, style),
    style.faint(printable(notes.filter(note => note !== undefined && note !== '').join('; '))),
  ];
}
