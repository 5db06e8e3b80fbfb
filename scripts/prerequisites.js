// What has to be there before anything else, and is not installed by the commands themselves.

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prerequisites = {
  Node: { oldest: '20', command: [process.execPath, '--version'], advice: 'install it from https://nodejs.org/' },
  Git: {
    oldest: '2.39',
    command: ['git', '--version'],
    advice: 'install it with your package manager (apt-get install git), or see https://git-scm.com/downloads',
  },
  Go: {
    oldest: '1.26',
    command: ['go', 'version'],
    advice: 'see https://go.dev/dl/; its bin directory must be in PATH',
  },
};

/** What Holdfast itself runs on: the first with `import.meta.main` and everything else that is used. */
const oldestNode = '24.2';

/** One line for each that is missing or too old. */
export function missingPrerequisites(names) {
  const lines = [];
  for (const name of names) {
    const { oldest, command, advice } = prerequisites[name];
    const found = versionOf(command);
    if (found !== undefined && isAtLeast(found, oldest)) continue;
    const state = found === undefined ? 'was not found' : `this is ${found}`;
    lines.push(`${name} ${oldest} or newer is needed, and ${state}: ${advice}`);
  }
  return lines;
}

/** The Node that came with the dependencies, or else the present one where that is new enough. */
export function nodeToRun(programs) {
  const pinned = join(programs, 'node');
  if (versionOf([pinned, '--version']) !== undefined) return { program: pinned };
  if (isAtLeast(process.versions.node, oldestNode)) return { program: process.execPath };
  const here = `${process.platform} ${process.arch}`;
  return {
    problem: `Node ${oldestNode} or newer is needed: none comes with the dependencies for this machine (${here}), and this is ${process.versions.node}: install it from https://nodejs.org/`,
  };
}

/** Undefined when the program cannot be run. Asked outside of every module: there an old Go would try to fetch a newer one. */
function versionOf([program, ...args]) {
  const env = { ...process.env, GOTOOLCHAIN: 'local' };
  const { status, stdout } = spawnSync(program, args, { cwd: tmpdir(), env, encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? /\d+(\.\d+)+/.exec(stdout)?.[0] : undefined;
}

function isAtLeast(found, oldest) {
  return found.localeCompare(oldest, 'en', { numeric: true }) >= 0;
}
