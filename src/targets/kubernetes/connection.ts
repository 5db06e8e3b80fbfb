import type { TlsOptions } from '../../env/env.ts';

/** What it takes to speak to an API server. Secrets: never print. */
export interface Credentials {
  headers: Record<string, string>;
  tls: TlsOptions;
}

/** One API server and who we are to it. */
export interface Connection {
  /** `https://host:port` */
  origin: string;
  /** What the server's address has behind its origin; '' mostly. */
  basePath: string;
  /** For people. */
  description: string;
  /** The namespace that the context names, `default` otherwise. */
  namespace: string;
  /** Kept until they expire; `renew` reads them anew, for when the server did not accept them. */
  credentials(options: { renew: boolean }, signal?: AbortSignal): Promise<Credentials>;
}

export function splitServer(server: string): { origin: string; basePath: string } | undefined {
  if (!URL.canParse(server)) return undefined;
  const url = new URL(server);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}
