import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import type { CredentialEntry } from './schema.ts';

/** How to log in somewhere. Values are secrets: they go to the server and nowhere else. */
export interface Credentials {
  username?: string;
  password?: string;
  sshPrivateKey?: string;
  /** Lines of a known_hosts file. Required for ssh: unknown hosts are refused. */
  sshKnownHosts?: string;
  tlsCa?: string;
  tlsInsecure?: boolean;
}

const maxSecretBytes = 256 * 1024;

/**
 * Reads all secrets that the configuration points to, and answers by address. Call again for those that were changed since. Throws
 * FILE_NOT_FOUND or CONFIG_INVALID when one cannot be had: to go on without it would ask servers as a stranger.
 */
export async function readCredentials(
  env: Pick<Env, 'files' | 'processes'>,
  entries: readonly CredentialEntry[],
): Promise<(url: string) => Credentials | undefined> {
  const known = await Promise.all(
    entries.map(async entry => ({ prefix: entry.prefix, credentials: await read(env, entry) })),
  );
  known.sort((a, b) => b.prefix.length - a.prefix.length);
  return url => known.find(({ prefix }) => isBelow(url, prefix))?.credentials;
}

async function read(env: Pick<Env, 'files' | 'processes'>, entry: CredentialEntry): Promise<Credentials> {
  async function secret(file: string | undefined, variable: string | undefined): Promise<string | undefined> {
    if (file !== undefined) return new TextDecoder().decode(await env.files.read(file, maxSecretBytes)).trimEnd();
    if (variable === undefined) return undefined;
    const value = env.processes.variable(variable);
    if (value !== undefined && value !== '') return value;
    const reason = `the environment variable ${variable} is not set (credentials of ${entry.prefix})`;
    throw failure('CONFIG_INVALID', { file: 'environment', line: 1, column: 1, reason });
  }
  const password = await secret(entry.passwordFile, entry.passwordVariable);
  const key = await secret(entry.sshKeyFile, entry.sshKeyVariable);
  const sshKnownHosts = await secret(entry.knownHostsFile, undefined);
  const tlsCa = await secret(entry.caFile, undefined);
  return {
    ...(entry.username !== undefined && { username: entry.username }),
    ...(password !== undefined && { password }),
    // ssh refuses a key whose last line does not end.
    ...(key !== undefined && { sshPrivateKey: `${key}\n` }),
    ...(sshKnownHosts !== undefined && { sshKnownHosts }),
    ...(tlsCa !== undefined && { tlsCa }),
    ...(entry.insecure && { tlsInsecure: true }),
  };
}

/** Ends at a border: what is for `https://host/org` is neither for `https://host/organisation` nor for `https://host.evil`. */
export function isBelow(url: string, prefix: string): boolean {
  if (!url.startsWith(prefix)) return false;
  const rest = url.slice(prefix.length);
  return rest === '' || rest === '.git' || rest.startsWith('/') || /[/:]$/.test(prefix);
}
