import { z } from 'zod';
import type { Env } from '../../src/env/env.ts';
import { type HttpServerOptions, startHttpServer, type TestHttpServer } from './http-server.ts';

// What the protocol allows, and nothing else: opentelemetry/proto/trace/v1/trace.proto in its JSON form.

const value: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
    z.strictObject({ arrayValue: z.strictObject({ values: z.array(value) }) }),
  ]),
);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value }));
const nanoseconds = z.string().regex(/^\d{19}$/);
const event = z.strictObject({ timeUnixNano: nanoseconds, name: z.string().min(1), attributes });
const span = z.strictObject({
  traceId: z.string().regex(/^(?!0+$)[0-9a-f]{32}$/),
  spanId: z.string().regex(/^(?!0+$)[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{16}$/)
    .exactOptional(),
  flags: z.number().int(),
  name: z.string().min(1),
  kind: z.number().int().min(1).max(5),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: z.array(event),
  droppedEventsCount: z.number().int(),
  status: z.strictObject({ code: z.number().int().min(0).max(2), message: z.string().exactOptional() }),
});
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(span).min(1),
        }),
      ),
    }),
  ),
});

export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  /** Milliseconds. */
  startedAt: number;
  endedAt: number;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  status: { code: number; message?: string };
}

export interface OtlpReceiver extends TestHttpServer {
  spans: ReceivedSpan[];
  /** Of whoever sent last. */
  resource: Record<string, unknown>;
  /** All that came, as text. */
  bodies: string[];
  /** What was not as the protocol has it. */
  problems: string[];
}

/** A receiver of traces by OTLP over HTTP, which takes only what is right. */
export async function startOtlpReceiver(options: HttpServerOptions = {}): Promise<OtlpReceiver> {
  const received: Pick<OtlpReceiver, 'spans' | 'resource' | 'bodies' | 'problems'> = {
    ...{ spans: [], resource: {}, bodies: [], problems: [] },
  };
  const server = await startHttpServer(async (message, url) => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece);
    const body = Buffer.concat(pieces).toString('utf8');
    received.bodies.push(body);
    const isRight = url.pathname === '/v1/traces' && message.headers['content-type'] === 'application/json';
    const parsed = request.safeParse(JSON.parse(body));
    if (!isRight || !parsed.success) {
      received.problems.push(parsed.error?.message ?? `${url.pathname} ${message.headers['content-type']}`);
      return { status: 400 };
    }
    for (const { resource, scopeSpans } of parsed.data.resourceSpans) {
      Object.assign(received.resource, plain(resource.attributes));
      for (const { spans } of scopeSpans) received.spans.push(...spans.map(toSpan));
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"partialSuccess":{}}' };
  }, options);
  return Object.assign(server, received);
}

/** The real world, in which traces are sent there at once. */
export function tracedTo(receiver: string, more: Record<string, string> = {}): (env: Env) => Env {
  const variables: Record<string, string> = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    ...more,
  };
  return env => ({
    ...env,
    processes: { ...env.processes, variable: name => variables[name] ?? env.processes.variable(name) },
  });
}

function toSpan({ startTimeUnixNano, endTimeUnixNano, ...rest }: z.infer<typeof span>): ReceivedSpan {
  const { name, traceId, spanId, parentSpanId, kind, status } = rest;
  return {
    ...{ name, traceId, spanId, kind, status },
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    startedAt: Number(BigInt(startTimeUnixNano) / 1_000n) / 1_000,
    endedAt: Number(BigInt(endTimeUnixNano) / 1_000n) / 1_000,
    attributes: plain(rest.attributes),
    events: rest.events.map(one => ({ name: one.name, attributes: plain(one.attributes) })),
  };
}

function plain(pairs: z.infer<typeof attributes>): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value: given }) => [key, Object.values(given as object)[0]]));
}
