/** Which trace something belongs to, and below which span: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether its spans are kept. */
  readonly sampled: boolean;
  /**
   * Wall clock minus monotonic clock, ms, as it was when the trace began here: all of its times are told by one clock, so that none of
   * its spans ends before it began, whatever becomes of the wall clock. Undefined of a caller's span.
   */
  readonly offset?: number;
}

/** Of the header `traceparent`; undefined for one that says nothing. Later versions may add to it, never change what is there. */
export function parseTraceparent(header: string): TraceContext | undefined {
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header.trim()) ?? [];
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
