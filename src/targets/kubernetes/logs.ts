import { asFailure, failure } from '../../errors.ts';
import { type Live, resourceKey } from '../../model/resource.ts';
import type { LogLine, LogOptions } from '../target.ts';
import type { ApiRequest } from './client.ts';
import { type Container, containersOf, isWorkload, pods } from './containers.ts';
import { apiPath } from './discovery.ts';
import { merge } from './merge.ts';
import type { OwnedResources } from './owned.ts';
import type { Tools } from './tools.ts';

/** Streams to one API server at once. */
const maxContainers = 100;
const maxBytes = 4 * 1024 * 1024;
const dayMs = 24 * 60 * 60_000;

/** What the containers of an application print: the last lines in the order of time, then, with `follow`, as they come. */
export async function* logs(
  application: string,
  resource: string | undefined,
  options: LogOptions,
  { tools, owned }: { tools: Tools; owned: OwnedResources },
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const { tail = 200, follow = false, previous = false, container: only } = options;
  const lives = [...tools.cache.ownedBy(application)].flatMap(key => tools.cache.get(key) ?? []);
  const isMeant = (live: Pick<Live, 'id'>) => isWorkload(live) && (resource === undefined || isNamed(live, resource));
  let chosen: Pick<Live, 'id' | 'uid'>[] = lives.filter(isMeant);
  if (resource !== undefined && chosen.length === 0)
    chosen = (await owned.of(application, signal)).resources.filter(isMeant);
  // A name that fits nothing is said, and not answered by silence.
  if (resource !== undefined && chosen.length === 0)
    throw failure('K8S_NOT_FOUND', { request: `logs of ${resource}`, reason: 'the application has no such workload' });
  const found = (await Promise.all(chosen.map(live => containersOf(live, tools, signal)))).flat();
  const containers = found.filter(({ container }) => only === undefined || container === only);
  if (only !== undefined && containers.length === 0)
    throw failure('K8S_NOT_FOUND', {
      request: `logs of ${resource ?? application}`,
      reason: `no pod has a container ${only}`,
    });
  const read = containers.slice(0, maxContainers);
  const begun = tools.env.clock.now();
  const pieces = await Promise.all(read.map(container => past(container, { ...options, tail }, tools, signal)));
  const lines = pieces.flat().sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  yield* lines.slice(-tail);
  // What has ended prints no more.
  if (!follow || previous) return;
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

/** `web`, `Deployment/web`, or a whole key. */
function isNamed({ id }: Pick<Live, 'id'>, resource: string): boolean {
  return [id.name, `${id.kind}/${id.name}`.toLowerCase(), resourceKey(id)].some(
    name => name === resource || name === resource.toLowerCase(),
  );
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

async function past(
  container: Container,
  { tail, previous, since }: LogOptions,
  tools: Tools,
  signal: AbortSignal,
): Promise<LogLine[]> {
  const query = {
    ...{ tailLines: String(tail), limitBytes: String(maxBytes) },
    ...(previous ? { previous: 'true' } : {}),
    ...(since === undefined ? {} : { sinceTime: new Date(since).toISOString() }),
  };
  const request = logRequest(container, query);
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
