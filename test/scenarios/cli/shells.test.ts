import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/listen.ts';
import { memoryAccess } from '../../../src/api/testing/memory-access.ts';
import { memoryOperator, sampleStatus } from '../../../src/api/testing/memory-operator.ts';
import { writeOperatorFile } from '../../../src/cli/operator-file.ts';
import { realEnv } from '../../../src/env/real.ts';
import { debianProgram } from '../../world/debian.ts';
import { runProgram } from '../../world/process.ts';
import { startInTerminal } from '../../world/terminal.ts';
import { waitFor } from '../../world/wait.ts';

// The completion scripts in real shells, with an operator whose applications have names.

const env = realEnv();
const PATH = [join(import.meta.dirname, '../../../bin'), process.env.PATH].join(delimiter);
let directory: string;
let shellEnv: NodeJS.ProcessEnv;
let api: RunningApi;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-shells-'));
  shellEnv = { PATH, HOME: directory, ZDOTDIR: directory, TERM: 'dumb' };
  const operator = memoryOperator([sampleStatus('shop'), sampleStatus('bank.eu')]);
  api = await startApi({ env, operator, host: '127.0.0.1', port: 0, token: 't', access: memoryAccess(env) });
  await writeOperatorFile(env.files, join(directory, '.holdfast'), { url: api.url, token: 't', pid: process.pid });
});
afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

/** What is typed, the last word being begun, and what may stand there. */
const cases: [typed: string[], candidates: string[]][] = [
  [['sy'], ['sync']],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['sync', 'sh'], ['shop']],
  [['sync', 'shop', '--pr'], ['--prune']],
  [['app', 'bank.eu', '-o', 'y'], ['yaml']],
];

async function answers(shell: string, args: string[]): Promise<string[]> {
  const said = await runProgram(shell, args, { cwd: directory, env: shellEnv });
  return said
    .toString()
    .split('\n')
    .filter(line => line !== '')
    .toSorted();
}

test.each(cases)('bash completes %j', async (typed, candidates) => {
  const words = ['holdfast', ...typed].map(word => `'${word}'`).join(' ');
  const script = `source <(holdfast completion bash)
    COMP_WORDS=(${words}) COMP_CWORD=${typed.length}
    _holdfast
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  expect(await answers('bash', ['--norc', '-c', script])).toEqual(candidates);
});

test.each(cases)(
  'fish completes %j',
  async (typed, candidates) => {
    const fish = await debianProgram('fish');
    const script = `holdfast completion fish | source; complete -C 'holdfast ${typed.join(' ')}'`;
    expect(await answers(fish, ['--no-config', '-c', script])).toEqual(candidates);
  },
  120_000,
);

test('zsh completes on a terminal, when Tab is pressed', async () => {
  const zsh = await debianProgram('zsh');
  // What was completed is what the command gets: it says so, in a line that does not look like the one that is typed.
  const setUp = `autoload -Uz compinit && compinit -u -D
    source <(holdfast completion zsh)
    said() { print -r -- "<$*>" }
    compdef _holdfast said
    PS1='ready%% '\n`;
  await writeFile(join(directory, '.zshrc'), setUp);
  await using terminal = startInTerminal(`${zsh} -i`, { cwd: directory, env: shellEnv });
  await waitFor('the prompt', () => terminal.shown().includes('ready% '));
  for (const [typed, [only, ...others]] of cases) {
    if (others.length > 0) continue; // Which of them is meant is asked then.
    terminal.type(`said ${typed.join(' ')}\t\n`);
    const wanted = `<${[...typed.slice(0, -1), only].join(' ')}>`;
    await waitFor(wanted, () => terminal.shown().includes(wanted)).catch(error => {
      throw new Error(terminal.shown(), { cause: error });
    });
  }
  terminal.type('said completion \t\t');
  await waitFor('the list', () => /bash +fish +zsh/.test(terminal.shown()));
});
