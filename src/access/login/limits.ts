import { createHash } from 'node:crypto';
import type { Env } from '../../env/env.ts';
import { failure } from '../../errors.ts';
import { networkOf } from './network.ts';

/**
 * Counts by name that shrink with time, in a table of fixed size: names share cells, so that a count may be too high and is never too
 * low. Nothing is ever thrown out, whatever names it is flooded with; and who shares all its cells with somebody cannot be chosen, for
 * the places are drawn by a secret.
 */
export class LeakyCounts {
  readonly #salt: Uint8Array;
  readonly #leakMs: number;
  /** When each cell will be empty: one number says how full it is at any moment. */
  readonly #emptyAt: Float64Array[];

  /** One is forgotten every `leakMs`. 4 rows of `cells` numbers of 8 bytes. */
  constructor({ salt, leakMs, cells }: { salt: Uint8Array; leakMs: number; cells: number }) {
    this.#salt = salt;
    this.#leakMs = leakMs;
    this.#emptyAt = [0, 1, 2, 3].map(() => new Float64Array(cells));
  }

  count(name: string, now: number): number {
    const levels = this.#cells(name).map(([row, cell]) => ((row[cell] ?? 0) - now) / this.#leakMs);
    return Math.max(0, Math.min(...levels));
  }

  /** `by` may be negative: to take one back. */
  add(name: string, by: number, now: number): void {
    for (const [row, cell] of this.#cells(name)) row[cell] = Math.max(now, row[cell] ?? 0) + by * this.#leakMs;
  }

  #cells(name: string): [Float64Array, number][] {
    const digest = createHash('sha256').update(this.#salt).update(name).digest();
    return this.#emptyAt.map((row, i) => [row, digest.readUInt32LE(i * 4) % row.length]);
  }
}

const minute = 60_000;
/** Wrong passwords: of one address, and then one more every 10 s. */
const perAddress = { most: 30, leakMs: 10_000, cells: 16_384 };
/** Of one name from one address, and then one more every 5 minutes. */
const perPair = { most: 6, leakMs: 5 * minute, cells: 65_536 };
/** Of one name from anywhere, and then one more every 30 s: beyond it, each address has one attempt at a time. */
const perName = { most: 60, leakMs: 30_000, cells: 16_384 };

/**
 * How often passwords may be tried. A name that is guessed at from everywhere still lets in who knows the password at the first
 * attempt from an address that has not guessed: nobody can lock somebody out. Names that exist and names that do not count alike.
 */
export class LoginLimits {
  readonly #clock: Env['clock'];
  readonly #addresses: LeakyCounts;
  readonly #pairs: LeakyCounts;
  readonly #names: LeakyCounts;

  constructor({ clock, random }: Pick<Env, 'clock' | 'random'>) {
    this.#clock = clock;
    this.#addresses = new LeakyCounts({ salt: random.bytes(16), ...perAddress });
    this.#pairs = new LeakyCounts({ salt: random.bytes(16), ...perPair });
    this.#names = new LeakyCounts({ salt: random.bytes(16), ...perName });
  }

  /** Counts an attempt before it is known how it ends; the answer takes it back. Throws LOGIN_LIMITED. */
  attempt(name: string, address: string): () => void {
    const now = this.#clock.monotonic();
    const network = networkOf(address);
    const pair = `${name.toLowerCase()}\0${network}`;
    const counts = [
      [this.#addresses, network],
      [this.#pairs, pair],
      [this.#names, name.toLowerCase()],
    ] as const;
    const isBesieged = this.#names.count(name.toLowerCase(), now) >= perName.most;
    const mayTry =
      this.#addresses.count(network, now) <= perAddress.most - 1 &&
      this.#pairs.count(pair, now) <= (isBesieged ? 0 : perPair.most - 1);
    if (!mayTry) throw failure('LOGIN_LIMITED', {});
    for (const [table, key] of counts) table.add(key, 1, now);
    return () => {
      for (const [table, key] of counts) table.add(key, -1, this.#clock.monotonic());
    };
  }
}
