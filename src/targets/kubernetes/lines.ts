import { failure } from '../../errors.ts';

/** Text lines of a stream of bytes; throws NET_TOO_LARGE when one has more than `maxBytes`. A last line without its end is dropped: it was cut. */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  origin: string,
): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      pieces.push(chunk.subarray(start, end));
      const line = Buffer.concat(pieces).toString('utf8');
      pieces = [];
      size = 0;
      start = end + 1;
      if (line !== '') yield line;
    }
    if (start === chunk.length) continue;
    pieces.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > maxBytes) throw failure('NET_TOO_LARGE', { origin, limit: maxBytes });
  }
}
