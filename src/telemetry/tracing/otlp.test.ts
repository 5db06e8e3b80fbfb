import { expect, test } from 'vitest';
import { encodeTraces } from './otlp.ts';
import { testTracer } from './testing.ts';

test('a request as the protocol has it', async () => {
  const { tracer, kept, pass } = testTracer();
  await tracer
    .span(
      'whole',
      undefined,
      { kind: 'client', attributes: { text: 'a', whole: 3, part: 0.5, yes: true } },
      async span => {
        span.set({ list: ['a', 'b'], none: undefined });
        pass(1.5);
        span.event('written', { key: 'k' });
        throw new Error('a stack, or anything else');
      },
    )
    .catch(() => {});
  expect(JSON.parse(encodeTraces(kept, { 'service.name': 'holdfast' }, '1.2.3'))).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'holdfast' } }] },
        scopeSpans: [
          {
            scope: { name: 'holdfast', version: '1.2.3' },
            spans: [
              {
                traceId: '01'.repeat(16),
                spanId: '02'.repeat(8),
                flags: 1,
                name: 'whole',
                kind: 3,
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000001500000',
                attributes: [
                  { key: 'text', value: { stringValue: 'a' } },
                  { key: 'whole', value: { intValue: '3' } },
                  { key: 'part', value: { doubleValue: 0.5 } },
                  { key: 'yes', value: { boolValue: true } },
                  { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
                  { key: 'error.type', value: { stringValue: 'INTERNAL' } },
                ],
                events: [
                  {
                    timeUnixNano: '1700000000001500000',
                    name: 'written',
                    attributes: [{ key: 'key', value: { stringValue: 'k' } }],
                  },
                ],
                droppedEventsCount: 0,
                status: { code: 2, message: expect.any(String) },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('what went well has no word about it', async () => {
  const { tracer, kept } = testTracer();
  await tracer.span('whole', undefined, {}, async () => {});
  expect(encodeTraces(kept, {}, '')).toContain('"status":{"code":0}');
});
