import type { Env } from '../env/env.ts';
import type { GitCredentials } from '../git/repository.ts';
import type { CredentialEntry } from './schema.ts';

const maxSecretBytes = 64 * 1024;

/** Reads the secrets that the configuration points to. They are read anew on every call, so that they can be rotated. */
export async function readCredentials(env: Pick<Env, 'files' | 'processes'>, entries: readonly CredentialEntry[]): Promise<(url: string) => GitCredentials | undefined> {
  async function secret(file: string | undefined, variable: string | undefined): Promise<string | undefined> {
    if (file !== undefined) return new TextDecoder().decode(await env.files.read(file, maxSecretBytes)).trimEnd();
    return variable === undefined ? undefined : env.processes.variable(variable);
  }
  const known = await Promise.all(
    entries.map(async entry => {
      const [password, key, sshKnownHosts, tlsCa] = await Promise.all([
        secret(entry.passwordFile, entry.passwordVariable),
        secret(entry.sshKeyFile, entry.sshKeyVariable),
        secret(entry.knownHostsFile, undefined),
        secret(entry.caFile, undefined),
      ]);
      const credentials: GitCredentials = {
        ...(entry.username === undefined ? {} : { username: entry.username }),
        ...(password === undefined ? {} : { password }),
        // ssh refuses a key whose last line does not end.
        ...(key === undefined ? {} : { sshPrivateKey: `${key}\n` }),
        ...(sshKnownHosts === undefined ? {} : { sshKnownHosts }),
        ...(tlsCa === undefined ? {} : { tlsCa }),
        ...(entry.insecure ? { tlsInsecure: true } : {}),
      };
      return { prefix: entry.prefix, credentials };
    }),
  );
  known.sort((a, b) => b.prefix.length - a.prefix.length);
  return url => known.find(({ prefix }) => url.startsWith(prefix))?.credentials;
}
