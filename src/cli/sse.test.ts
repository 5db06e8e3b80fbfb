import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ServerEvent, serverEvents, textBlocks } from './sse.ts';

async function* cut(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

describe('events of the server', () => {
  it('are the same wherever the bytes are cut', async () => {
    const text = 'event: ready\ndata: {}\n\n: alive\n\nevent: application\ndata: {"name":"späß"}\n\n';
    const expected: ServerEvent[] = [
      { event: 'ready', data: '{}' },
      { event: 'application', data: '{"name":"späß"}' },
    ];
    for (let size = 1; size <= text.length; size++) {
      expect(await all(serverEvents(cut(text, size)))).toEqual(expected);
    }
  });

  it('may not be endless', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 100; i++) yield Buffer.alloc(100_000, 'x');
    }
    await expect(all(serverEvents(endless()))).rejects.toMatchObject({ code: 'CLI_ANSWER_INVALID' });
  });
});

it('lines come back as they were, wherever the bytes are cut', async () => {
  const line = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const text = `${lines.join('\n')}\n`;
      expect(await all(textBlocks(cut(text, size), '\n'))).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});
