import type { OperatorConfig } from '../../../src/config/schema.ts';
import type { Env } from '../../../src/env/env.ts';
import { type Holdfast, startHoldfast } from '../../../src/main.ts';
import type { Life } from './life.ts';

export interface OperatorParts {
  disk: string;
  env: Env;
  config: OperatorConfig;
  life: Life;
  /** Runs the world until the condition holds or so much virtual time passed. */
  runUntil(condition: () => boolean, ms: number): Promise<boolean>;
}

/** An operator ends within this virtual time when it is asked to, or something is wrong. */
const stopMs = 120_000;

/** One process of Holdfast in the simulated world, from its start to its crash or stop. */
export class SimOperator {
  readonly env: Env;
  /** The machine that it runs on. */
  readonly disk: string;
  readonly #life: Life;
  readonly #runUntil: OperatorParts['runUntil'];
  readonly #signal = new AbortController();
  #holdfast: Holdfast | undefined;
  #failure: unknown;

  constructor({ disk, env, config, life, runUntil }: OperatorParts) {
    this.disk = disk;
    this.env = env;
    this.#life = life;
    this.#runUntil = runUntil;
    startHoldfast(env, config, this.#signal.signal).then(
      holdfast => {
        this.#holdfast = holdfast;
      },
      error => {
        this.#failure = error;
        life.crash();
      },
    );
  }

  /** When it has started. */
  get holdfast(): Holdfast | undefined {
    return this.alive ? this.#holdfast : undefined;
  }

  get alive(): boolean {
    return this.#life.alive;
  }

  /** Why it ended by itself, where it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** kill -9 */
  crash(): void {
    this.#life.crash();
    this.#holdfast = undefined;
  }

  /** With its machine; whether or not it was dead by then. */
  losePower(): void {
    this.crash();
    this.#life.losePower();
  }

  /** SIGSTOP, and SIGCONT after so long. */
  pause(ms: number): void {
    this.#life.pause(ms);
  }

  /** SIGTERM: resolves when it has ended. Runs the world meanwhile. */
  async stop(options?: { stopProcesses?: boolean }): Promise<void> {
    if (!this.alive) return;
    let ended = false;
    this.#signal.abort(new Error('SIGTERM'));
    const closing = this.#holdfast?.close(options) ?? Promise.resolve();
    closing.then(
      () => {
        ended = true;
      },
      error => {
        this.#failure = error;
        ended = true;
      },
    );
    const isOver = () => !this.alive || (this.#holdfast === undefined ? false : ended);
    const held = await this.#runUntil(isOver, stopMs);
    if (!held) throw new Error(`the operator did not stop within ${stopMs} virtual ms`);
    const failed = this.#holdfast === undefined ? undefined : this.#failure;
    this.crash();
    if (failed !== undefined) throw failed;
  }
}
