import type { Env } from '../env/env.ts';
import { asFailure, failure } from '../errors.ts';
import { createGate } from './gate.ts';
import type { GitProgram } from './program.ts';
import { importText, type Proposal, proposalPrefix } from './proposal.ts';
import type { Remote } from './remote.ts';
import { isRefName } from './revision.ts';

/** A proposal as the remote has it. */
export interface Proposed {
  commit: string;
  /** False: it had been proposed before, and nothing was done. */
  isNew: boolean;
  /** The branch of the remote that the base is from, where it is from one. */
  into?: string;
  /** Where the forge itself says that a pull request is opened. */
  link?: string;
}

export type Propose = (proposal: Proposal, signal: AbortSignal) => Promise<Proposed>;

const pushTimeoutMs = 60_000;
const pushOptions = ['--no-progress', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'];
const refusals = /rejected|declined|denied|forbidden|protected|not permitted|not allowed|read[- ]only|error: 40[0-9]/i;

export interface PushParts {
  env: Env;
  git: GitProgram;
  remote: Remote;
  /** Of the mirror, which is read and not changed. */
  mirror: string;
  url: string;
}

/** Throws GIT_PUSH_REFUSED where the other side does not want it, and GIT_… errors. */
export function createPush({ env, git, remote, mirror, url }: PushParts): Propose {
  const turn = createGate(1);
  // Begun anew each time: what a crash leaves is gone with the next one.
  const directory = `${mirror}.push`;

  async function commit(proposal: Proposal, signal: AbortSignal): Promise<string> {
    await env.files.makeDirectory(directory, { mode: 0o700 });
    const options = ['--bare', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=holdfast'];
    await git.run({ command: 'init', options, directory, url, signal });
    await env.files.writeAtomic(`${directory}/objects/info/alternates`, `${mirror}/objects\n`, { durable: false });
    const input = importText(proposal);
    const call = { options: ['--quiet', '--done'], input, directory, url, signal, timeoutMs: pushTimeoutMs };
    const { stdout } = await git.run({ command: 'fast-import', ...call });
    const [id] = /^[0-9a-f]{40}$/m.exec(stdout.toString('latin1')) ?? [];
    if (id === undefined) throw failure('GIT_FAILED', { command: 'fast-import', url, reason: 'it names no commit' });
    return id;
  }

  async function push(id: string, branch: string, signal: AbortSignal): Promise<string> {
    const ref = `refs/heads/${branch}`;
    // Of an empty value: only where there is no such branch yet.
    const options = [...pushOptions, `--force-with-lease=${ref}:`];
    try {
      return await remote.access(signal, async access => {
        const operands = [remote.href(), `${id}:${ref}`];
        const call = { options, operands, directory, url, access, timeoutMs: pushTimeoutMs, signal };
        return (await git.run({ command: 'push', ...call })).stderr;
      });
    } catch (error) {
      const { code, message } = asFailure(error);
      const isRefusal = code === 'GIT_AUTH_FAILED' || code === 'GIT_REPOSITORY_NOT_FOUND';
      if (!isRefusal && !(code === 'GIT_FAILED' && refusals.test(message))) throw error;
      throw failure('GIT_PUSH_REFUSED', { url, branch, reason: message }, error);
    }
  }

  return async (proposal, signal) => {
    const { branch, from } = proposal;
    if (!branch.startsWith(proposalPrefix)) throw failure('INTERNAL', { reason: `${branch} is no branch to push to` });
    const into = from.replace(/^refs\/heads\//, '');
    const [own, theirs] = [`refs/heads/${branch}`, `refs/heads/${into}`];
    const asked = isRefName(theirs) ? [own, theirs] : [own];
    const leave = await turn(signal);
    try {
      const known = await remote.list(asked, signal);
      const place = known.has(theirs) ? { into } : {};
      const before = known.get(own);
      if (before !== undefined) return { commit: before.id, isNew: false, ...place };
      await env.files.remove(directory, { recursive: true });
      const id = await commit(proposal, signal);
      const link = linkIn(await push(id, branch, signal), remote.href());
      return { commit: id, isNew: true, ...place, ...(link === undefined ? {} : { link }) };
    } finally {
      await env.files.remove(directory, { recursive: true });
      leave();
    }
  };
}

/** Forges greet a new branch with the address that proposes it. What leads to another host is nobody's advice. */
export function linkIn(said: string, remote: string): string | undefined {
  const host = URL.parse(remote)?.hostname ?? /@([^@:/]+):/.exec(remote)?.[1];
  for (const [, word = ''] of said.matchAll(/^remote:\s*(https?:\/\/[\x21-\x7e]{1,2000})\s*$/gm)) {
    const url = URL.parse(word);
    if (url !== null && url.hostname === host && url.username === '' && url.password === '') return url.href;
  }
  return undefined;
}
