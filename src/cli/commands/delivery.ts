import type { Command } from 'commander';
import type { Delivery } from '../../access/audit/delivery.ts';
import type { Cli } from '../cli.ts';
import { withClient } from '../connect.ts';
import { duration, timestamp } from '../format.ts';
import { parseMoment } from '../moment.ts';
import { type OutputFormat, print, withOutput } from '../output.ts';
import { facts } from '../table.ts';

export function addDeliveryCommand(program: Command, cli: Cli): void {
  const command = program
    .command('delivery')
    .description('how often, how fast and how well is delivered: the four DORA measures, from the audit log')
    .option('--since <time>', 'from this time on', '30d ago');
  withOutput(command).action(async ({ since, output }: { since: string; output: OutputFormat }) => {
    const from = parseMoment(since, cli.env.clock.now());
    await withClient(cli, command, async client => {
      const found = await client.delivery(from, cli.signal);
      print(cli.terminal, output, found, () => deliveryText(found));
    });
  });
}

export function deliveryText(found: Delivery): string {
  const { since, until, deployments, deploymentsPerDay, leadTime, failures, changeFailureRate, timeToRestore } = found;
  const spread = (of: typeof leadTime) =>
    of === undefined
      ? 'nothing to tell from'
      : `${duration(of.median)} median, ${duration(of.p90)} at most for 90% (${of.count})`;
  const rate =
    changeFailureRate === undefined ? 'nothing to tell from' : `${Math.round(changeFailureRate * 100)}% (${failures})`;
  return facts([
    ['Between', `${timestamp(since)} and ${timestamp(until)}`],
    ['Deployments', `${deployments}, ${deploymentsPerDay.toFixed(1)} a day`],
    ['Lead time', spread(leadTime)],
    ['Change failure rate', rate],
    ['Time to restore', spread(timeToRestore)],
  ]);
}
