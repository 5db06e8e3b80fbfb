import type { Attributes, AttributeValue, EndedSpan, SpanEvent } from './span.ts';

/** A request of OTLP/HTTP in its JSON form: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export function encodeTraces(spans: readonly EndedSpan[], resource: Attributes, version: string): string {
  const scope = { name: 'holdfast', version };
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: toPairs(resource) }, scopeSpans: [{ scope, spans: spans.map(encodeSpan) }] },
    ],
  });
}

function encodeSpan(span: EndedSpan) {
  const { context, parentId, failure } = span;
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    flags: 1,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: toNanoseconds(span.startedAt),
    endTimeUnixNano: toNanoseconds(span.endedAt),
    attributes: toPairs(span.attributes),
    events: span.events.map(encodeEvent),
    droppedEventsCount: span.droppedEvents,
    // 2: error; 0: nobody has said anything.
    status: failure === undefined ? { code: 0 } : { code: 2, message: failure },
  };
}

function encodeEvent({ name, at, attributes }: SpanEvent) {
  return { timeUnixNano: toNanoseconds(at), name, attributes: toPairs(attributes) };
}

/** 64-bit numbers are text. A number of JavaScript holds microseconds since 1970, not nanoseconds. */
function toNanoseconds(ms: number): string {
  return `${Math.round(ms * 1_000)}000`;
}

function toPairs(attributes: Attributes) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: toValue(value) }],
  );
}

function toValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(toValue) } };
}
