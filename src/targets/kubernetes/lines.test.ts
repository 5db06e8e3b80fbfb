import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from './lines.ts';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function lines(text: string, sizes: readonly number[], limit = 1_000): Promise<string[]> {
  const found: string[] = [];
  for await (const line of readLines(chunks(Buffer.from(text), sizes), limit, 'https://x')) found.push(line);
  return found;
}

test('lines are whole, wherever the stream is cut', async () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(text => !text.includes('\n'));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (all, sizes) => {
      const text = all.map(each => `${each}\n`).join('');
      expect(await lines(text, sizes)).toEqual(all);
      expect(await lines(`${text}cut`, sizes)).toEqual(all);
    }),
  );
});

test('a line without end stops at the limit', async () => {
  await expect(lines('x'.repeat(5_000), [100])).rejects.toMatchObject({ code: 'NET_TOO_LARGE' });
});
