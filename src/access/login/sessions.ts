import type { Env } from '../../env/env.ts';
import type { Store } from '../../store/store.ts';
import { hashOf } from '../tokens.ts';
import { Kept } from './kept.ts';
import { type SessionRecord, sessionRecord } from './records.ts';

const minute = 60_000;
/** Without a request, a session ends after this. */
const idleMs = 12 * 60 * minute;
/** However it is used, it ends after this. */
export const longestMs = 7 * 24 * 60 * minute;
/** When it was used is written down this often. */
const noteMs = minute;
/** Of one name; with one more, the one that was used longest ago ends. */
const maxOfName = 20;

export type NewSession = Pick<SessionRecord, 'name' | 'through'> &
  Partial<Pick<SessionRecord, 'oidc' | 'endsAt' | 'client'>>;

/** What it is called by those who may know of it: the hash says nothing about the secret, and this nothing about the hash. */
export function idOfSession({ hash }: SessionRecord): string {
  return hashOf(`session ${hash}`).slice(0, 16);
}

/** Who is signed in. The browser has a secret, the store its hash; nobody can make one of the other. */
export class Sessions {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #kept: Kept<SessionRecord>;

  constructor(env: Pick<Env, 'clock' | 'random'>, store: Pick<Store, 'kept' | 'keep'>) {
    this.#env = env;
    this.#kept = new Kept(store, 'session', sessionRecord, ({ hash }) => hash);
  }

  /** What the cookie will hold. Drawn anew at every sign-in: one that was planted before is worth nothing after. */
  newSecret(): string {
    return Buffer.from(this.#env.random.bytes(32)).toString('base64url');
  }

  open(secret: string, { name, through, oidc, client, endsAt = Infinity }: NewSession): SessionRecord {
    const now = this.#env.clock.now();
    for (const one of this.#kept.values()) if (!this.#isGood(one)) this.#kept.drop(one);
    const others = this.of(name).sort((a, b) => b.seenAt - a.seenAt);
    for (const one of others.slice(maxOfName - 1)) this.#kept.drop(one);
    return this.#kept.save({
      ...{ hash: hashOf(secret), name, through, createdAt: now, seenAt: now },
      endsAt: Math.min(endsAt, now + longestMs),
      ...(oidc === undefined ? {} : { oidc }),
      ...(client === undefined ? {} : { client }),
    });
  }

  /** Undefined when there is none, or it has ended. */
  find(secret: string): SessionRecord | undefined {
    return this.withHash(hashOf(secret));
  }

  withHash(hash: string): SessionRecord | undefined {
    const found = this.#kept.get(hash);
    return found !== undefined && this.#isGood(found) ? found : undefined;
  }

  list(): SessionRecord[] {
    return this.#kept.values().filter(one => this.#isGood(one));
  }

  of(name: string): SessionRecord[] {
    return this.list().filter(one => one.name === name);
  }

  /** All of the same person: of two who are called the same, here and at a provider, none sees the other's. */
  ofSame({ name, oidc }: SessionRecord): SessionRecord[] {
    return this.of(name).filter(one => one.oidc?.issuer === oidc?.issuer && one.oidc?.subject === oidc?.subject);
  }

  /** It was used now. */
  touch(record: SessionRecord): void {
    const now = this.#env.clock.now();
    if (now - record.seenAt >= noteMs) this.#kept.save({ ...record, seenAt: now }, 'soon');
  }

  /** No effect on one that ended meanwhile. */
  update(record: SessionRecord): void {
    if (this.#kept.get(record.hash) !== undefined) this.#kept.save(record);
  }

  end(record: SessionRecord): void {
    this.#kept.drop(record);
  }

  /** All of a name but one. */
  endAll(name: string, except?: string): void {
    for (const one of this.of(name)) if (one.hash !== except) this.#kept.drop(one);
  }

  #isGood({ seenAt, endsAt }: SessionRecord): boolean {
    const now = this.#env.clock.now();
    return now < endsAt && now - seenAt < idleMs;
  }
}
