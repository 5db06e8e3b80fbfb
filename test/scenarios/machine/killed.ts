import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Files } from './harness.ts';

const node = new URL('../../../node_modules/.bin/node', import.meta.url).pathname;
const program = new URL('child.ts', import.meta.url).pathname;

/** Runs a Holdfast on the directory in a process of its own, and kills it so many ms after it said `word`. */
export async function killedHoldfast(
  input: { path: string; application: string; revisions: Files[] },
  word: 'started' | 'delivered',
  afterMs = 0,
): Promise<void> {
  const child = spawn(node, [program, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  for await (const piece of child.stdout) if (String(piece).includes(word)) break;
  await new Promise(resolve => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await gone;
}
