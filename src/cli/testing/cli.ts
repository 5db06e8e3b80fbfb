import type { Env } from '../../env/env.ts';
import { realEnv } from '../../env/real.ts';
import type { Cli } from '../cli.ts';
import { execute } from '../execute.ts';
import type { Local } from '../local.ts';
import { plainStyle } from '../style.ts';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A command line that keeps what it prints. */
export function testCli(more: Partial<Cli> = {}): Cli & { out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const env: Env = realEnv();
  return {
    env,
    logging: () => env,
    terminal: { print: text => out.push(text), note: text => err.push(text), style: plainStyle, noteStyle: plainStyle },
    signal: new AbortController().signal,
    directory: '/nowhere',
    local: async (): Promise<Local> => {
      throw new Error('not in this test');
    },
    ...more,
    out,
    err,
  };
}

export async function run(words: readonly string[], more: Partial<Cli> = {}): Promise<Outcome> {
  const cli = testCli(more);
  const code = await execute(words, cli);
  return { code, out: cli.out.join('\n'), err: cli.err.join('\n') };
}
