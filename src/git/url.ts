import { hash } from 'node:crypto';
import { failure } from '../errors.ts';

export interface RepositoryUrl {
  transport: 'http' | 'ssh' | 'file';
  /** What the git program is given: without a password, and for http without a user. */
  href: string;
  /** For http: `https://host:port`. */
  origin: string;
  /** For http: path without a slash at its end, as it is requested. */
  path: string;
  /** Without port and brackets; '' for file. */
  host: string;
  /** From the URL itself; what the configuration gives comes before it. */
  username?: string;
  password?: string;
  /** For messages: no secrets. */
  display: string;
  /** Names the repository on disk and in references: equal for equal repositories. */
  key: string;
}

const longest = 2048;
const hostName = /^(?!-)[a-z0-9_.-]{1,253}$/i;
const addressSix = /^\[[0-9a-f:.]+\]$/i;
const userName = /^[a-z0-9_][\w.+-]{0,63}$/i;
const scpLike = /^([^@:/\s]+)@(\[[^\]]+\]|[^:/[\]\s]+):(?!\/\/)(.+)$/;
const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;

/** Reads a repository's address strictly: what is refused here never reaches a program or a server. Throws GIT_URL_INVALID. */
export function parseRepositoryUrl(text: string, options: { allowFile?: boolean } = {}): RepositoryUrl {
  const refuse = (reason: string) => failure('GIT_URL_INVALID', { url: maskSecrets(text).slice(0, 200), reason });
  if (text.length > longest) throw refuse(`it is longer than ${longest} characters`);
  if (/[\p{Cc}\s\\]/u.test(text) || /%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(text)) {
    throw refuse('it holds spaces, backslashes or control characters');
  }
  if (text.startsWith('-')) throw refuse('it begins with a dash');
  if (/^[a-z0-9+.-]+::/i.test(text)) throw refuse('helper programs (`name::`) are not allowed');
  const kind = scheme.exec(text)?.[1]?.toLowerCase();
  if (kind === 'https' || kind === 'http') return httpUrl(text, refuse);
  if (kind === 'ssh') return sshUrl(text, refuse);
  if (kind === 'file' || (kind === undefined && text.startsWith('/'))) return fileUrl(text, options, refuse);
  if (kind !== undefined) throw refuse(`${kind}:// is not supported`);
  return scpUrl(text, refuse);
}

type Refuse = (reason: string) => Error;

function httpUrl(text: string, refuse: Refuse): RepositoryUrl {
  const url = parse(text, refuse);
  if (url.search !== '' || url.hash !== '') throw refuse('it has a query or a fragment');
  checkHost(url.hostname, refuse);
  const path = url.pathname.replace(/\/+$/, '');
  const username = decoded(url.username, refuse);
  const password = decoded(url.password, refuse);
  const href = `${url.origin}${path}`;
  return {
    transport: 'http',
    href,
    origin: url.origin,
    path,
    host: bare(url.hostname),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    display: href,
    key: keyOf(`${username}@${href}`),
  };
}

function sshUrl(text: string, refuse: Refuse): RepositoryUrl {
  const url = parse(text, refuse);
  if (url.search !== '' || url.hash !== '') throw refuse('it has a query or a fragment');
  if (url.password !== '') throw refuse('ssh takes a key, not a password');
  checkHost(url.hostname, refuse);
  const username = decoded(url.username, refuse);
  if (username !== '' && !userName.test(username)) throw refuse('its user name is unusual');
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '') throw refuse('it has no path');
  const at = username === '' ? '' : `${username}@`;
  const port = url.port === '' || url.port === '22' ? '' : `:${url.port}`;
  return ssh(`ssh://${at}${url.hostname.toLowerCase()}${port}${path}`, bare(url.hostname), username);
}

function scpUrl(text: string, refuse: Refuse): RepositoryUrl {
  const [, username = '', host = '', path = ''] = scpLike.exec(text) ?? [];
  if (host === '') throw refuse('it is neither a URL nor user@host:path');
  if (!userName.test(username)) throw refuse('its user name is unusual');
  checkHost(host, refuse);
  if (path.startsWith('-')) throw refuse('its path begins with a dash');
  return ssh(`${username}@${host.toLowerCase()}:${path.replace(/\/+$/, '')}`, bare(host), username);
}

function ssh(href: string, host: string, username: string): RepositoryUrl {
  const user = username === '' ? {} : { username };
  return { transport: 'ssh', href, origin: '', path: '', host, ...user, display: href, key: keyOf(href) };
}

function fileUrl(text: string, options: { allowFile?: boolean }, refuse: Refuse): RepositoryUrl {
  if (!options.allowFile) throw refuse('local repositories are not allowed here');
  let path = text;
  if (!text.startsWith('/')) {
    const url = parse(text, refuse);
    if (url.host !== '' || url.search !== '' || url.hash !== '') throw refuse('a local repository is file:///path');
    path = decoded(url.pathname, refuse);
  }
  if (path.split('/').includes('..')) throw refuse('its path holds `..`');
  const href = `file://${path.replace(/\/+$/, '')}`;
  return { transport: 'file', href, origin: '', path, host: '', display: href, key: keyOf(href) };
}

function parse(text: string, refuse: Refuse): URL {
  if (!URL.canParse(text)) throw refuse('it is no URL');
  return new URL(text);
}

function checkHost(host: string, refuse: Refuse): void {
  if (!hostName.test(host) && !addressSix.test(host)) throw refuse('its host name is unusual');
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}

function decoded(part: string, refuse: Refuse): string {
  try {
    const text = decodeURIComponent(part);
    if (/\p{Cc}/u.test(text)) throw refuse('it holds control characters');
    return text;
  } catch {
    throw refuse('it is not encoded as a URL has to be');
  }
}

function keyOf(normal: string): string {
  return hash('sha256', normal, 'hex').slice(0, 32);
}

/**
 * Makes a text fit to print: what stands between `//` and `@` of a URL (tokens are written there as user names, too), and all
 * values of queries, become `***`, and so do the given secrets wherever they are.
 */
export function maskSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let masked = text;
  for (const secret of secrets)
    if (secret !== undefined && secret.length > 3) masked = masked.replaceAll(secret, '***');
  return masked
    .replace(/\b((?!ssh:)[a-z][a-z0-9+.-]*:\/\/)[^\s/'"]*@/gi, '$1***@')
    .replace(/\b(ssh:\/\/[^\s/:@]*):[^\s/]*@/gi, '$1:***@')
    .replace(/([?&][^=\s&#]+=)[^\s&#'"]+/g, '$1***');
}
