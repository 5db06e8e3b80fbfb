import { asFailure } from '../../errors.ts';
import type { TraceContext } from './context.ts';

export type AttributeValue = string | number | boolean | readonly string[];
/** What is undefined is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** What a span takes up is bounded, whatever happens in it. */
export const limits = { events: 100, text: 400, items: 20 };

/** The numbers are those of the protocol: https://github.com/open-telemetry/opentelemetry-proto */
export const kinds = { internal: 1, server: 2, client: 3 } as const;

export interface SpanEvent {
  name: string;
  /** Wall clock, ms. */
  at: number;
  attributes: Attributes;
}

/** A span that has ended, as it is handed on. */
export interface EndedSpan {
  name: string;
  kind: number;
  context: TraceContext;
  parentId: string | undefined;
  /** Wall clock, ms with fractions. */
  startedAt: number;
  endedAt: number;
  attributes: Attributes;
  events: readonly SpanEvent[];
  droppedEvents: number;
  /** Why it failed; undefined: it did not. */
  failure: string | undefined;
}

export interface SpanParts {
  name: string;
  kind: keyof typeof kinds;
  context: TraceContext;
  parentId: string | undefined;
  attributes: Attributes;
  /** Wall clock of the trace, ms. */
  now: () => number;
  /** Undefined: nobody wants it. */
  keep: ((span: EndedSpan) => void) | undefined;
  /** Begins a span below this one. */
  part: (name: string, parent: TraceContext, attributes: Attributes) => Span;
}

/** One piece of work, from its beginning to its end. Of a trace that is not kept, all of it is nothing. */
export class Span {
  readonly context: TraceContext;
  readonly #parts: SpanParts;
  readonly #startedAt: number;
  #attributes: Record<string, AttributeValue> = {};
  readonly #events: SpanEvent[] = [];
  #droppedEvents = 0;
  #failure: string | undefined;
  #keep: SpanParts['keep'];
  #isDiscarded = false;

  constructor(parts: SpanParts) {
    this.context = parts.context;
    this.#parts = parts;
    this.#keep = parts.keep;
    this.#startedAt = parts.keep === undefined ? 0 : parts.now();
    this.set(parts.attributes);
  }

  set(attributes: Attributes): void {
    if (this.#keep !== undefined) this.#attributes = { ...this.#attributes, ...withinLimits(attributes) };
  }

  event(name: string, attributes: Attributes): void {
    if (this.#keep === undefined) return;
    if (this.#events.length >= limits.events) this.#droppedEvents += 1;
    else this.#events.push({ name, at: this.#parts.now(), attributes: withinLimits(attributes) });
  }

  /** What is thrown out of it. Messages of errors hold no secrets; others are told by their kind alone. */
  fail(thrown: unknown): void {
    const { code, message } = asFailure(thrown);
    this.failBecause(code, message);
  }

  failBecause(type: string, message: string): void {
    this.#failure = safe(message);
    this.set({ 'error.type': type });
  }

  /** A part of it, to be ended by whoever began it. */
  part(name: string, attributes: Attributes): Span {
    return this.#parts.part(name, this.context, attributes);
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  get isDiscarded(): boolean {
    return this.#isDiscarded;
  }

  /** As if it had never begun. */
  discard(): void {
    this.#isDiscarded = true;
    this.#keep = undefined;
  }

  /** Only the first end counts. */
  end(): void {
    const keep = this.#keep;
    if (keep === undefined) return;
    this.#keep = undefined;
    const { name, kind, parentId, now } = this.#parts;
    const endedAt = Math.max(this.#startedAt, now());
    keep({
      ...{ name, kind: kinds[kind], context: this.context, parentId, startedAt: this.#startedAt, endedAt },
      ...{ attributes: this.#attributes, events: this.#events, droppedEvents: this.#droppedEvents },
      failure: this.#failure,
    });
  }
}

function withinLimits(attributes: Attributes): Record<string, AttributeValue> {
  const kept: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (typeof value === 'string') kept[name] = safe(value);
    else kept[name] = Array.isArray(value) ? value.slice(0, limits.items).map(safe) : value;
  }
  return kept;
}

/** Whatever is told to others: no credentials in addresses, and not without end. */
export function safe(text: string): string {
  const short = text.length > limits.text ? `${text.slice(0, limits.text - 1)}…` : text;
  return short.includes('://') ? short.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, '$1') : short;
}
