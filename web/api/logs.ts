import { api } from '../util/api-paths.ts';
import { type ApiQuery, addressOf } from './client.ts';
import { ApiProblem, problemIn } from './problem.ts';
import type { LogLine, Problem } from './types.ts';

export interface LogsAsked {
  name: string;
  resource: string;
  container: string | undefined;
  /** What the container printed before it was started again. */
  previous: boolean;
  search: string;
}

/** Lines that are shown at first; then what follows. */
const tail = 500;

/** Pieces of the log as they come, without an end. A failure on the way is thrown as an ApiProblem. */
export async function* readLogs(
  { name, resource, container, previous, search }: LogsAsked,
  signal: AbortSignal,
): AsyncGenerator<LogLine[]> {
  const query: ApiQuery = {
    ...{ resource, container, tail, search: search || undefined },
    ...(previous ? { previous: true } : { follow: true }),
  };
  const response = await fetch(addressOf(api.logs(name), query), { signal });
  if (!response.ok || response.body === null) throw await problemIn(response);
  let rest = '';
  for await (const piece of piecesOf(response.body)) {
    const texts = (rest + piece).split('\n');
    rest = texts.pop() ?? '';
    const lines = texts.filter(text => text !== '').map(lineIn);
    if (lines.length > 0) yield lines;
  }
}

/** As an iterator: not every browser lets one go over a stream itself. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function lineIn(text: string): LogLine {
  const line = JSON.parse(text) as LogLine | { error: Problem };
  if ('error' in line) throw new ApiProblem(line.error, 200);
  return line;
}
