import type { Credentials } from '../config/credentials.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { WithAccess } from './access.ts';
import type { Gate } from './gate.ts';
import { createHttpTransport } from './http-transport.ts';
import type { RemoteRefs } from './ls-refs.ts';
import type { Access, GitProgram } from './program.ts';
import { listWithProgram } from './program-refs.ts';
import type { RepositoryUrl } from './url.ts';

/** The other side of a mirror. */
export interface Remote {
  /** Refs that begin with one of the prefixes. */
  list(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRefs>;
  /** See `HttpTransport`; not over other transports. */
  pack?(wants: readonly string[], haves: readonly string[], signal: AbortSignal): Promise<Buffer>;
  /** What a git program needs to fetch from it; waits its turn among all repositories. */
  access<Result>(signal: AbortSignal, work: (access: Access) => Promise<Result>): Promise<Result>;
  /** For the git program. */
  href(): string;
  close(): Promise<void>;
}

export interface RemoteParts {
  env: Env;
  git: GitProgram;
  url: RepositoryUrl;
  credentials: () => Credentials;
  /** Of the mirror. */
  directory: string;
  withAccess: WithAccess;
  gate: Gate;
  denies: ((address: string) => string | undefined) | undefined;
}

export function createRemote(parts: RemoteParts): Remote {
  return parts.url.transport === 'http' ? httpRemote(parts) : programRemote(parts);
}

function httpRemote({ env, url, credentials, withAccess, gate, denies }: RemoteParts): Remote {
  const transport = createHttpTransport(env, url, credentials, denies);
  return {
    list: transport.list,
    pack: transport.pack,
    href: () => transport.reached().url.href,
    close: transport.close,
    async access(signal, work) {
      const leave = await gate(signal);
      try {
        const { url: reached, authorization } = transport.reached();
        const addresses = denies === undefined ? [] : await allowedAddresses(env, reached.host, denies);
        const login = authorization === undefined ? {} : { authorization };
        const request = { url: reached, credentials: credentials(), addresses, ...login };
        return await withAccess(request, work);
      } finally {
        leave();
      }
    },
  };
}

function programRemote({ env, git, url, credentials, directory, withAccess, gate, denies }: RemoteParts): Remote {
  async function access<Result>(signal: AbortSignal, work: (access: Access) => Promise<Result>): Promise<Result> {
    const leave = await gate(signal);
    try {
      if (url.transport === 'ssh' && denies !== undefined) await allowedAddresses(env, url.host, denies);
      return await withAccess({ url, credentials: credentials() }, work);
    } finally {
      leave();
    }
  }

  return {
    list: (prefixes, signal) =>
      access(signal, granted => listWithProgram(git, directory, url, granted, prefixes, signal)),
    access,
    href: () => url.href,
    close: async () => {},
  };
}

/** Throws NET_FORBIDDEN. */
async function allowedAddresses(
  env: Env,
  host: string,
  denies: (address: string) => string | undefined,
): Promise<string[]> {
  const addresses = await env.net.addresses(host);
  for (const address of addresses) {
    const reason = denies(address);
    if (reason !== undefined) throw failure('NET_FORBIDDEN', { host, reason });
  }
  return addresses;
}
