import { z } from 'zod';
import type { Env } from '../../env/env.ts';
import { consent } from './command-line.ts';
import { seal, unseal } from './seal.ts';

/** Somebody may look for a password, or for their telephone. */
const patienceMs = 15 * 60_000;

const transaction = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectURL: z.string(),
  returnTo: z.string(),
  /** A command line that was allowed in, by somebody of this name. */
  commandLine: z.exactOptional(z.object({ given: consent, name: z.string() })),
  ends: z.number(),
});
export type LoginTransaction = z.infer<typeof transaction>;

/**
 * Sign-ins that a provider has to answer. The browser itself holds them, sealed: they cost nothing here, however many are begun, and one
 * that another browser began is worth nothing in this one.
 */
export class Transactions {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #key: Uint8Array;
  /** States that led to a session, with their end: none does twice. */
  readonly #used = new Map<string, number>();

  constructor(env: Pick<Env, 'clock' | 'random'>) {
    this.#env = env;
    this.#key = env.random.bytes(32);
  }

  seal(begun: Omit<LoginTransaction, 'ends'>): string {
    const ends = this.#env.clock.now() + patienceMs;
    return seal(this.#key, this.#env.random, JSON.stringify({ ...begun, ends } satisfies LoginTransaction));
  }

  /** Undefined when it is none of ours, is over, or was used. */
  open(sealed: string | undefined): LoginTransaction | undefined {
    const text = unseal(this.#key, sealed ?? '');
    if (text === undefined) return undefined;
    const begun = transaction.parse(JSON.parse(text));
    return this.#env.clock.now() < begun.ends && !this.#used.has(begun.state) ? begun : undefined;
  }

  use({ state, ends }: LoginTransaction): void {
    const now = this.#env.clock.now();
    for (const [old, end] of this.#used) if (end <= now) this.#used.delete(old);
    this.#used.set(state, ends);
  }
}
