import { createHash } from 'node:crypto';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { TokenRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

export type TokenStore = Pick<Store, 'tokens' | 'saveToken' | 'dropTokens'>;
type TokenEnv = Pick<Env, 'clock' | 'random'>;

export interface TokenRequest {
  project: string;
  role: string;
  name: string;
  /** Milliseconds from now; undefined: it has no end. */
  lifetime: number | undefined;
}

const maxTokens = 10_000;
/** When one was used is written down this often. */
const noteMs = 60_000;
/** How long those that ended are still listed. */
const keepEndedMs = 90 * 24 * 3_600_000;

/** A new secret: 256 random bits, and a beginning that scanners for leaked secrets can look for. */
export function newToken(random: Env['random']): string {
  return `hft_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}

/** What is kept of a token, and looked for: nobody can tell the token from it. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The tokens of projects' roles. They live in the store, as hashes: whoever loses the store makes new ones. */
export class ProjectTokens {
  readonly #env: TokenEnv;
  readonly #store: TokenStore;
  readonly #byHash = new Map<string, TokenRecord>();

  constructor(env: TokenEnv, store: TokenStore) {
    this.#env = env;
    this.#store = store;
    for (const record of store.tokens()) this.#byHash.set(record.hash, record);
  }

  /** Newest first, those that ended lately included. */
  list(): TokenRecord[] {
    return [...this.#byHash.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  /** By the hash of a token that somebody shows; undefined when it is not (or no longer) good. */
  withHash(hash: string): TokenRecord | undefined {
    const record = this.#byHash.get(hash);
    return record !== undefined && this.isGood(record) ? record : undefined;
  }

  isGood({ revokedAt, expiresAt }: TokenRecord): boolean {
    return revokedAt === undefined && (expiresAt === undefined || this.#env.clock.now() < expiresAt);
  }

  /** The token is in the answer, and nowhere else. Throws TOKEN_EXISTS, TOKEN_LIMIT. */
  create({ project, role, name, lifetime }: TokenRequest, by: string): { record: TokenRecord; token: string } {
    this.#dropOld();
    const all = [...this.#byHash.values()];
    if (all.length >= maxTokens) throw failure('TOKEN_LIMIT', { limit: maxTokens });
    const isSame = (other: TokenRecord) => other.project === project && other.role === role && other.name === name;
    if (all.some(other => isSame(other) && this.isGood(other))) throw failure('TOKEN_EXISTS', { project, role, name });
    const token = newToken(this.#env.random);
    const now = this.#env.clock.now();
    const record: TokenRecord = {
      id: Buffer.from(this.#env.random.bytes(8)).toString('hex'),
      ...{ name, project, role, hash: hashOf(token), createdAt: now, createdBy: by },
      ...(lifetime === undefined ? {} : { expiresAt: now + lifetime }),
    };
    this.#save(record);
    return { record, token };
  }

  /** Ends it for good. Throws TOKEN_NOT_FOUND; one that was revoked before stays as it is. */
  revoke(id: string, by: string): TokenRecord {
    const record = this.find(id);
    if (record === undefined) throw failure('TOKEN_NOT_FOUND', { id });
    if (record.revokedAt !== undefined) return record;
    const revoked = { ...record, revokedAt: this.#env.clock.now(), revokedBy: by };
    this.#save(revoked);
    return revoked;
  }

  /** Somebody who shows it was let in. */
  touch(record: TokenRecord): void {
    const now = this.#env.clock.now();
    if (now - (record.usedAt ?? 0) >= noteMs) this.#save({ ...record, usedAt: now }, 'soon');
  }

  find(id: string): TokenRecord | undefined {
    return [...this.#byHash.values()].find(record => record.id === id);
  }

  #save(record: TokenRecord, urgency: 'soon' | 'durable' = 'durable'): void {
    this.#byHash.set(record.hash, record);
    this.#store.saveToken(record, urgency);
  }

  #dropOld(): void {
    const before = this.#env.clock.now() - keepEndedMs;
    const old = [...this.#byHash.values()].filter(
      ({ revokedAt, expiresAt }) => (revokedAt ?? expiresAt ?? Infinity) < before,
    );
    for (const { hash } of old) this.#byHash.delete(hash);
    if (old.length > 0) this.#store.dropTokens(old.map(({ id }) => id));
  }
}
