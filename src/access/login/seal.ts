import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Env } from '../../env/env.ts';

type Random = Env['random'];

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Text that only the holder of the key (32 bytes) can read, and nobody can change. */
export function seal(key: Uint8Array, random: Random, text: string): string {
  const iv = random.bytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv);
  const sealed = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()]);
  return Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64url');
}

/** Undefined for what this key did not seal. */
export function unseal(key: Uint8Array, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < ivBytes + tagBytes) return undefined;
  try {
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** A key for one use, of a secret for many. */
export function keyFor(use: string, secret: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(use).digest();
}

/** Challenges that nobody has to remember until they come back: they say by themselves for what and until when they are good. */
export class Challenges {
  readonly #random: Random;
  readonly #key: Uint8Array;
  /** Those that were answered, with their end: each counts once. Whoever adds one here has signed in by it. */
  readonly #used = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
    this.#key = random.bytes(32);
  }

  make(about: string, ends: number): string {
    const head = `${Buffer.from(this.#random.bytes(18)).toString('base64url')}.${ends.toString(36)}`;
    return Buffer.from(`${head}.${this.#mark(head, about)}`).toString('base64url');
  }

  /** Whether it was made here for this, is not over, and was not taken before. */
  isGood(challenge: string, about: string, now: number): boolean {
    const [nonce = '', end = '', mark = ''] = Buffer.from(challenge, 'base64url').toString('latin1').split('.');
    const expected = Buffer.from(this.#mark(`${nonce}.${end}`, about));
    const given = Buffer.from(mark);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    return now < Number.parseInt(end, 36) && !this.#used.has(nonce);
  }

  /** It was answered well. */
  use(challenge: string, now: number): void {
    const [nonce = '', end = ''] = Buffer.from(challenge, 'base64url').toString('latin1').split('.');
    for (const [old, ends] of this.#used) if (ends <= now) this.#used.delete(old);
    this.#used.set(nonce, Number.parseInt(end, 36));
  }

  #mark(head: string, about: string): string {
    return createHmac('sha256', this.#key).update(`${head}\0${about}`).digest('base64url');
  }
}
