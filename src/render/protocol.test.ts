import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrames, encodeFrame, type Frame } from './protocol.ts';

async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function decode(bytes: Uint8Array, sizes: readonly number[] = [bytes.length || 1]): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of decodeFrames(inPieces(bytes, sizes))) frames.push(frame);
  return frames;
}

test('frames come out as they went in, however the stream is cut', async () => {
  const frame = fc.record({
    id: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    head: fc.dictionary(fc.string(), fc.string()),
    tail: fc.uint8Array({ maxLength: 200 }),
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 5 }), sizes, async (frames, cut) => {
      const bytes = Buffer.concat(frames.map(({ id, head, tail }) => encodeFrame(id, head, [tail])));
      const decoded = await decode(bytes, cut);
      expect(decoded.map(({ id, head, tail }) => ({ id, head, tail: [...tail] }))).toEqual(
        frames.map(({ id, head, tail }) => ({ id, head: { ...head }, tail: [...tail] })),
      );
    }),
    { numRuns: 50 },
  );
});

test('several tails are one', async () => {
  const [frame] = await decode(encodeFrame(7, {}, [Buffer.from('ab'), Buffer.from('c')]));
  expect(Buffer.from(frame?.tail ?? []).toString()).toBe('abc');
});

test.for([
  ['a length beyond all frames', Buffer.from('ffffffff0000000000000000', 'hex')],
  ['a length that is too short', Buffer.from('010000000000000000000000', 'hex')],
  ['a head that is longer than its frame', Buffer.from('0a00000000000000ff00000000000000', 'hex')],
] as const)('%s is malformed', async ([, bytes]) => {
  await expect(decode(bytes)).rejects.toThrow('malformed');
});

test('a stream that ends within a frame is said to', async () => {
  const bytes = encodeFrame(1, { a: 1 }, [Buffer.from('tail')]);
  await expect(decode(bytes.subarray(0, bytes.length - 1))).rejects.toThrow('ended within');
  await expect(decode(bytes.subarray(0, 5))).rejects.toThrow('ended within');
});
