import { createHash, timingSafeEqual } from 'node:crypto';
import { failure } from '../errors.ts';

export interface Guarded {
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

/** Answers whoever asks: it says only that something listens. */
export const openPath = '/healthz';

/**
 * Throws where a request must not be answered. Runs before a byte of the body is read.
 * - Host: a page of `evil.example` that has its name point to 127.0.0.1 (DNS rebinding) still sends its own name.
 * - Origin: a page of another site may send simple requests, but the browser says from where.
 * - Token: everything but `/healthz`, unknown addresses included.
 */
export function createGuard(token: string, listenHost: string): (request: Guarded) => void {
  const expected = digest(token);
  return ({ url, headers }) => {
    const host = single(headers.host);
    if (!hostAllowed(host, listenHost)) throw failure('API_HOST_REFUSED', {});
    const origin = single(headers.origin);
    if (origin !== '' && origin !== `http://${host}`) throw failure('API_ORIGIN_REFUSED', {});
    const site = single(headers['sec-fetch-site']);
    if (site !== '' && site !== 'same-origin' && site !== 'none') throw failure('API_ORIGIN_REFUSED', {});
    if (url === openPath) return;
    const [, given = ''] = /^Bearer ([\w.~+/=-]+)$/i.exec(single(headers.authorization)) ?? [];
    // Digests have one length, so that the comparison takes one time.
    if (!timingSafeEqual(digest(given), expected)) throw failure('API_UNAUTHORIZED', {});
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
