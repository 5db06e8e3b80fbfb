import type { Log, LogFields } from '../../env/env.ts';
import { currentSpan } from './tracer.ts';

/** A log whose lines say to which trace they belong. */
export function correlated(log: Log): Log {
  const about = (fields: LogFields | undefined): LogFields | undefined => {
    const context = currentSpan();
    return context === undefined ? fields : { ...fields, trace_id: context.traceId, span_id: context.spanId };
  };
  return {
    debug: (message, fields) => log.debug(message, about(fields)),
    info: (message, fields) => log.info(message, about(fields)),
    warn: (message, fields) => log.warn(message, about(fields)),
    error: (message, fields) => log.error(message, about(fields)),
  };
}
