import type { Child, Env } from '../env/env.ts';
import { failure } from '../errors.ts';
import { baseSettings, gitConfigText } from './config-file.ts';
import { gitFailure } from './git-failure.ts';

const subcommands = [
  'cat-file',
  'fast-import',
  'fetch',
  'for-each-ref',
  'gc',
  'init',
  'ls-remote',
  'merge-base',
  'push',
  'update-ref',
] as const;

/** How the program reaches a remote: its own configuration file, and what else its environment needs. */
export interface Access {
  configFile: string;
  protocols: string;
  environment: Record<string, string>;
  secrets: string[];
}

export interface GitCall {
  command: (typeof subcommands)[number];
  /** Written in this folder, never taken from outside. */
  options?: readonly string[];
  /** What may come from outside: always after `--`. */
  operands?: readonly string[];
  /** The bare repository. */
  directory: string;
  /** For messages. */
  url: string;
  access?: Access;
  input?: string;
  timeoutMs?: number;
  maxOutputBytes?: number;
  signal?: AbortSignal;
  /** Exit codes that are answers, not failures. */
  answers?: readonly number[];
}

export interface GitResult {
  code: number;
  stdout: Buffer;
  /** A server's words are among it: not fit to be shown as they are. */
  stderr: string;
}

/**
 * The only way to the git program. No shell, no hooks, no prompts, none of the user's or the system's configuration, no
 * environment but what is listed here; protocols are off unless the call has access to one.
 */
export interface GitProgram {
  /** Throws GIT_…, PROCESS_… errors; none of them shows a secret. */
  run(call: GitCall): Promise<GitResult>;
  /** A process to talk with. */
  spawn(call: Pick<GitCall, 'command' | 'options' | 'operands' | 'directory'>): Promise<Child>;
}

/** `directory` gets a file with the base configuration. */
export function createGitProgram(env: Env, directory: string): GitProgram {
  const configFile = `${directory}/gitconfig`;
  let written: Promise<void> | undefined;

  async function write(): Promise<void> {
    await env.files.makeDirectory(directory);
    await env.files.writeAtomic(configFile, gitConfigText(baseSettings));
  }

  async function ready(): Promise<void> {
    written ??= write();
    try {
      await written;
    } catch (error) {
      written = undefined;
      throw error;
    }
  }

  return {
    async run(call) {
      await ready();
      const { timeoutMs, maxOutputBytes, signal } = call;
      const result = await env.processes.run('git', argumentsOf(call), {
        cwd: directory,
        env: environmentOf(call, configFile),
        ...(call.input === undefined ? {} : { input: call.input }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
        ...(signal === undefined ? {} : { signal }),
      });
      const code = result.code ?? -1;
      const { stderr } = result;
      if (code === 0 || call.answers?.includes(code)) return { code, stdout: Buffer.from(result.stdout), stderr };
      const { command, url } = call;
      throw gitFailure({ command, url, code, signal: result.signal, stderr }, call.access?.secrets ?? []);
    },
    async spawn(call) {
      await ready();
      return env.processes.spawn('git', argumentsOf(call), { cwd: directory, env: environmentOf(call, configFile) });
    },
  };
}

function argumentsOf({
  command,
  options = [],
  operands = [],
}: Pick<GitCall, 'command' | 'options' | 'operands'>): string[] {
  if (!subcommands.includes(command)) throw failure('INTERNAL', { reason: `git ${command} is not on the list` });
  return [command, ...options, ...(operands.length === 0 ? [] : ['--', ...operands])];
}

function environmentOf(call: Pick<GitCall, 'directory' | 'access'>, configFile: string): Record<string, string> {
  return {
    GIT_DIR: call.directory,
    GIT_CONFIG_GLOBAL: call.access?.configFile ?? configFile,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: call.access?.protocols ?? 'none',
    // curl reads ~/.netrc, and git ~/.config.
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    LC_ALL: 'C',
    // Of one allocation: what a pack claims may be anything.
    GIT_ALLOC_LIMIT: '1g',
    ...call.access?.environment,
  };
}
