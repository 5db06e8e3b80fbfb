// npm run hunt [-- NAME…]: every seeded bug in turn, each in a process of its own, until a monitor that has to find it complains.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bugs } from './bugs.ts';

/** Found within so many histories, or the monitors are not worth their name. */
const most = '800';
const deadlineMs = 300_000;

const chosen = process.argv.slice(2);
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
let missed = 0;
for (const { name } of bugs.filter(bug => chosen.length === 0 || chosen.includes(bug.name))) {
  // A broken engine may well do something for ever.
  const limits = ['--max-old-space-size=1500', '--import', path('patch.ts')];
  const { status, stdout } = spawnSync(process.execPath, [...limits, path('hunt.ts'), name, most], {
    encoding: 'utf8',
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, HOLDFAST_BUG: name },
  });
  if (status !== 0) missed++;
  console.log(`${status === 0 ? 'found' : 'MISSED'}  ${name}  ${stdout.trim().split('\n').at(-1) ?? ''}`);
}
console.log(JSON.stringify({ bugs: chosen.length || bugs.length, missed }));
process.exitCode = missed === 0 ? 0 : 1;
