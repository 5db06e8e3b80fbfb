import { expect, test } from 'vitest';
import { failure } from '../../errors.ts';
import { limits } from './span.ts';
import { testTracer } from './testing.ts';
import { currentSpan, outside, startPart, traced } from './tracer.ts';

const nothing = () => ({});

test('without a trace under way, a part is the work itself', async () => {
  const work = Promise.resolve(3);
  expect(
    traced(
      'part',
      () => expect.fail('nobody asks what it is about'),
      () => work,
    ),
  ).toBe(work);
  expect(startPart('part', nothing)).toBeUndefined();
  expect(currentSpan()).toBeUndefined();
});

test('parts are below what is under way, also after a wait', async () => {
  const { tracer, kept, pass } = testTracer();
  await tracer.span('whole', undefined, {}, async whole => {
    await traced('part', nothing, async () => {
      pass(5);
      await Promise.resolve();
      startPart('piece', nothing)?.end();
      expect(outside(currentSpan)).toBeUndefined();
    });
    expect(currentSpan()).toBe(whole.context);
  });
  const [piece, part, whole] = kept;
  expect([piece?.name, part?.name, whole?.name]).toEqual(['piece', 'part', 'whole']);
  expect(whole?.parentId).toBeUndefined();
  expect(part?.parentId).toBe(whole?.context.spanId);
  expect(piece?.parentId).toBe(part?.context.spanId);
  expect(new Set(kept.map(({ context }) => context.traceId)).size).toBe(1);
  expect(part && part.endedAt - part.startedAt).toBe(5);
});

test('a caller’s trace goes on, and what it says of being kept counts for all of it', async () => {
  const { tracer, kept } = testTracer();
  const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
  await tracer.span('request', parent, { kind: 'server' }, async () => {});
  expect(kept[0]).toMatchObject({ kind: 2, parentId: parent.spanId, context: { traceId: parent.traceId } });
});

test('of a trace that is not kept nothing is told, and all know whose part they are', async () => {
  const { tracer, kept } = testTracer(() => false);
  await tracer.span('whole', undefined, {}, async span => {
    span.event('something', {});
    await traced('part', nothing, async () => expect(currentSpan()?.sampled).toBe(false));
  });
  expect(kept).toEqual([]);
});

test('a failure is the failure of each span that it went through, and goes on', async () => {
  const { tracer, kept } = testTracer();
  const error = failure('APP_NOT_FOUND', { name: 'shop' });
  const work = tracer.span('whole', undefined, {}, () => traced('part', nothing, () => Promise.reject(error)));
  await expect(work).rejects.toBe(error);
  for (const span of kept) {
    expect(span.failure).toBe(error.message);
    expect(span.attributes).toEqual({ 'error.type': 'APP_NOT_FOUND' });
  }
  expect(kept).toHaveLength(2);
});

test('a clock that jumps makes no span end before it began', async () => {
  const { tracer, kept, time, pass } = testTracer();
  await tracer.span('whole', undefined, {}, async () => {
    time.wall -= 3_600_000;
    await traced('part', nothing, async () => pass(7));
  });
  const [part, whole] = kept;
  expect(part && part.endedAt - part.startedAt).toBe(7);
  expect(part?.startedAt).toBeGreaterThanOrEqual(whole?.startedAt ?? Number.POSITIVE_INFINITY);
  expect(part?.endedAt).toBeLessThanOrEqual(whole?.endedAt ?? 0);
});

test('what nobody wants takes its parts with it, those that end later too', async () => {
  const { tracer, kept } = testTracer();
  const late = await tracer.maybe('quiet', {}, async span => {
    await traced('part', nothing, async () => {});
    span.discard();
    return startPart('late', nothing);
  });
  late?.end();
  expect(kept).toEqual([]);
  const wanted = await tracer.maybe('wanted', {}, async () => {
    await traced('part', nothing, async () => {});
    return startPart('late', nothing);
  });
  wanted?.end();
  expect(kept.map(({ name }) => name)).toEqual(['part', 'wanted', 'late']);
});

test('what a span takes up is bounded, and what is too much is counted', async () => {
  const { tracer, kept } = testTracer();
  const long = 'x'.repeat(100_000);
  await tracer.span('whole', undefined, { attributes: { long } }, async span => {
    for (let i = 0; i < 1_000; i++) span.event('write', { i, long });
    span.set({ many: Array.from({ length: 1_000 }, () => long) });
    span.failBecause('type', long);
  });
  const [span] = kept;
  expect(span?.events).toHaveLength(limits.events);
  expect(span?.droppedEvents).toBe(1_000 - limits.events);
  expect(JSON.stringify(span).length).toBeLessThan(limits.events * (limits.text + 200));
});

test.each([
  ['https://appdev:s3cret@example.com/fleet.git', 'https://example.com/fleet.git'],
  ['cannot read ssh://git:s3cret@host/x: no', 'cannot read ssh://host/x: no'],
  ['https://s3cret@host', 'https://host'],
  ['https://appdev:s3@cret@host/a', 'https://host/a'],
  ['https://host/a@b?c=d@e', 'https://host/a@b?c=d@e'],
  ['appdev@example.com', 'appdev@example.com'],
])('%s is told as %s', async (given, told) => {
  const { tracer, kept } = testTracer();
  await tracer.span('whole', undefined, { attributes: { given } }, async span => {
    span.event('event', { given, list: [given] });
    span.failBecause('type', given);
  });
  const [span] = kept;
  expect(span?.attributes.given).toBe(told);
  expect(span?.events[0]?.attributes).toEqual({ given: told, list: [told] });
  expect(span?.failure).toBe(told);
});
