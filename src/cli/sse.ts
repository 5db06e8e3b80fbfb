import { failure } from '../errors.ts';

export interface ServerEvent {
  event: string;
  data: string;
}

/** Longest single event; a row of the list is a few hundred bytes. */
const maxEventLength = 4 * 1024 * 1024;

/** Reads server-sent events from bytes cut anywhere. Comments (signs of life) are left out. */
export async function* serverEvents(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  for await (const block of textBlocks(pieces, '\n\n')) {
    const event: ServerEvent = { event: 'message', data: '' };
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) event.event = line.slice(7);
      else if (line.startsWith('data: ')) event.data += line.slice(6);
    }
    if (event.data !== '') yield event;
  }
}

/** Text between separators, from bytes cut anywhere, as soon as it is whole; the end needs no separator. */
export async function* textBlocks(pieces: AsyncIterable<Uint8Array>, separator: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of pieces) {
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split(separator);
    text = blocks.pop() ?? '';
    if (text.length > maxEventLength) {
      throw failure('CLI_ANSWER_INVALID', { server: 'the operator', reason: 'a line without an end' });
    }
    yield* blocks;
  }
  if (text !== '') yield text;
}
