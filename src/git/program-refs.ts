import type { RemoteRefs } from './ls-refs.ts';
import type { Access, GitProgram } from './program.ts';
import { isRefName } from './revision.ts';
import type { RepositoryUrl } from './url.ts';

/** Asks for refs through the git program: for ssh and local repositories. */
export async function listWithProgram(
  git: GitProgram,
  directory: string,
  url: RepositoryUrl,
  access: Access,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<RemoteRefs> {
  const { stdout } = await git.run({
    command: 'ls-remote',
    options: ['--quiet'],
    operands: [url.href, ...prefixes.map(prefix => `${prefix}*`)],
    directory,
    url: url.display,
    access,
    maxOutputBytes: 32 * 1024 * 1024,
    signal,
  });
  const refs: RemoteRefs = new Map();
  for (const line of stdout.toString('utf8').split('\n')) {
    const [id = '', name = ''] = line.split('\t');
    if (!/^[0-9a-f]{40}$/.test(id) || !(name === 'HEAD' || isRefName(name))) continue;
    if (prefixes.some(prefix => name.startsWith(prefix))) refs.set(name, { id });
  }
  return refs;
}
