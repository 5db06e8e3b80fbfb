import { z } from 'zod';
import type { Probe } from '../../model/application.ts';
import { duration } from '../fields.ts';

const httpURL = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' });
const status = z.array(z.int().min(100).max(599)).min(1).prefault([200]);

const kinds = ['http', 'tcp', 'exec', 'stable'] as const;

const probe = z
  .strictObject({
    name: z.string().exactOptional().describe('For messages.'),
    http: httpURL.exactOptional().describe('An address that has to answer.'),
    status: status.describe('With `http`: the status codes that are good.'),
    tcp: z
      .string()
      .regex(/^(\[[0-9a-f:.]+\]|[^:\s]+):\d{1,5}$/i, 'must be host:port')
      .exactOptional()
      .describe('`host:port` that has to accept connections.'),
    exec: z
      .array(z.string())
      .min(1)
      .exactOptional()
      .describe('A program and its arguments that has to end with 0. On machines only.'),
    stable: duration().exactOptional().describe('How long processes must have stayed up.'),
    process: z.string().prefault('').describe('With `stable`: the process; all when not given.'),
    timeout: duration(100)
      .prefault('60s')
      .describe('Longest time until the first success after a change, and of failure later.'),
    interval: duration(100).prefault('5s').describe('Time between two looks.'),
  })
  .refine(
    given => kinds.filter(kind => given[kind] !== undefined).length === 1,
    'must have exactly one of http, tcp, exec and stable',
  );

/** One probe, or a list of them: all must succeed. */
export const health = z.union([probe.transform(one => [one]), z.array(probe)]);

export function toProbe(given: z.infer<typeof probe>): Probe {
  const common = { timeoutMs: given.timeout, intervalMs: given.interval };
  if (given.http !== undefined) {
    return { ...common, name: given.name ?? given.http, type: 'http', url: given.http, status: given.status };
  }
  if (given.tcp !== undefined) {
    const at = given.tcp.lastIndexOf(':');
    const host = given.tcp.slice(0, at).replace(/^\[(.*)\]$/, '$1');
    return { ...common, name: given.name ?? given.tcp, type: 'tcp', host, port: Number(given.tcp.slice(at + 1)) };
  }
  if (given.exec !== undefined)
    return { ...common, name: given.name ?? given.exec[0] ?? '', type: 'exec', command: given.exec };
  const process = given.process;
  return { ...common, name: given.name ?? (process || 'stable'), type: 'stable', process, forMs: given.stable ?? 0 };
}
