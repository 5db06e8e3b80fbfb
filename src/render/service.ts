import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { Budgets } from './budgets.ts';
import { Gate } from './gate.ts';
import { type Exchange, ProcessGone, RendererProcess, type Reply } from './process.ts';

/** How much longer than its own deadline a request may be silent. */
const silenceMs = 10_000;
/** How long others may go on in a process that one stuck request keeps busy. */
const retiringMs = 2_000;
const maxBackoffMs = 30_000;
const maxInnocentRetries = 3;

/**
 * The renderer as one thing that is always there: one process at a time, started when first needed and again after it
 * ended. A request that was in flight when the process ended is tried once more, alone, so that whoever ends it twice is
 * known, and has harmed nobody else.
 */
export class RendererService {
  readonly #env: Env;
  readonly #program: string;
  readonly #budgets: Budgets;
  readonly #gate: Gate;
  #current: Promise<RendererProcess> | undefined;
  readonly #retiring = new Set<RendererProcess>();
  #failedStarts = 0;
  #closed = false;

  constructor(env: Env, program: string, budgets: Budgets) {
    this.#env = env;
    this.#program = program;
    this.#budgets = budgets;
    this.#gate = new Gate(budgets.parallel);
  }

  /** Throws RENDER_CRASHED, RENDER_OUT_OF_MEMORY, RENDER_UNAVAILABLE, and what `exchange.answer` threw. */
  async request(exchange: Exchange, milliseconds: number, signal: AbortSignal): Promise<Reply> {
    for (let retries = 0; retries < maxInnocentRetries; retries++) {
      const first = await this.#gate.run(() => this.#attempt(exchange, milliseconds, signal), signal);
      if (!('gone' in first) && !lacksMemory(first)) return first;
      if ('gone' in first) {
        if (first.retired) continue;
        this.#env.log.warn('the renderer ended; what it was rendering is tried again', { reason: first.gone.message });
      }
      // Alone: memory may have run out because of one that had just ended, and the youngest is stopped then.
      const second = await this.#gate.run(() => this.#attempt(exchange, milliseconds, signal), signal, true);
      if (!('gone' in second)) return second;
      if (second.gone.outOfMemory) throw failure('RENDER_OUT_OF_MEMORY', {}, second.gone);
      throw failure('RENDER_CRASHED', { reason: second.gone.message }, second.gone);
    }
    throw failure('RENDER_UNAVAILABLE', { reason: 'it had to be replaced again and again' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const current = await this.#current?.catch(() => undefined);
    for (const process of [...this.#retiring, ...(current ? [current] : [])]) {
      process.kill('Holdfast is stopping');
      await process.ended;
    }
  }

  async #attempt(
    exchange: Exchange,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<Reply | { gone: ProcessGone; retired: boolean }> {
    const process = await this.#process();
    try {
      const reply = await process.exchange(exchange, milliseconds + silenceMs, signal);
      if (reply.head.type === 'error' && reply.head.stuck) this.#retire(process);
      return reply;
    } catch (error) {
      if (!(error instanceof ProcessGone)) throw error;
      return { gone: error, retired: this.#retiring.has(process) };
    }
  }

  async #process(): Promise<RendererProcess> {
    if (this.#closed) throw failure('RENDER_UNAVAILABLE', { reason: 'Holdfast is stopping' });
    const known = this.#current;
    const process = await known?.catch(() => undefined);
    if (process && !process.gone) return process;
    // Whoever waited for the same one may have started the next already.
    if (this.#current === known) this.#current = this.#start();
    this.#current ??= this.#start();
    return await this.#current;
  }

  async #start(): Promise<RendererProcess> {
    try {
      if (this.#failedStarts > 0) await this.#env.timers.sleep(Math.min(maxBackoffMs, 100 * 2 ** this.#failedStarts));
      const process = await RendererProcess.start(this.#env, this.#program, this.#budgets.memoryBytes);
      this.#failedStarts = 0;
      return process;
    } catch (error) {
      this.#failedStarts++;
      throw error;
    }
  }

  /** A request in it cannot be stopped: no new ones go there, and it ends when the others are done, or soon. */
  #retire(process: RendererProcess): void {
    if (this.#retiring.has(process)) return;
    this.#retiring.add(process);
    this.#current = undefined;
    const end = () => process.kill('a request in it could not be stopped');
    const cancel = this.#env.timers.after(retiringMs, end);
    // The reply that led here is still being handed over; look when that is done.
    queueMicrotask(() => {
      if (!process.busy) end();
    });
    void process.ended.then(() => {
      cancel();
      this.#env.timers.after(retiringMs, () => this.#retiring.delete(process));
    });
  }
}

function lacksMemory({ head }: Reply): boolean {
  return head.type === 'error' && head.code === 'RENDER_OUT_OF_MEMORY';
}
