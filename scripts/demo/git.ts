import { spawn } from 'node:child_process';

export interface GitOptions {
  input?: string;
  /** With the user's own configuration. Default: as if nobody had ever configured it. */
  asUser?: boolean;
}

/** Runs git and answers what it prints. Throws with its complaint. */
export async function git(args: readonly string[], { input = '', asUser = false }: GitOptions = {}): Promise<string> {
  // In a hook of another repository, these would name that one.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const blank = asUser ? {} : { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const child = spawn('git', args, { env: { ...Object.fromEntries(own), ...blank }, stdio: 'pipe' });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    printed.stderr += text;
  });
  child.stdin.on('error', () => {}); // It ended before it had read all: the exit code tells.
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`git ${args.join(' ')} failed: ${printed.stderr.trim()}`);
  return printed.stdout;
}
