import { encodeFrame, protocolVersion } from '../../../src/render/protocol.ts';
import type { ChildIo, ChildProgram } from '../env/child.ts';
import type { Faults } from '../env/faults.ts';
import type { Life } from '../env/life.ts';
import type { Verdict } from '../faults/point.ts';
import { type Answer, type Ask, Crash, Problem, type Request } from './protocol.ts';
import { queryPaths } from './query.ts';
import { type Rendered, render } from './render.ts';

interface Frame {
  id: number;
  head: Record<string, unknown>;
  tail: Buffer;
}

type Waiting = Map<number, (came: { answer: Answer; tail: Buffer } | Problem) => void>;

/** How long a render takes, virtual milliseconds. */
const renderMs = 3;

/** The renderer program: speaks the protocol of src/render/protocol.ts, and renders what it can (render.ts). */
export function modelRenderer(io: ChildIo, faults: Faults, life: Life): ChildProgram {
  const blobs = new Map<string, Buffer>();
  const running = new Map<number, Waiting>();
  let held = Buffer.alloc(0);

  function asker(id: number, waiting: Waiting): Ask {
    let number = 0;
    return question =>
      new Promise((resolve, reject) => {
        number++;
        waiting.set(number, came => (came instanceof Problem ? reject(came) : resolve(came)));
        io.say(encodeFrame(id, { type: 'question', number, ...question }));
      });
  }

  async function work(frame: Frame, waiting: Waiting): Promise<Rendered> {
    if (frame.head.type === 'jq') return queryPaths(frame.head, frame.tail);
    return await render(frame.head as unknown as Request, asker(frame.id, waiting), blobs);
  }

  async function begin(frame: Frame): Promise<void> {
    const { id, head } = frame;
    const verdict = faults.meet('render', `${head.type} ${head.application ?? ''}`.trimEnd());
    if (verdict?.do === 'crash-before') return life.crash();
    if (verdict?.do === 'drop' || (verdict?.do === 'hang' && verdict.ms === undefined)) return;
    const waiting: Waiting = new Map();
    running.set(id, waiting);
    try {
      if (verdict?.do === 'fail') throw new Crash(2, 'panic: the plan says so');
      if (verdict?.do === 'status') throw new Problem('RENDER_FAILED', { reason: verdict.body ?? 'the plan says so' });
      const { head: result, tails } = await work(frame, waiting);
      finish(verdict, encodeFrame(id, result, tails));
    } catch (error) {
      fail(id, error);
    } finally {
      running.delete(id);
    }
  }

  function finish(verdict: Verdict, frame: Uint8Array): void {
    const ms = renderMs + (verdict?.do === 'delay' || verdict?.do === 'hang' ? (verdict.ms ?? 1_000) : 0);
    io.after(ms, () => {
      const isCut = verdict?.do === 'truncate';
      io.say(isCut ? frame.subarray(0, frame.length >> 1) : frame);
      if (verdict?.do === 'duplicate') io.say(frame);
      if (isCut || verdict?.do === 'fail-after') io.exit(2);
      if (verdict?.do === 'crash-after') life.crash();
    });
  }

  function fail(id: number, error: unknown): void {
    if (error instanceof Problem) {
      const { code, details, stuck } = error;
      const send = () => io.say(encodeFrame(id, { type: 'error', code, details, stuck }));
      if (stuck) io.after(Number(details.ms ?? 0), send);
      else send();
      return;
    }
    const status = error instanceof Crash ? error.status : 2;
    io.complain(`${error instanceof Error ? error.message : String(error)}\n`);
    io.exit(status);
  }

  function receive({ id, head, tail }: Frame): void {
    switch (head.type) {
      case 'hello':
        io.say(encodeFrame(0, { type: 'hello', version: protocolVersion, sealed: true }));
        return;
      case 'render':
      case 'jq':
        void begin({ id, head, tail });
        return;
      case 'cancel': {
        for (const tell of running.get(id)?.values() ?? []) tell(new Problem('CANCELLED', {}));
        return;
      }
      case 'answer': {
        const waiting = running.get(id);
        const tell = waiting?.get(Number(head.number));
        waiting?.delete(Number(head.number));
        const answer = head as Answer;
        tell?.(answer.failed ? new Problem('ABORTED', {}) : { answer, tail });
      }
    }
  }

  return {
    receive(bytes) {
      held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
      while (held.length >= 12 && held.length >= held.readUInt32LE(0) + 4) {
        const length = held.readUInt32LE(0) + 4;
        const headEnd = 12 + held.readUInt32LE(8);
        const head = JSON.parse(held.toString('utf8', 12, headEnd)) as Record<string, unknown>;
        const frame = { id: held.readUInt32LE(4), head, tail: held.subarray(headEnd, length) };
        held = held.subarray(length);
        receive(frame);
      }
    },
    inputEnded: () => io.exit(0),
  };
}
