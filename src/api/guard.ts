import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../access/access.ts';
import { owner, type Subject } from '../access/subject.ts';
import { failure } from '../errors.ts';

export interface Guarded {
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

/** Who asks, and whether what they showed still counts: it may be revoked, or end. */
export interface Session {
  readonly subject: Subject;
  isGood(): boolean;
}

/** Before anybody is known. */
export const nobody: Session = { subject: { name: '', groups: [] }, isGood: () => false };

/** Answers whoever asks: it says only that something listens. */
export const openPath = '/healthz';
/** And that it has read what is declared, or has not. */
export const readyPath = '/readyz';

/**
 * Says who asks; throws where a request must not be answered at all. Runs before a byte of the body is read.
 * - Host: a page of `evil.example` that has its name point to 127.0.0.1 (DNS rebinding) still sends its own name.
 * - Origin: a page of another site may send simple requests, but the browser says from where.
 * - Token: everything but `/healthz` and `/readyz`, unknown addresses included. The operator's own, an account's, or that of a project's role.
 */
export function createGuard(token: string, access: Access, listenHost: string): (request: Guarded) => Session {
  const expected = digest(token);
  return ({ url, headers }) => {
    const host = single(headers.host);
    if (!hostAllowed(host, listenHost)) throw failure('API_HOST_REFUSED', {});
    const origin = single(headers.origin);
    if (origin !== '' && origin !== `http://${host}`) throw failure('API_ORIGIN_REFUSED', {});
    const site = single(headers['sec-fetch-site']);
    if (site !== '' && site !== 'same-origin' && site !== 'none') throw failure('API_ORIGIN_REFUSED', {});
    if (url === openPath || url === readyPath) return nobody;
    const [, given = ''] = /^Bearer ([\w.~+/=-]+)$/i.exec(single(headers.authorization)) ?? [];
    // Digests have one length, so that the comparison takes one time.
    if (timingSafeEqual(digest(given), expected)) return { subject: owner, isGood: () => true };
    const subject = access.withToken(given);
    if (subject === undefined) throw failure('API_UNAUTHORIZED', {});
    return { subject, isGood: () => access.withToken(given)?.name === subject.name };
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function single(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function hostAllowed(header: string, listenHost: string): boolean {
  // Whoever listens on more than loopback has names that we do not know.
  if (!isLoopback(listenHost)) return true;
  return isLoopback(header.toLowerCase().replace(/:\d+$/, ''));
}
