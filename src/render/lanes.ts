import type { Env } from '../env/env.ts';
import { failure, HoldfastError } from '../errors.ts';
import type { Budgets } from './budgets.ts';
import type { Exchange, Reply } from './process.ts';
import type { RenderMessage } from './protocol.ts';
import { RendererService } from './service.ts';

/** What a render may take before it is one that takes long. */
const momentMs = 5_000;
/** Those that take long, at the same time. */
const slowParallel = 2;
/** More of them are sent away for now: whoever waits keeps others from being looked at. */
const slowWaiting = 30;
const maxRemembered = 10_000;

export type RenderExchange = Omit<Exchange, 'head'> & { head: RenderMessage };

/**
 * Renders that take long, or end the renderer, are done in a process of their own, few at a time: however many there are,
 * those that end in a moment wait for none of them. Which they are is found by trying.
 */
export class RenderLanes {
  readonly quick: RendererService;
  readonly #slow: RendererService;
  readonly #env: Env;
  readonly #budgets: Budgets;
  /** Signatures of those that took long, oldest first. */
  readonly #long = new Set<string>();
  #waiting = 0;

  constructor(env: Env, program: string, budgets: Budgets) {
    this.#env = env;
    this.#budgets = budgets;
    this.quick = new RendererService(env, program, budgets);
    this.#slow = new RendererService(env, program, { ...budgets, parallel: Math.min(slowParallel, budgets.parallel) });
  }

  async request(signature: string, exchange: RenderExchange, signal: AbortSignal): Promise<Reply> {
    const { milliseconds } = this.#budgets;
    if (!this.#long.has(signature)) {
      const moment = Math.min(momentMs, milliseconds);
      const reply = await this.#watched(signature, withTime(exchange, moment), moment, this.quick, signal);
      if (!this.#long.has(signature) || moment === milliseconds) return reply;
    }
    if (this.#waiting >= slowWaiting) throw failure('RENDER_BUSY', { count: this.#waiting });
    this.#waiting++;
    const began = this.#env.clock.monotonic();
    this.#long.delete(signature);
    try {
      return await this.#watched(signature, withTime(exchange, milliseconds), milliseconds, this.#slow, signal);
    } finally {
      this.#waiting--;
      if (this.#env.clock.monotonic() - began > momentMs) this.#remember(signature);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.quick.close(), this.#slow.close()]);
  }

  async #watched(
    signature: string,
    exchange: Exchange,
    milliseconds: number,
    service: RendererService,
    signal: AbortSignal,
  ): Promise<Reply> {
    try {
      const reply = await service.request(exchange, milliseconds, signal);
      if (reply.head.type === 'error' && reply.head.code === 'RENDER_TIMEOUT') this.#remember(signature);
      return reply;
    } catch (error) {
      const ended = error instanceof HoldfastError && /^RENDER_(CRASHED|OUT_OF_MEMORY)$/.test(error.code);
      if (ended) this.#remember(signature);
      throw error;
    }
  }

  #remember(signature: string): void {
    this.#long.add(signature);
    for (const oldest of this.#long) {
      if (this.#long.size <= maxRemembered) break;
      this.#long.delete(oldest);
    }
  }
}

function withTime({ head, ...rest }: RenderExchange, milliseconds: number): Exchange {
  return { ...rest, head: { ...head, budgets: { ...head.budgets, milliseconds } } };
}
