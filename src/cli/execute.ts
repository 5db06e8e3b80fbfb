import type { Cli } from './cli.ts';
import { endingOf, exitCodes } from './exit.ts';
import { createProgram } from './program.ts';
import { printable } from './style.ts';

/** Runs one command line; the answer is the exit code, and everything else has been said. */
export async function execute(words: readonly string[], cli: Cli): Promise<number> {
  try {
    await createProgram(cli).parseAsync([...words], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (cli.signal.aborted) return exitCodes.interrupted;
    const { exitCode, problem } = endingOf(error);
    if (problem !== undefined) {
      const { note, noteStyle } = cli.terminal;
      note(`${noteStyle.bad('✗')} ${printable(problem.message)} ${noteStyle.faint(`[${problem.code}]`)}`);
      note(`  → ${printable(problem.advice)}`);
    }
    return exitCode;
  }
}
