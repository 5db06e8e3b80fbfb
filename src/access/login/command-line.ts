import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Env } from '../../env/env.ts';
import { failure, type HoldfastError } from '../../errors.ts';
import { sameHash } from '../accounts.ts';
import { hashOf } from '../tokens.ts';
import type { SessionRecord } from './records.ts';
import { seal, unseal } from './seal.ts';
import type { Sessions } from './sessions.ts';
import type { Opened } from './sign-in.ts';

/*
 * How a command line comes to have a session of its own (RFC 8252, RFC 7636): it listens on loopback and leads a browser here; who is
 * signed in there allows it; the browser brings a code to the loopback, and whoever has the code and what the challenge was made of
 * gets the session. Neither is enough by itself, and no script of a page gets to see the code.
 */

/** Beginning of what a command line shows, so that it is neither looked for among tokens nor taken from a cookie. */
const prefix = 'hfs_';
/** Between what one allows and what the browser does then. */
const consentMs = 15 * 60_000;
/** A program that waits for the code takes it at once. */
const codeMs = 60_000;
const maxCodes = 1_000;

/** What a command line asks with. */
export interface CommandLineAsks {
  /** On loopback. */
  port: number;
  /** SHA-256 of what it will prove itself by, base64url. */
  challenge: string;
  /** What it knows its own answer by. */
  state: string;
}

export const consent = z.object({
  ...{ port: z.number(), challenge: z.string(), state: z.string() },
  /** Hash of the session in which it was allowed. */
  approver: z.string(),
  ends: z.number(),
});
export type Consent = z.infer<typeof consent>;

interface Code {
  challenge: string;
  approver: string;
  ends: number;
  open: (secret: string) => Opened;
}

export function isCommandLineSecret(text: string): boolean {
  return text.startsWith(prefix);
}

export class CommandLines {
  readonly #env: Pick<Env, 'clock' | 'random'>;
  readonly #sessions: Sessions;
  readonly #key: Uint8Array;
  /** By the hash of the code. */
  readonly #codes = new Map<string, Code>();

  constructor(env: Pick<Env, 'clock' | 'random'>, sessions: Sessions) {
    this.#env = env;
    this.#sessions = sessions;
    this.#key = env.random.bytes(32);
  }

  /** What the browser shows next to have it happen; worth nothing without the cookie of the same session. */
  allow(asked: CommandLineAsks, { hash }: SessionRecord): string {
    const ends = this.#env.clock.now() + consentMs;
    return seal(this.#key, this.#env.random, JSON.stringify({ ...asked, approver: hash, ends } satisfies Consent));
  }

  /** What was allowed, and in which session. Throws LOGIN_CODE_INVALID. */
  allowed(ticket: string, secret: string): { given: Consent; approver: SessionRecord } {
    const text = unseal(this.#key, ticket);
    const given = text === undefined ? undefined : consent.parse(JSON.parse(text));
    const approver = this.#sessions.find(secret);
    if (given === undefined || approver === undefined || given.approver !== approver.hash)
      throw refused('it was not allowed in this browser');
    if (given.ends <= this.#env.clock.now()) throw refused('it was allowed too long ago');
    return { given, approver };
  }

  /** Where the browser brings the code to. */
  admit(given: Consent, open: (secret: string) => Opened): string {
    const now = this.#env.clock.now();
    for (const [hash, { ends }] of this.#codes) if (ends <= now) this.#codes.delete(hash);
    if (this.#codes.size >= maxCodes) throw failure('LOGIN_BUSY', {});
    const code = Buffer.from(this.#env.random.bytes(32)).toString('base64url');
    const { challenge, approver } = given;
    this.#codes.set(hashOf(code), { challenge, approver, ends: now + codeMs, open });
    return loopback(given, { code });
  }

  /** The session that is the answer to the code. It counts once, whoever brings it. Throws LOGIN_CODE_INVALID. */
  redeem(code: string, verifier: string): Opened {
    const hash = hashOf(code);
    const found = this.#codes.get(hash);
    this.#codes.delete(hash);
    if (found === undefined || found.ends <= this.#env.clock.now())
      throw refused('the code is not known, was used, or is older than a minute');
    const proven = createHash('sha256').update(verifier).digest('base64url');
    if (!sameHash(proven, found.challenge)) throw refused('another one began it');
    if (this.#sessions.withHash(found.approver) === undefined)
      throw refused('the session in which it was allowed has ended');
    return found.open(prefix + this.#sessions.newSecret());
  }
}

/** Always this machine, as the browser sees it, and never a name that could lead elsewhere. */
export function loopback(
  { port, state }: Pick<CommandLineAsks, 'port' | 'state'>,
  said: Record<string, string>,
): string {
  return `http://127.0.0.1:${port}/?${new URLSearchParams({ ...said, state })}`;
}

function refused(reason: string): HoldfastError {
  return failure('LOGIN_CODE_INVALID', { reason });
}
