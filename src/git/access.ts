import type { Credentials } from '../config/credentials.ts';
import type { Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { baseSettings, gitConfigText } from './config-file.ts';
import type { Access } from './program.ts';
import type { RepositoryUrl } from './url.ts';

const userName = /^[a-z0-9_][\w.+-]{0,63}$/i;

export interface AccessRequest {
  url: RepositoryUrl;
  credentials: Credentials;
  /** Value of the `Authorization` header, for http. */
  authorization?: string;
  /** Addresses that the host's name stands for, as they were checked: git looks it up no more. For http. */
  addresses?: readonly string[];
}

/** Calls `work` with what the git program needs to reach a remote. */
export type WithAccess = <Result>(request: AccessRequest, work: (access: Access) => Promise<Result>) => Promise<Result>;

/**
 * Secrets go to git in files that only this user can read, in a directory that is gone afterwards: arguments and environments can be
 * seen by others (`ps`, crash reports). What a crash has left in `privateDirectory` is removed at the first use.
 */
export function createAccess(env: Env, privateDirectory: string): WithAccess {
  let cleared: Promise<void> | undefined;

  async function clear(): Promise<void> {
    await env.files.remove(privateDirectory, { recursive: true });
    await env.files.makeDirectory(privateDirectory, { mode: 0o700 });
  }

  return async (request, work) => {
    cleared ??= clear();
    try {
      await cleared;
    } catch (error) {
      // A full disk is not full for ever.
      cleared = undefined;
      throw error;
    }
    const directory = `${privateDirectory}/${env.random.uuid()}`;
    await env.files.makeDirectory(directory, { mode: 0o700 });
    try {
      return await work(await writeAccess(env, directory, request));
    } finally {
      await env.files.remove(directory, { recursive: true });
    }
  };
}

async function writeAccess(env: Env, directory: string, request: AccessRequest): Promise<Access> {
  const { url, credentials } = request;
  const write = async (name: string, text: string) => {
    await env.files.writeAtomic(`${directory}/${name}`, text, { mode: 0o600, durable: false });
    return `${directory}/${name}`;
  };
  const settings: Record<string, string> = { ...baseSettings };
  const environment: Record<string, string> = {};
  if (url.transport === 'http') {
    const { authorization, addresses = [] } = request;
    if (authorization !== undefined) settings['http.extraHeader'] = `Authorization: ${authorization}`;
    if (credentials.tlsCa !== undefined) settings['http.sslCAInfo'] = await write('ca.pem', credentials.tlsCa);
    if (credentials.tlsInsecure) settings['http.sslVerify'] = 'false';
    if (addresses.length > 0) settings['http.curloptResolve'] = pinned(url, addresses);
  }
  if (url.transport === 'ssh') {
    const config = await write('ssh_config', await sshConfig(url, credentials, write));
    environment.GIT_SSH_COMMAND = `ssh -F ${shellQuoted(config)}`;
    environment.GIT_SSH_VARIANT = 'ssh';
  }
  const configFile = await write('gitconfig', gitConfigText(settings));
  const protocols = url.transport === 'http' ? 'http:https' : url.transport;
  return { configFile, protocols, environment, secrets: secretsOf(request) };
}

/** https://curl.se/libcurl/c/CURLOPT_RESOLVE.html */
function pinned(url: RepositoryUrl, addresses: readonly string[]): string {
  const { port, protocol } = new URL(url.origin);
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return `${url.host}:${number}:${addresses.join(',')}`;
}

async function sshConfig(
  url: RepositoryUrl,
  credentials: Credentials,
  write: (name: string, text: string) => Promise<string>,
): Promise<string> {
  if (!credentials.sshKnownHosts?.trim()) throw failure('GIT_HOST_UNKNOWN', { url: url.display });
  if (!credentials.sshPrivateKey?.trim()) {
    throw failure('GIT_AUTH_FAILED', { url: url.display, reason: 'no ssh key is configured for it' });
  }
  const { username } = credentials;
  if (username !== undefined && !userName.test(username)) {
    throw failure('GIT_AUTH_FAILED', { url: url.display, reason: 'the user name is unusual' });
  }
  // OpenSSH refuses keys without an end of line at their end.
  const key = await write('key', `${credentials.sshPrivateKey.trimEnd()}\n`);
  const knownHosts = await write('known_hosts', `${credentials.sshKnownHosts.trimEnd()}\n`);
  return [
    'Host *',
    ...(username === undefined ? [] : [`User ${username}`]),
    `IdentityFile ${sshQuoted(key)}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${sshQuoted(knownHosts)}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'UpdateHostKeys no',
    'BatchMode yes',
    'PreferredAuthentications publickey',
    'ClearAllForwardings yes',
    'ForwardAgent no',
    'ForwardX11 no',
    'PermitLocalCommand no',
    'ConnectTimeout 15',
    'ServerAliveInterval 15',
    'ServerAliveCountMax 3',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

function secretsOf({ credentials, authorization, url }: AccessRequest): string[] {
  const encoded = authorization?.split(' ')[1];
  return [credentials.password, url.password, encoded].filter(one => one !== undefined);
}

/** `%` begins a token in ssh's configuration. */
function sshQuoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

/** git hands this line to a shell; it holds nothing but this path of our own. */
function shellQuoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
