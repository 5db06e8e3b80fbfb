import type { Place } from './place.ts';

/**
 * Over https the names say to browsers what the cookies must be: set by this very host, over https, for all of it. On plain loopback
 * there is no such thing.
 */
const names = {
  session: { secure: '__Host-holdfast', plain: 'holdfast_session' },
  login: { secure: '__Host-holdfast-login', plain: 'holdfast_login' },
} as const;

type Cookie = keyof typeof names;

/** A sign-in comes back from the provider's site: only a lax cookie comes with it. */
const sameSite = { session: 'Strict', login: 'Lax' } as const satisfies Record<Cookie, string>;

function nameOf(cookie: Cookie, { isSecure }: Place): string {
  return isSecure ? names[cookie].secure : names[cookie].plain;
}

export function readCookie(header: string, cookie: Cookie, place: Place): string | undefined {
  const name = nameOf(cookie, place);
  for (const part of header.split(';')) {
    const [key = '', value = ''] = part.trim().split('=', 2);
    if (key === name && /^[\w-]{1,4096}$/.test(value)) return value;
  }
  return undefined;
}

/** For `Set-Cookie`. An empty value with 0 seconds takes it away. */
export function cookieText(cookie: Cookie, place: Place, value: string, seconds: number): string {
  const secure = place.isSecure ? '; Secure' : '';
  const age = Math.max(0, Math.floor(seconds));
  return `${nameOf(cookie, place)}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=${sameSite[cookie]}${secure}`;
}
