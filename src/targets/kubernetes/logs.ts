import { z } from 'zod';
import { asFailure, failure } from '../../errors.ts';
import { type Live, resourceKey } from '../../model/resource.ts';
import type { LogLine, LogOptions } from '../target.ts';
import type { ApiRequest } from './client.ts';
import { apiPath, type ServedKind } from './discovery.ts';
import { merge } from './merge.ts';
import type { Tools } from './tools.ts';

const pods: ServedKind = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, verbs: [] };
const workloads = new Set([
  ...['/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet'],
  ...['batch/Job'],
]);
/** Streams to one API server at once. */
const maxContainers = 100;
const maxBytes = 4 * 1024 * 1024;
const dayMs = 24 * 60 * 60_000;

const containersSchema = z.array(z.looseObject({ name: z.string() })).nullish();
const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ containers: containersSchema, initContainers: containersSchema }),
});
const podListSchema = z.looseObject({ items: z.array(podSchema).nullish() });
const labelsSchema = z.record(z.string(), z.string());
const selectorSchema = z.looseObject({
  spec: z.looseObject({
    selector: z.union([
      z.looseObject({
        matchLabels: labelsSchema.nullish(),
        matchExpressions: z
          .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
          .nullish(),
      }),
      labelsSchema,
    ]),
  }),
});

interface Container {
  namespace: string;
  pod: string;
  container: string;
}

/** What the containers of an application print: the last lines in the order of time, then, with `follow`, as they come. */
export async function* logs(
  application: string,
  resource: string | undefined,
  { tail = 200, follow = false }: LogOptions,
  tools: Tools,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const lives = [...tools.cache.ownedBy(application)].flatMap(key => tools.cache.get(key) ?? []);
  const chosen = lives.filter(live => isWorkload(live) && (resource === undefined || isNamed(live, resource)));
  // A name that fits nothing is said, and not answered by silence.
  if (resource !== undefined && chosen.length === 0)
    throw failure('K8S_NOT_FOUND', { request: `logs of ${resource}`, reason: 'the application has no such workload' });
  const containers = (await Promise.all(chosen.map(live => containersOf(live, tools, signal)))).flat();
  const read = containers.slice(0, maxContainers);
  const begun = tools.env.clock.now();
  const pieces = await Promise.all(read.map(container => past(container, tail, tools, signal)));
  const lines = pieces.flat().sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  yield* lines.slice(-tail);
  if (!follow) return;
  const latest = new Map<string, number>();
  for (const { source, at = 0 } of lines) latest.set(source, Math.max(at, latest.get(source) ?? 0));
  // A reader who stops ends the streams: they would wait for their next line for ever.
  const reading = new AbortController();
  const either = AbortSignal.any([signal, reading.signal]);
  try {
    yield* merge(read.map(container => present(container, latest.get(sourceOf(container)) ?? begun, tools, either)));
  } finally {
    reading.abort();
  }
}

function isWorkload({ id }: Live): boolean {
  return workloads.has(`${id.group}/${id.kind}`);
}

/** `web`, `Deployment/web`, or a whole key. */
function isNamed({ id }: Live, resource: string): boolean {
  return [id.name, `${id.kind}/${id.name}`.toLowerCase(), resourceKey(id)].some(
    name => name === resource || name === resource.toLowerCase(),
  );
}

async function containersOf(live: Live, tools: Tools, signal: AbortSignal): Promise<Container[]> {
  const { id } = live;
  const kind = tools.discovery.find(id);
  const object = kind === undefined ? undefined : await tools.get(id, kind, 'application/json', signal);
  if (object === undefined) return [];
  if (id.kind === 'Pod') return named(podSchema.parse(object), id.namespace);
  const selector = selectorSchema.safeParse(object);
  if (!selector.success) return [];
  const query = { labelSelector: selectorText(selector.data.spec.selector), limit: '500' };
  const list = await tools.client.json({ path: apiPath(pods, id.namespace), query, request: 'list pods' }, signal);
  return (podListSchema.parse(list).items ?? []).flatMap(pod => named(pod, id.namespace));
}

function named({ metadata, spec }: z.infer<typeof podSchema>, namespace: string): Container[] {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  return all.map(({ name }) => ({ namespace, pod: metadata.name, container: name }));
}

type Selector = z.infer<typeof selectorSchema>['spec']['selector'];

export function selectorText(selector: Selector): string {
  const isPlain = !('matchLabels' in selector || 'matchExpressions' in selector);
  const labels = labelsSchema.safeParse(isPlain ? selector : (selector.matchLabels ?? {})).data ?? {};
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  if (isPlain) return parts.join(',');
  const expressions = Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  for (const { key, operator, values } of expressions) {
    const set = `(${(values ?? []).join(',')})`;
    if (operator === 'In') parts.push(`${key} in ${set}`);
    else if (operator === 'NotIn') parts.push(`${key} notin ${set}`);
    else parts.push(operator === 'Exists' ? key : `!${key}`);
  }
  return parts.join(',');
}

function logRequest({ namespace, pod, container }: Container, query: Record<string, string>): ApiRequest {
  return {
    path: `${apiPath(pods, namespace, pod)}/log`,
    query: { container, timestamps: 'true', ...query },
    accept: '*/*',
    request: `read the log of ${pod}`,
    silenceMs: dayMs,
    maxBytes: maxBytes + 1,
  };
}

async function past(container: Container, tail: number, tools: Tools, signal: AbortSignal): Promise<LogLine[]> {
  const request = logRequest(container, { tailLines: String(tail), limitBytes: String(maxBytes) });
  try {
    const { text } = await tools.client.call({ ...request, idempotent: false }, signal);
    return text.split('\n').flatMap(line => (line === '' ? [] : [toLine(container, line)]));
  } catch (thrown) {
    signal.throwIfAborted();
    // One that has not started, or whose node is away, must not hide what the others say.
    return [{ source: sourceOf(container), text: `(${asFailure(thrown).message})` }];
  }
}

async function* present(container: Container, since: number, tools: Tools, signal: AbortSignal) {
  const sinceTime = new Date(since).toISOString();
  try {
    for await (const text of tools.client.lines(logRequest(container, { follow: 'true', sinceTime }), signal)) {
      const line = toLine(container, text);
      // The server rounds to seconds.
      if ((line.at ?? 0) > since) yield line;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    yield { source: sourceOf(container), text: `(${asFailure(thrown).message})` };
  }
}

function sourceOf({ pod, container }: Container): string {
  return `${pod}/${container}`;
}

/** `2026-01-02T03:04:05.678901234Z what was printed` */
export function toLine(container: Container, line: string): LogLine {
  const space = line.indexOf(' ');
  const at = space < 0 ? Number.NaN : Date.parse(line.slice(0, space));
  const source = sourceOf(container);
  return Number.isNaN(at) ? { source, text: line } : { source, text: line.slice(space + 1), at };
}
