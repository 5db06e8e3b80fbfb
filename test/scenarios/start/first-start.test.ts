import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../world/directory.ts';
import { runProgram } from '../../world/process.ts';
import { startInTerminal } from '../../world/terminal.ts';
import { waitFor } from '../../world/wait.ts';

const root = join(import.meta.dirname, '../../..');

/** What was downloaded and compiled before is used, as far as it is there: else this would take minutes. */
async function environment(home: string): Promise<NodeJS.ProcessEnv> {
  const goCache = (await runProgram('go', ['env', 'GOCACHE'])).toString().trim();
  const { HOLDFAST_RENDERER: _, ...env } = process.env;
  return { ...env, XDG_CACHE_HOME: join(home, 'cache'), GOCACHE: goCache, npm_config_prefer_offline: 'true' };
}

test('in a fresh clone `npm start` says what it installs and builds, how long that takes, and how far it is; then all runs; Ctrl-C ends it', async () => {
  await using home = await temporaryDirectory('first-start');
  const clone = join(home.path, 'clone');
  await mkdir(clone);
  // What a commit of this work tree would hold.
  const copied =
    'git ls-files -z --cached --others --exclude-standard | tar --create --null --files-from - --ignore-failed-read';
  await runProgram('sh', ['-c', `${copied} | tar --extract --directory '${clone}'`], { cwd: root });

  await using terminal = startInTerminal('npm start', { cwd: clone, env: await environment(home.path) });
  await waitFor(
    'the introduction',
    () => {
      if (terminal.ended() !== undefined) throw new Error(terminal.shown());
      return terminal.shown().includes('Ctrl-C stops everything.');
    },
    { deadlineMs: 150_000 },
  ).catch(error => {
    throw new Error(terminal.shown(), { cause: error });
  });
  const shown = terminal.shown();
  const steps = [
    /installing dependencies, once: about half a minute/,
    /installing dependencies: \d+ of at most \d{2,} packages, \d+ s/,
    /installing dependencies: done in \d+ s/,
    /building renderer, once: a few minutes the first time/,
    /building renderer: .*, \d+ s/,
    /building renderer: built in /,
    /worker .*Synced.*Healthy/,
  ];
  const places = steps.map(step => shown.search(step));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));

  terminal.type('\x03');
  await waitFor('the end', () => terminal.ended() !== undefined, { deadlineMs: 15_000 });
  expect(terminal.shown()).toContain('Stopped: nothing of the demo runs any more.');
});
