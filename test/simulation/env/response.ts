import type { HttpRequest, HttpResponse } from '../../../src/env/env.ts';
import { failure } from '../../../src/errors.ts';
import type { Effects } from './effects.ts';
import type { Network } from './network.ts';
import { Pipe } from './pipe.ts';

interface Body {
  status: number;
  headers: Record<string, string>;
  pipe: Pipe;
  origin: string;
}

export function response({ status, headers, pipe, origin }: Body): HttpResponse {
  async function bytes(maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    const { whole } = pipe;
    for await (const piece of whole === undefined ? pipe : [whole]) {
      size += piece.length;
      if (size > maxBytes) throw failure('NET_TOO_LARGE', { origin, limit: maxBytes });
      pieces.push(piece);
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }
  return {
    status,
    headers,
    body: pipe,
    bytes,
    text: async maxBytes => Buffer.from(await bytes(maxBytes)).toString('utf8'),
    discard: async () => {
      pipe.onLeave();
      pipe.end();
    },
  };
}

/** Of an answer that came in one piece; `cut` loses its second half, and the connection. */
export function wholeBody(content: string | Uint8Array, cut: boolean, origin: string): Pipe {
  const bytes = Buffer.from(content as string);
  const pipe = new Pipe();
  if (cut) {
    pipe.push(bytes.subarray(0, bytes.length >> 1));
    pipe.end(failure('NET_FAILED', { origin, reason: 'other side closed' }));
  } else {
    if (bytes.length > 0) pipe.push(bytes);
    pipe.end();
  }
  return pipe;
}

export interface StreamParts {
  effects: Effects;
  network: Network;
  host: string;
  origin: string;
  request: HttpRequest;
  open(push: (line: string) => void, end: () => void): () => void;
}

/** Lines that come one after the other, each a point of its own; one that is late keeps those behind it waiting. */
export function streamedBody({ effects, network, host, origin, request, open }: StreamParts): Pipe {
  const { life, faults, chance, scheduler } = effects;
  const pipe = new Pipe();
  const idleMs = request.idleTimeoutMs ?? 30_000;
  const path = request.path.split('?')[0] ?? '';
  let heardAt = scheduler.now();
  let freeAt = 0;
  let silent = false;
  let close = () => {};
  let over = false;

  function leave(): void {
    if (over) return;
    over = true;
    close();
    stopReset();
    stopEnd();
    cancelIdle();
    stopListening();
  }

  function finish(error?: unknown): void {
    leave();
    pipe.end(error);
  }

  /** After all that was sent before it. */
  function inOrder(extraMs: number, fn: () => void): void {
    freeAt = Math.max(freeAt + 0.001, scheduler.now() + chance.between(0.2, 3) + extraMs);
    life.after(freeAt - scheduler.now(), fn);
  }

  function deliver(line: string, extraMs = 0): void {
    inOrder(extraMs, () => {
      if (over) return;
      heardAt = scheduler.now();
      pipe.push(Buffer.from(line));
    });
  }

  const reset = () => failure('NET_FAILED', { origin, reason: 'other side closed' });

  function push(line: string): void {
    if (over || silent || network.isCut(host)) return;
    const type = /"type":"(\w+)"/.exec(line.slice(0, 200))?.[1] ?? '';
    const verdict = faults.meet('watch.event', `${type} ${path}`);
    if (verdict?.do === 'drop') return;
    if (verdict?.do === 'crash-before') life.crash();
    else if (verdict?.do === 'hang') {
      silent = true;
      if (verdict.ms !== undefined) scheduler.after(verdict.ms, () => finish(reset()));
    } else if (verdict?.do === 'truncate') deliver(line.slice(0, line.length >> 1));
    else if (verdict?.do !== 'fail' && verdict?.do !== 'status') {
      deliver(line, verdict?.do === 'delay' ? (verdict.ms ?? 1_000) : 0);
    }
    if (verdict?.do === 'duplicate') deliver(line);
    if (verdict?.do === 'crash-after') inOrder(0.01, () => life.crash());
    if (['truncate', 'fail', 'status', 'fail-after'].includes(verdict?.do ?? '')) inOrder(0, () => finish(reset()));
  }

  const abort = () => life.tell(() => finish(request.signal?.reason));
  const stopReset = network.onReset(which => which === host && inOrder(0, () => finish(reset())));
  const stopEnd = life.atEnd(leave);
  let cancelIdle = () => {};
  let stopListening = () => {};
  const watchIdle = () => {
    const left = heardAt + idleMs - scheduler.now();
    if (left <= 0) finish(failure('NET_TIMEOUT', { origin, ms: idleMs }));
    else cancelIdle = life.after(left, watchIdle);
  };
  watchIdle();
  stopListening = life.onAbort(request.signal, abort);
  pipe.onLeave = leave;
  close = open(push, () => {
    if (!silent && !network.isCut(host)) inOrder(0, () => finish());
  });
  if (over) close();
  // Whoever asked is gone, or waits no more.
  if (!life.alive || request.signal?.aborted) leave();
  return pipe;
}
