import { AsyncLocalStorage } from 'node:async_hooks';
import type { Env } from '../../env/env.ts';
import type { TraceContext } from './context.ts';
import type { Sampler } from './sampler.ts';
import { type Attributes, type EndedSpan, Span, type SpanParts } from './span.ts';

export interface SpanOptions {
  kind?: SpanParts['kind'];
  attributes?: Attributes;
}

type Keep = (span: EndedSpan) => void;

/** For whose sake something is done, and where the spans of it go. */
interface Place {
  tracer: Tracer;
  context: TraceContext;
  keep: Keep;
}

/** One for the whole process; without traces it is always empty. */
const underWay = new AsyncLocalStorage<Place | undefined>();

/** Begins spans. There is one only where traces are asked for: everywhere else it is undefined. */
export class Tracer {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #sampler: Sampler;
  readonly #keep: Keep;

  constructor(env: Pick<Env, 'clock' | 'random'>, sampler: Sampler, keep: Keep) {
    this.#env = env;
    this.#sampler = sampler;
    this.#keep = keep;
  }

  /** Below the parent; undefined: it begins a trace. */
  start(
    name: string,
    parent: TraceContext | undefined,
    { kind = 'internal', attributes = {} }: SpanOptions = {},
    keep: Keep = this.#keep,
  ): Span {
    const { clock, random } = this.#env;
    const traceId = parent?.traceId ?? hex(random.bytes(16));
    const sampled = this.#sampler(traceId, parent);
    const offset = parent?.offset ?? clock.now() - clock.monotonic();
    return new Span({
      ...{ name, kind, attributes, parentId: parent?.spanId },
      context: { traceId, spanId: hex(random.bytes(8)), sampled, offset },
      now: () => clock.monotonic() + offset,
      keep: sampled ? keep : undefined,
      part: (partName, context, more) => this.start(partName, context, { attributes: more }, keep),
    });
  }

  /** A span around the work, which is done as a part of it. It fails when the work does. */
  async span<T>(
    name: string,
    parent: TraceContext | undefined,
    options: SpanOptions,
    work: (span: Span) => Promise<T>,
    keep: Keep = this.#keep,
  ): Promise<T> {
    const span = this.start(name, parent, options, keep);
    try {
      return await underWay.run({ tracer: this, context: span.context, keep }, () => work(span));
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** The same, and only when it has ended it is known whether anybody wants to see it: what is discarded takes its parts with it. */
  async maybe<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
    let held: EndedSpan[] | undefined = [];
    let isWanted = false;
    const keep = (span: EndedSpan) => {
      if (held !== undefined) held.push(span);
      else if (isWanted) this.#keep(span);
    };
    const whole = async (span: Span) => {
      try {
        return await work(span);
      } finally {
        isWanted = !span.isDiscarded;
      }
    };
    try {
      return await this.span(name, undefined, options, whole, keep);
    } finally {
      if (isWanted) for (const span of held) this.#keep(span);
      held = undefined;
    }
  }

  /** Does the work as a part of the span. */
  within<T>(context: TraceContext, work: () => T): T {
    return underWay.run({ tracer: this, context, keep: this.#keep }, work);
  }
}

/** Does the work as a part of nothing: what begins here goes on when what is under way is long over. */
export function outside<T>(work: () => T): T {
  return underWay.getStore() === undefined ? work() : underWay.run(undefined, work);
}

/** The span in which this is called. */
export function currentSpan(): TraceContext | undefined {
  return underWay.getStore()?.context;
}

/** A span of the trace that is under way. Where there is none, this is the work and nothing else. */
export function traced<T>(name: string, options: () => SpanOptions, work: () => Promise<T>): Promise<T> {
  const at = underWay.getStore();
  return at === undefined ? work() : at.tracer.span(name, at.context, options(), work, at.keep);
}

/** The same for what is begun here and ends elsewhere. */
export function startPart(name: string, options: () => SpanOptions): Span | undefined {
  const at = underWay.getStore();
  return at?.tracer.start(name, at.context, options(), at.keep);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
