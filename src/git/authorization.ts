import type { Credentials } from '../config/credentials.ts';

export interface Authorizations {
  /** Value of the `Authorization` header; undefined without credentials. */
  value(): string | undefined;
  /** The server refused with these `WWW-Authenticate` values: true when there is another way to say it. */
  challenged(wants: string): boolean;
}

/** Basic at first, which Git hosts take for tokens, too; a token as Bearer where the server asks for nothing else. */
export function authorizations(credentials: () => Credentials): Authorizations {
  let scheme: 'Basic' | 'Bearer' = 'Basic';
  return {
    value() {
      const { username, password } = credentials();
      if (password === undefined && username === undefined) return undefined;
      if (scheme === 'Bearer') return `Bearer ${password}`;
      return `Basic ${Buffer.from(`${username ?? 'git'}:${password ?? ''}`).toString('base64')}`;
    },
    challenged(wants) {
      const { password } = credentials();
      if (scheme === 'Bearer' || password === undefined || !/^[\w.~+/=-]+$/.test(password)) return false;
      if (!/\bbearer\b/i.test(wants) || /\bbasic\b/i.test(wants)) return false;
      scheme = 'Bearer';
      return true;
    },
  };
}
