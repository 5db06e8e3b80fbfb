import { expect, it } from 'vitest';
import { candidates } from './completion.ts';
import { createProgram } from './program.ts';
import { testCli } from './testing/cli.ts';

const program = createProgram(testCli());

it.each([
  ['a command', ['su'], ['suspend']],
  ['several commands', ['re'], ['rebuild', 'render', 'resource', 'resume', 'refresh']],
  ['an application', ['sync', 's'], ['shop', 'staging.shop']],
  ['the second of several', ['wait', 'shop', 'b'], ['bank']],
  ['an option', ['sync', 'shop', '--pr'], ['--prune']],
  ['an option of all commands', ['apps', '--da'], ['--data-dir']],
  ['a value of an option', ['apps', '-o', 'j'], ['json']],
  ['a value that only the user knows', ['sync', '--revision', ''], []],
  ['a shell', ['completion', ''], ['bash', 'zsh', 'fish']],
  ['nothing hidden', ['compl'], ['completion']],
])('completes %s', async (_, words, expected) => {
  const found = await candidates(program, words, async () => ['shop', 'bank', 'staging.shop']);
  expect(found.toSorted()).toEqual(expected.toSorted());
});
