import type { Command } from 'commander';
import type { ResourceAct } from '../../apply/act.ts';
import { failure } from '../../errors.ts';
import { describeResource, parseResourceKey } from '../../model/resource.ts';
import type { Cli } from '../cli.ts';
import type { Client } from '../client.ts';
import { withClient } from '../connect.ts';

const commands = {
  restart: {
    description: 'has what runs of a Deployment, StatefulSet, DaemonSet or process begin anew, as it is declared',
    done: 'is being restarted',
  },
  delete: {
    description: 'deletes one resource or one that it has made; what Git declares is made again where it heals itself',
    done: 'is deleted',
  },
} as const satisfies Record<ResourceAct, { description: string; done: string }>;

export function addResourceCommand(program: Command, cli: Cli): void {
  const group = program.command('resource').helpCommand(false).description('one resource of an application');
  for (const [act, { description, done }] of Object.entries(commands) as [ResourceAct, typeof commands.delete][]) {
    const command = group
      .command(`${act} <name> <resource>`)
      .description(`${description}. RESOURCE: Kind/name, or group/Kind/namespace/name`);
    command.action(async (name: string, resource: string) => {
      await withClient(cli, command, async client => {
        const key = await keyOf(client, name, resource, cli.signal);
        await client.act(name, key, act, cli.signal);
        cli.terminal.print(`${describeResource(parseResourceKey(key))} of ${name} ${done}.`);
      });
    });
  }
}

/** The one resource that is meant. */
async function keyOf(client: Client, name: string, resource: string, signal: AbortSignal): Promise<string> {
  const { nodes } = await client.tree(name, signal);
  const found = nodes.filter(({ key, id }) => key === resource || `${id.kind}/${id.name}` === resource);
  const [only, ...others] = found.map(({ key }) => key);
  if (only === undefined) throw failure('RESOURCE_NOT_FOUND', { name, resource });
  if (others.length > 0)
    throw failure('CLI_USAGE', { reason: `${resource} may be ${found.map(({ key }) => key).join(' or ')}` });
  return only;
}
