// Runs a script of this repository on the pinned Node, after seeing to what that needs. Plain JavaScript without
// dependencies: this is what runs first, on whatever Node there is, when nothing is installed.
//
//   node scripts/bootstrap.js [--go] [SCRIPT [ARGUMENT ...]]
//
// SCRIPT is a path from the repository's root, or the name of a program that a dependency brings (`tsc`).
// With --go the script needs a Go compiler. Without a script it only sees to what is needed.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDependencies } from './install.js';
import { missingPrerequisites, nodeToRun } from './prerequisites.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const programs = join(root, 'node_modules/.bin');

function fail(lines, code = 1) {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(code);
}

async function main(args) {
  const needsGo = args[0] === '--go';
  const [script, ...rest] = needsGo ? args.slice(1) : args;
  const missing = missingPrerequisites(needsGo ? ['Node', 'Git', 'Go'] : ['Node', 'Git']);
  if (missing.length > 0) fail(missing);
  const failed = await installDependencies(root);
  if (failed !== undefined) fail([failed.message], failed.code);
  const node = nodeToRun(programs);
  if (node.problem !== undefined) fail([node.problem]);
  if (script === undefined) return;
  // Node 24 still calls its SQLite experimental.
  run(node.program, [
    '--disable-warning=ExperimentalWarning',
    script.includes('/') ? join(root, script) : join(programs, script),
    ...rest,
  ]);
}

/** Stands for the child: passes signals on, and ends as it ends. */
function run(program, args) {
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(program, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the child as well: it gets the signal twice, and has to bear that.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', error => fail([`${program} cannot be started: ${error.message}`]));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

await main(process.argv.slice(2));
