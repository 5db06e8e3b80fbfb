import type { RelyingParty } from '../access/login/passkey.ts';

export interface Listening {
  /** Where it listens. */
  host: string;
  /** `https://holdfast.example`: what browsers call it, if that is configured. */
  publicURL?: string | undefined;
  tls?: unknown;
}

/** What the operator is for one request: the name it was called by, and what a browser may be trusted with there. */
export interface Place {
  /** `https://holdfast.example` */
  origin: string;
  /** Cookies go over https only. */
  isSecure: boolean;
  /** Nobody sends a password over plain http, but to this machine. */
  maySignIn: boolean;
  /** Undefined where browsers allow no passkeys: at addresses, and over plain http. */
  party: RelyingParty | undefined;
}

/**
 * Undefined for a name that is not ours: a page of `evil.example` that has its name point to 127.0.0.1 (DNS rebinding) still sends its
 * own name. Whoever listens on more than loopback has names that we do not know.
 */
export function placeOf(hostHeader: string, { host, publicURL, tls }: Listening): Place | undefined {
  const called = hostHeader.toLowerCase();
  const known = publicURL === undefined ? undefined : new URL(publicURL);
  if (known?.host === called) return placeAt(known);
  if (isLoopback(host) && !isLoopback(called.replace(/:\d+$/, ''))) return undefined;
  const url = URL.parse(`${tls === undefined ? 'http' : 'https'}://${called}`);
  return url === null || url.host === '' ? nowhere : placeAt(url);
}

/** Somebody without a name for us: neither a browser nor anybody who signs in. */
const nowhere: Place = { origin: '', isSecure: false, maySignIn: false, party: undefined };

function placeAt({ origin, protocol, hostname }: URL): Place {
  const isSecure = protocol === 'https:';
  const maySignIn = isSecure || isLoopback(hostname);
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return { origin, isSecure, maySignIn, party: maySignIn && !isAddress ? { origin, id: hostname } : undefined };
}

/** Where links lead that people open in a browser: by name, for browsers have passkeys for names only. */
export function homeOf(publicURL: string | undefined, url: string): string {
  const { origin, hostname } = new URL(publicURL ?? url);
  const isHere = isLoopback(hostname) || hostname === '0.0.0.0' || hostname === '[::]';
  return isHere ? origin.replace(hostname, 'localhost') : origin;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A path of ours to go back to, whatever was asked for: no other site's address passes for one, before dots are resolved or after. */
export function safeReturn(given: string | undefined, origin: string): string {
  if (given === undefined || !isPath(given) || given.length > 2_048) return '/';
  const url = URL.parse(given, origin);
  const path = url === null ? '' : url.pathname + url.search + url.hash;
  return url?.origin === origin && isPath(path) ? path : '/';
}

function isPath(text: string): boolean {
  return /^\/(?![/\\])[^\\\p{C}]*$/u.test(text);
}
