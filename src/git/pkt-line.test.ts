import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delimiter, flush, packet, readPackets } from './pkt-line.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function texts(bytes: Uint8Array, size = 7, max = 1e6): Promise<string[]> {
  const found: string[] = [];
  for await (const one of readPackets(pieces(bytes, size), max)) {
    found.push(one.type === 'data' ? Buffer.from(one.bytes).toString() : one.type);
  }
  return found;
}

const sample = Buffer.from(packet('version 2\n') + packet('ä') + delimiter + packet('') + flush);

test('reads what was written, however it is cut', async () => {
  for (let size = 1; size <= sample.length; size++) {
    expect(await texts(sample, size)).toEqual(['version 2\n', 'ä', 'delimiter', '', 'flush']);
  }
});

test('a stream that ends at any offset is either a shorter one or an error', async () => {
  const borders = new Set([0, 14, 20, 24, 28, 32]);
  for (let end = 0; end < sample.length; end++) {
    const read = texts(sample.subarray(0, end));
    if (borders.has(end)) expect((await read).length).toBeLessThan(5);
    else await expect(read).rejects.toThrow('ends within');
  }
});

test.each(['zzzz', '0003', 'fff5', '-001', '0x10', '\n\n\n\n'])('refuses the length %j', async head => {
  await expect(texts(Buffer.from(`${head}text`))).rejects.toThrow();
});

test('takes any bytes without more than an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      await texts(bytes, size).catch(error => expect(error.constructor.name).toBe('PacketError'));
    }),
  );
});

test('stops at the limit', async () => {
  await expect(texts(Buffer.from(packet('x'.repeat(100))), 10, 50)).rejects.toThrow('longer than 50');
});
