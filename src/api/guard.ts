import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../access/access.ts';
import { isCommandLineSecret } from '../access/login/command-line.ts';
import { owner, type Subject } from '../access/subject.ts';
import { failure } from '../errors.ts';
import { readCookie } from './cookies.ts';
import type { Place } from './place.ts';

export interface Guarded {
  method: string;
  /** The address as the server understands it, `/api/v1/applications/:name`; undefined where there is none. */
  route: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  /** Answered whoever asks. */
  isOpen: boolean;
}

/** Who asks, and whether what they showed still counts: it may be revoked, or end. */
export interface Session {
  readonly subject: Subject;
  /** What the cookie holds, where somebody signed in. */
  readonly secret?: string;
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
 * - Origin: a page of another site may send simple requests, but the browser says from where. It may lead here, but to pages only.
 * - Token: the operator's own, an account's, that of a project's role, or a command line's that somebody let in. Who shows one is not asked for a cookie.
 * - Cookie: of somebody who signed in. Browsers send it by themselves, so that whatever changes something has to come from a page of ours.
 */
export function createGuard(token: string, access: Access): (request: Guarded, place: Place) => Promise<Session> {
  const expected = digest(token);

  async function withToken(given: string): Promise<Session | undefined> {
    // Digests have one length, so that the comparison takes one time.
    if (timingSafeEqual(digest(given), expected)) return { subject: owner, isGood: () => true };
    if (isCommandLineSecret(given)) return await withSecret(given);
    const subject = access.withToken(given);
    return subject && { subject, isGood: () => access.withToken(given)?.name === subject.name };
  }

  async function withSecret(secret: string): Promise<Session | undefined> {
    const subject = await access.signIn.recognise(secret);
    return subject && { subject, secret, isGood: () => access.signIn.stillGood(secret, subject) };
  }

  return async ({ method, route, headers, isOpen }, place) => {
    const isPage = route !== undefined && !route.startsWith('/api/');
    const from = whereFrom(headers, place);
    if (from === 'elsewhere' && !(isPage && isLed(method, headers))) throw failure('API_ORIGIN_REFUSED', {});
    // Of pages nobody is asked who they are: what is to be kept from somebody is not in them.
    if (isOpen && isPage) return nobody;
    const authorization = single(headers.authorization);
    if (authorization !== '') {
      const [, given = ''] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? [];
      const session = await withToken(given);
      if (session !== undefined) return session;
      if (isOpen && method === 'GET') return nobody;
      throw failure('API_UNAUTHORIZED', {});
    }
    if (method !== 'GET' && from !== 'here') {
      // Without a token it can only be a browser.
      if (isOpen || single(headers.cookie) !== '') throw failure('API_ORIGIN_REFUSED', {});
    }
    const secret = readCookie(single(headers.cookie), 'session', place);
    // What a command line has is for its headers: a browser sends cookies by itself.
    const isBrowsers = secret !== undefined && !isCommandLineSecret(secret);
    const session = isBrowsers ? await withSecret(secret) : undefined;
    if (session !== undefined) return session;
    if (isOpen) return nobody;
    throw failure('API_UNAUTHORIZED', {});
  };
}

/** What the browser says about the page that asks; nothing, when it is none. */
function whereFrom(headers: Guarded['headers'], place: Place): 'here' | 'elsewhere' | undefined {
  const [origin, site] = [single(headers.origin), single(headers['sec-fetch-site'])];
  if (origin !== '' && origin !== place.origin) return 'elsewhere';
  if (site !== '' && site !== 'same-origin' && site !== 'none') return 'elsewhere';
  // `none`: the person typed the address. That sends no form of ours.
  return (origin !== '' && origin === place.origin) || site === 'same-origin' ? 'here' : undefined;
}

/** By a link on another site, or by the provider sending the browser back. */
function isLed(method: string, headers: Guarded['headers']): boolean {
  const isPage = single(headers['sec-fetch-mode']) === 'navigate' && single(headers['sec-fetch-dest']) === 'document';
  return method === 'GET' && isPage && single(headers.origin) === '';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function single(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
