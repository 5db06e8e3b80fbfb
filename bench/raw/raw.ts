import { startChild } from '../child.ts';
import type { RawRequest, RawResult, RawWork } from './protocol.ts';

/** Sends all requests as fast as they are answered. Throws when one of them is refused: then it measures nothing. */
export async function sendRaw(work: Omit<RawWork, 'perSecond' | 'forever'>, deadlineMs = 300_000): Promise<RawResult> {
  await using child = startChild('raw/client.ts');
  child.tell(work);
  const result = await child.answer<RawResult>(deadlineMs);
  if (result.failed > 0)
    throw new Error(`${result.failed} of ${result.sent} raw requests were refused; ${result.failure}`);
  return result;
}

/** Sends requests at a steady pace, over and over, until `stop`. */
export function paceRaw(work: RawWork & { perSecond: number }): AsyncDisposable & { stop(): Promise<RawResult> } {
  const child = startChild('raw/client.ts');
  child.tell({ ...work, forever: true });
  return {
    async stop() {
      child.tell('stop');
      return await child.answer<RawResult>(30_000);
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

export type { RawRequest, RawResult };
