import type { Child, Env } from '../env/env.ts';
import { asFailure, failure } from '../errors.ts';
import type { Answer } from './answers.ts';
import { decodeFrames, encodeFrame, type Frame, hello, protocolVersion, type Question, reply } from './protocol.ts';

/** What a request sends and how it answers questions. */
export interface Exchange {
  head: object;
  tails: readonly Uint8Array[];
  answer(question: Question): Promise<Answer>;
}

export interface Reply {
  head: ReturnType<typeof reply.parse>;
  tail: Uint8Array;
}

/** The process ended (or broke the protocol) before it answered. */
export class ProcessGone extends Error {
  readonly outOfMemory: boolean;

  constructor(reason: string, outOfMemory: boolean) {
    super(reason);
    this.outOfMemory = outOfMemory;
  }
}

interface Pending {
  exchange: Exchange;
  /** Why a question could not be answered; the request then ends with this. */
  failed?: unknown;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

const helloTimeoutMs = 15_000;
/** The renderer's exit status for having passed its memory budget; Go's own out-of-memory ends with 2 and says so. */
const outOfMemoryStatus = 86;
const maxStderr = 4096;

/** One renderer process: many requests at a time, each with its id. Once it is gone it stays so. */
export class RendererProcess {
  readonly #env: Env;
  readonly #child: Child;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #stderr = '';
  #gone: ProcessGone | undefined;
  readonly ended: Promise<void>;

  private constructor(env: Env, child: Child, frames: AsyncGenerator<Frame>) {
    this.#env = env;
    this.#child = child;
    this.ended = this.#readAll(frames);
    void this.#readStderr();
  }

  /** Starts the program and shakes hands. Throws RENDER_UNAVAILABLE. */
  static async start(env: Env, program: string, memoryBytes: number): Promise<RendererProcess> {
    const child = env.processes.spawn(program, [], { cwd: '/', env: { PATH: '/nonexistent' } });
    const cancel = env.timers.after(helloTimeoutMs, () => child.kill('SIGKILL'));
    const frames = decodeFrames(child.stdout);
    try {
      await child.write(encodeFrame(0, { type: 'hello', version: protocolVersion, memoryBytes }));
      const first = await frames.next();
      if (first.done) throw new Error('it ended at once');
      const { version, sealed } = hello.parse(first.value.head);
      if (version !== protocolVersion) throw new Error(`it speaks version ${version}, not ${protocolVersion}`);
      if (!sealed) env.log.warn('the renderer could not be sealed off by the kernel', { program });
    } catch (error) {
      child.kill('SIGKILL');
      throw failure('RENDER_UNAVAILABLE', { reason: `${program}: ${asFailure(error).message}` }, error);
    } finally {
      cancel();
    }
    return new RendererProcess(env, child, frames);
  }

  get gone(): boolean {
    return this.#gone !== undefined;
  }

  get busy(): boolean {
    return this.#pending.size > 0;
  }

  /** Sends a request and resolves with what it ended with. Throws ProcessGone, the signal's reason, or why a question failed. */
  async exchange(exchange: Exchange, timeoutMs: number, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    if (this.#gone) throw this.#gone;
    const id = this.#nextId++;
    const answered = new Promise<Reply>((resolve, reject) => {
      this.#pending.set(id, { exchange, resolve, reject });
    });
    const pending = this.#pending.get(id);
    const onAbort = () => {
      pending?.reject(signal.reason);
      this.#send(id, { type: 'cancel' });
    };
    signal.addEventListener('abort', onAbort);
    // The renderer keeps the deadline itself; this is for a renderer that no longer does.
    const cancel = this.#env.timers.after(timeoutMs, () => this.#end('it does not answer any more'));
    this.#send(id, exchange.head, exchange.tails);
    try {
      return await answered;
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
      this.#pending.delete(id);
    }
  }

  /** Ends the process; what is pending ends with ProcessGone. */
  kill(reason: string): void {
    this.#end(reason);
  }

  #send(id: number, head: object, tails: readonly Uint8Array[] = []): void {
    if (this.#gone) return;
    this.#child.write(encodeFrame(id, head, tails)).catch(() => {}); // It has ended: its exit says so.
  }

  async #readAll(frames: AsyncGenerator<Frame>): Promise<void> {
    try {
      for await (const frame of frames) this.#receive(frame);
    } catch (error) {
      this.#end(asFailure(error).message);
    }
    const { code, signal } = await this.#child.exited;
    const outOfMemory = code === outOfMemoryStatus || /out of memory|cannot allocate memory/.test(this.#stderr);
    const firstLine = this.#stderr.split('\n').find(line => line !== '') ?? '';
    this.#leave(new ProcessGone(firstLine || `it ended with ${signal ?? `status ${code}`}`, outOfMemory));
  }

  #receive({ id, head, tail }: Frame): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const parsed = reply.parse(head);
    if (parsed.type === 'question') void this.#answer(id, pending, parsed);
    else if (pending.failed !== undefined) pending.reject(pending.failed);
    else pending.resolve({ head: parsed, tail });
  }

  async #answer(id: number, pending: Pending, question: Question): Promise<void> {
    try {
      const { head, tails } = await pending.exchange.answer(question);
      this.#send(id, head, tails);
    } catch (error) {
      pending.failed = error;
      this.#send(id, { type: 'answer', number: question.number, failed: true });
    }
  }

  async #readStderr(): Promise<void> {
    for await (const piece of this.#child.stderr) {
      if (this.#stderr.length < maxStderr) this.#stderr += new TextDecoder().decode(piece).slice(0, maxStderr);
    }
  }

  #end(reason: string): void {
    this.#child.kill('SIGKILL');
    this.#leave(new ProcessGone(reason, false));
  }

  #leave(error: ProcessGone): void {
    this.#gone ??= error;
    for (const pending of this.#pending.values()) pending.reject(this.#gone);
    this.#pending.clear();
  }
}
