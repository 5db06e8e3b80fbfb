import { expect, test } from 'vitest';
import { parseTraceparent } from './context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test.each([
  ['a trace that is kept', `00-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
  ['one that is not', `00-${traceId}-${spanId}-00`, { traceId, spanId, sampled: false }],
  ['other flags', `00-${traceId}-${spanId}-02`, { traceId, spanId, sampled: false }],
  ['spaces around it', ` 00-${traceId}-${spanId}-01 `, { traceId, spanId, sampled: true }],
  ['a later version with more in it', `cc-${traceId}-${spanId}-01-what-will-be`, { traceId, spanId, sampled: true }],
  ['more in this version', `00-${traceId}-${spanId}-01-more`, undefined],
  ['a version that there never is', `ff-${traceId}-${spanId}-01`, undefined],
  ['no trace', `00-${'0'.repeat(32)}-${spanId}-01`, undefined],
  ['no span', `00-${traceId}-${'0'.repeat(16)}-01`, undefined],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`, undefined],
  ['something short', `00-${traceId.slice(1)}-${spanId}-01`, undefined],
  ['nothing', '', undefined],
])('traceparent: %s', (_, header, expected) => {
  expect(parseTraceparent(header)).toEqual(expected);
});
